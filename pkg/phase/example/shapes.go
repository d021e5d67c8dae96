package example

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/analysis/significance"
	"github.com/faultline-investigation/faultline/pkg/analysis/traits"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

const (
	toldShapes   = 4   // that a sentence names; the table has them all
	sliceLimit   = 40  // traces of one slice
	spanLimit    = 100 // spans of one trace, the most that Tempo brings by default
	shareOfUsual = 10  // a span longer than this part of the usual p99 matters in a large slow trace
)

// Shapes looks at traces spread over the time, groups them by where and how they fail, and chooses one that stands for the
// rest.
func Shapes() phase.Step {
	return phase.Step{
		Phase:    incident.PhaseExample,
		ID:       "shapes",
		Title:    "Failure groups",
		NeedsOne: []incident.Fact{incident.FactFailing, incident.FactSlow, incident.FactRefusals},
		Awaits:   []incident.Fact{incident.FactWhole, incident.FactLatency, incident.FactExemplars, incident.FactOnset, incident.FactNeighbours},
		Learns:   []incident.Fact{incident.FactShapes},
		Plan:     planShapes,
		Read:     readShapes,
	}
}

func planShapes(c *incident.Case) ([]source.Question, error) {
	attributes := append(spoken(), present(c)...)
	if refused(c) {
		attributes = append(answered(), attributes...)
	}
	query := traceql.SelectingStructure(withSpans(c, requests(c, lookedFor(c))), attributes...)
	var questions []source.Question
	since, before := sides(c)
	for i, s := range slices.Concat(since, before) {
		question, err := phase.Search(sliceNamed(i), query, s.Window, sliceLimit, spanLimit)
		if err != nil {
			return nil, err
		}
		questions = append(questions, question)
	}
	return questions, nil
}

func sliceNamed(i int) string { return fmt.Sprintf("slice %d", i+1) }

// lookedFor is what the traces looked at have in common.
func lookedFor(c *incident.Case) traceql.Condition {
	switch of := lookedAt(c); {
	case len(of.Refused) > 0:
		return refusedWith(of.Refused)
	case of.Slow:
		return traceql.LongerThan(slowFrom(c.Facts))
	}
	return traceql.Failed()
}

// withSpans asks for all spans of the traces, or, where there are more than a search brings, for those that matter.
func withSpans(c *incident.Case, query string) string {
	switch {
	case !large(c):
		return traceql.WithAllSpans(query)
	case refused(c):
		return traceql.WithSpansThat(query, traceql.NotAccepted())
	case lookedAt(c).Slow:
		return traceql.WithSpansThat(query, traceql.LongerThan(slowFrom(c.Facts)/shareOfUsual))
	}
	return traceql.WithSpansThat(query, traceql.Failed())
}

func large(c *incident.Case) bool {
	if c.Facts.Whole == nil {
		return false
	}
	for _, t := range c.Facts.Whole.Traces {
		if len(t.Spans) > spanLimit {
			return true
		}
	}
	return false
}

// present are the attributes that the whole traces have and that could tell why these and not others.
func present(c *incident.Case) []incident.AttributeName {
	if c.Facts.Whole == nil {
		return nil
	}
	var spans [][]incident.Span
	for _, t := range c.Facts.Whole.Traces {
		spans = append(spans, t.Spans)
	}
	return traits.Present(spans)
}

func readShapes(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	traces, problem := sampled(c, answers)
	if !slices.ContainsFunc(traces, func(t fetched) bool { return !t.old }) {
		if problem == nil {
			return phase.Reading{}, phase.Skipf("Investigate again in a minute.", "None of the traces could be found again.")
		}
		return phase.Reading{}, problem
	}
	shapes := shapesOf(traces)
	if shapes.Before > 0 {
		leadWithNew(c, &shapes)
	}
	for _, t := range traces {
		if t.evenly && !t.old {
			shapes.Spans = append(shapes.Spans, t.trace.Spans)
		}
	}
	shapes.Attributes = repeated(present(c), shapes.Spans)
	shapes.Chosen = choose(c, traces, shapes.Shapes[0].Shape).trace.ID
	finding := shapesFinding(shapes, lookedAt(c), problem == nil)
	if problem != nil {
		finding.Sentence += " Some could not be looked at: " + problem.Sentence
	}
	return phase.FoundThat(finding).Teaching(func(f *incident.Facts) { f.Shapes = &shapes }), nil
}

// repeated are those of the attributes whose values repeat from trace to trace. A search answers without their scope.
func repeated(attributes []incident.AttributeName, traces [][]incident.Span) []incident.AttributeName {
	repeating := map[string]bool{}
	for _, name := range traits.Names(traces) {
		repeating[name.Name] = true
	}
	kept := []incident.AttributeName{}
	for _, a := range attributes {
		if repeating[a.Name] {
			kept = append(kept, a)
		}
	}
	return kept
}

// mayBeNew is the chance below which a kind's larger share of the failing traces than before the onset counts by itself.
const mayBeNew = 0.2

// leadWithNew puts the failure first whose share of the failing traces rose least likely by chance since the onset, or where none did
// the one that became more frequent by the most traces a minute.
func leadWithNew(c *incident.Case, shapes *incident.TraceShapes) {
	since, before := perMinute(c)
	more := func(s incident.TraceShape) float64 {
		return since*float64(s.Count)/float64(shapes.Of) - before*float64(s.Before)/float64(shapes.Before)
	}
	chance := func(s incident.TraceShape) float64 {
		if p := significance.MoreOften(s.Count, shapes.Of, s.Before, shapes.Before); p < mayBeNew {
			return p
		}
		return 1
	}
	sort.SliceStable(shapes.Shapes, func(i, j int) bool {
		a, b := shapes.Shapes[i], shapes.Shapes[j]
		if x, y := chance(a), chance(b); x < y || x > y {
			return x < y
		}
		return more(a) > more(b)
	})
}

// shapesOf groups the evenly sampled traces by where and how they fail; where none of these came back, the long ones.
// The commonest comes first; ties go to the first in the alphabet. Those that failed before the onset are counted apart.
func shapesOf(traces []fetched) incident.TraceShapes {
	evenly, old := evenlySampled(traces), map[string]int{}
	byShape := map[string]*incident.TraceShape{}
	longest := map[string]fetched{}
	shapes := incident.TraceShapes{}
	for _, t := range evenly {
		if t.old {
			old[t.shape.Shape]++
			shapes.Before++
			continue
		}
		if byShape[t.shape.Shape] == nil {
			byShape[t.shape.Shape] = new(t.shape)
		}
		byShape[t.shape.Shape].Count++
		shapes.Of++
	}
	for _, t := range traces {
		if t.old {
			continue
		}
		if known, seen := longest[t.shape.Shape]; !seen || t.trace.Duration > known.trace.Duration {
			longest[t.shape.Shape] = t
		}
	}
	for name, shape := range byShape {
		shape.Trace, shape.Before = longest[name].trace.ID, old[name]
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
	fresh := false
	for _, t := range traces {
		if t.evenly {
			evenly = append(evenly, t)
			fresh = fresh || !t.old
		}
	}
	if !fresh {
		return traces
	}
	return evenly
}

func shapesFinding(shapes incident.TraceShapes, of *incident.FailingTraces, all bool) incident.Finding {
	finding := incident.Finding{Severity: incident.Info, Interval: &of.Window, Evidence: incident.Evidence{Shapes: shapes.Shapes},
		Values: []incident.Value{{Name: "traces looked at", Value: float64(shapes.Of), Unit: incident.Count, Samples: float64(of.Count)}},
		Method: "grouped by the deepest failed span and its error, or by where the most time went; some traces of each of several short times, spread evenly over all that were found"}
	var parts []string
	rest := shapes.Of
	for i, s := range shapes.Shapes {
		value := incident.Value{Name: "traces of this kind", Value: float64(s.Count), Unit: incident.Count,
			Samples: float64(shapes.Of), Labels: map[string]string{"shape": s.Shape}}
		before := ""
		if shapes.Before > 0 {
			value.Baseline = incident.Baselined(float64(s.Before))
			before = fmt.Sprintf(" (before the onset %d of %d)", s.Before, shapes.Before)
		}
		finding.Values = append(finding.Values, value)
		if i < toldShapes {
			parts = append(parts, fmt.Sprintf("%d of %d%s: %s", s.Count, shapes.Of, before, s.Shape))
			rest -= s.Count
		}
	}
	if rest > 0 {
		parts = append(parts, fmt.Sprintf("%d in other ways", rest))
		finding.Values = append(finding.Values, incident.Value{Name: "traces of other kinds", Value: float64(rest), Unit: incident.Count})
	}
	how := "They fail"
	switch {
	case !all && len(of.Refused) > 0:
		how = "Those that could be looked at are refused"
	case len(of.Refused) > 0:
		how = "They are refused"
	case !all && of.Slow:
		how = "Those that could be looked at are slow"
	case !all:
		how = "Those that could be looked at fail"
	case of.Slow:
		how = "They are slow"
	}
	finding.Sentence = fmt.Sprintf("%s in %s. %s.", how, ways(len(shapes.Shapes)), strings.Join(parts, "; "))
	if shapes.Before > 0 {
		finding.Values = append(finding.Values, incident.Value{Name: "traces from before the onset", Value: float64(shapes.Before), Unit: incident.Count})
	}
	if len(shapes.Shapes) > 1 {
		finding.Values = append(finding.Values, incident.Value{Name: "ways", Value: float64(len(shapes.Shapes)), Unit: incident.Count})
	}
	return finding
}

func ways(n int) string {
	if n == 1 {
		return "the same way"
	}
	return numbers.Count(float64(n)) + " ways"
}
