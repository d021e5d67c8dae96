package example

import (
	"fmt"
	"sort"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/analysis/traits"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
)

const toldShapes = 4 // that a sentence names; the table has them all

// shapesOf groups the evenly sampled traces by where and how they fail; where none of these came back, the long ones.
// The commonest comes first; ties go to the first in the alphabet.
func shapesOf(traces []fetched) incident.TraceShapes {
	evenly := evenlySampled(traces)
	byShape := map[string]*incident.TraceShape{}
	longest := map[string]fetched{}
	for _, t := range evenly {
		if byShape[t.shape] == nil {
			byShape[t.shape] = &incident.TraceShape{Shape: t.shape}
		}
		byShape[t.shape].Count++
	}
	for _, t := range traces {
		if known, seen := longest[t.shape]; !seen || t.trace.Duration > known.trace.Duration {
			longest[t.shape] = t
		}
	}
	shapes := incident.TraceShapes{Of: len(evenly)}
	for name, shape := range byShape {
		shape.Trace = longest[name].trace.ID
		shapes.Shapes = append(shapes.Shapes, *shape)
	}
	sort.Slice(shapes.Shapes, func(i, j int) bool {
		a, b := shapes.Shapes[i], shapes.Shapes[j]
		return a.Count > b.Count || a.Count == b.Count && a.Shape < b.Shape
	})
	return shapes
}

func evenlySampled(traces []fetched) []fetched {
	var evenly []fetched
	for _, t := range traces {
		if t.evenly {
			evenly = append(evenly, t)
		}
	}
	if evenly == nil {
		return traces
	}
	return evenly
}

// attributesOf names the attributes that could tell these traces from others.
func attributesOf(traces []fetched) []incident.AttributeName {
	var spans [][]incident.Span
	for _, t := range evenlySampled(traces) {
		spans = append(spans, t.trace.Spans)
	}
	return traits.Names(spans)
}

func shapesFinding(shapes incident.TraceShapes, of *incident.FailingTraces) incident.Finding {
	finding := incident.Finding{Severity: incident.Info, Interval: &of.Window, Evidence: incident.Evidence{Shapes: shapes.Shapes},
		Values: []incident.Value{{Name: "traces looked at", Value: float64(shapes.Of), Unit: incident.Count, Samples: float64(of.Count)}},
		Method: "grouped by the deepest failed span and its error, or by where the most time went; sampled evenly over time"}
	var parts []string
	rest := shapes.Of
	for i, s := range shapes.Shapes {
		finding.Values = append(finding.Values, incident.Value{Name: "traces of this kind", Value: float64(s.Count), Unit: incident.Count,
			Samples: float64(shapes.Of), Labels: map[string]string{"shape": s.Shape}})
		if i < toldShapes {
			parts = append(parts, fmt.Sprintf("%d of %d: %s", s.Count, shapes.Of, s.Shape))
			rest -= s.Count
		}
	}
	if rest > 0 {
		parts = append(parts, fmt.Sprintf("%d in other ways", rest))
		finding.Values = append(finding.Values, incident.Value{Name: "traces of other kinds", Value: float64(rest), Unit: incident.Count})
	}
	how := "They fail"
	if of.Slow {
		how = "They are slow"
	}
	finding.Sentence = fmt.Sprintf("%s in %s. %s.", how, ways(len(shapes.Shapes)), strings.Join(parts, "; "))
	if len(shapes.Shapes) > 1 {
		finding.Values = append(finding.Values, incident.Value{Name: "ways", Value: float64(len(shapes.Shapes)), Unit: incident.Count})
	}
	return finding
}

func ways(n int) string {
	if n == 1 {
		return "the same way"
	}
	return phase.Number(float64(n)) + " ways"
}
