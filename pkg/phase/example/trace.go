package example

import (
	"fmt"
	"sort"
	"strings"
	"unicode"

	"github.com/faultline-investigation/faultline/pkg/analysis/criticalpath"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// Trace fetches the sampled traces, groups them by where and how they fail, and picks one that stands for the rest.
func Trace() phase.Step {
	return phase.Step{
		Phase:    incident.PhaseExample,
		ID:       "trace",
		Title:    "One of them",
		NeedsOne: []incident.Fact{incident.FactFailing, incident.FactSlow},
		Learns:   []incident.Fact{incident.FactExample, incident.FactShapes},
		Plan:     func(c *incident.Case) ([]source.Question, error) { return tracesAsked(c), nil },
		Read:     readTrace,
	}
}

// lookedAt are the traces that stand for the incident: the slow ones where slowness is its matter, else the failing ones.
func lookedAt(c *incident.Case) *incident.FailingTraces {
	if c.Facts.Slow != nil {
		return c.Facts.Slow
	}
	return c.Facts.Failing
}

// tracesAsked asks for every sampled trace. Steps that ask alike share the answers.
func tracesAsked(c *incident.Case) []source.Question {
	var questions []source.Question
	for _, id := range lookedAt(c).Sampled {
		questions = append(questions, source.Question{Name: id, Kind: source.TraceByID, Text: id, Window: lookedAt(c).Window})
	}
	return questions
}

// fetched is a sampled trace with what it has in common with others.
type fetched struct {
	trace    *incident.Trace
	shape    string
	complete bool // no span's parent is missing, and there is one root
	evenly   bool // among those sampled evenly over time, so that shares of shapes mean something
}

func readTrace(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	traces, problem := fetchedTraces(lookedAt(c).Sampled, answers)
	if len(traces) == 0 {
		return phase.Reading{}, problem
	}
	shapes := shapesOf(traces)
	shapes.Attributes = attributesOf(traces)
	shape, like := shapes.Shapes[0].Shape, shapes.Shapes[0].Count
	chosen := choose(traces, shape)
	example := incident.Example{Trace: *chosen.trace, Shape: shape, Like: like, Of: shapes.Of, Reason: reasonFor(chosen, lookedAt(c).Slow)}
	t := example.Trace
	finding := incident.Finding{
		Severity: incident.Info,
		Sentence: fmt.Sprintf("Trace %s: %s, %d %s, %d %s. Chosen as %s: %s (%d of %d traces looked at).", t.ID,
			phase.Milliseconds(t.Duration), t.Services(), phase.Plural(t.Services(), "service", "services"),
			len(t.Spans), phase.Plural(len(t.Spans), "span", "spans"), example.Reason, shape, like, shapes.Of),
		Values: []incident.Value{
			{Name: "duration", Value: t.Duration.Seconds(), Unit: incident.Seconds},
			{Name: "services", Value: float64(t.Services()), Unit: incident.Count},
			{Name: "spans", Value: float64(len(t.Spans)), Unit: incident.Count},
			{Name: "traces of this kind", Value: float64(like), Unit: incident.Count, Samples: float64(shapes.Of)},
			{Name: "traces looked at", Value: float64(shapes.Of), Unit: incident.Count},
		},
		Interval: &incident.Window{From: t.Start, To: t.Start.Add(t.Duration)},
		Evidence: incident.Evidence{Trace: &t},
	}
	return phase.FoundThat(shapesFinding(shapes, lookedAt(c)), finding).Teaching(func(f *incident.Facts) {
		f.Example, f.Shapes = &example, &shapes
	}), nil
}

// fetchedTraces gives the traces that came back, and the first problem of those that did not.
func fetchedTraces(ids []string, answers source.Answers) ([]fetched, *source.Problem) {
	var traces []fetched
	var first *source.Problem
	for i, id := range ids {
		if problem := answers.Problem(id); problem != nil {
			if first == nil {
				first = problem
			}
			continue
		}
		trace := answers[id].Trace
		tree := criticalpath.TreeOf(trace)
		traces = append(traces, fetched{trace: trace, shape: shapeOf(tree), complete: complete(tree), evenly: i < spread})
	}
	return traces, first
}

// shapeOf says where and how a trace fails, without what differs from request to request.
func shapeOf(tree *criticalpath.Tree) string {
	blame, _ := tree.Culprit()
	span := tree.Trace.Spans[blame.Span]
	if !blame.Failed {
		return fmt.Sprintf("time spent in %s of %s", span.Name, span.Service)
	}
	return fmt.Sprintf("%s of %s: %s", span.Name, span.Service, errorOf(span))
}

// errorOf names a span's error by its type, or by its message with the numbers left out.
func errorOf(span incident.Span) string {
	if kind := errorType(span); kind != "" {
		return kind
	}
	if message := errorMessage(span); message != "" {
		return strings.Join(strings.FieldsFunc(message, unicode.IsDigit), "#")
	}
	return "error"
}

func complete(tree *criticalpath.Tree) bool {
	return len(tree.Roots) == 1 && tree.Trace.Spans[tree.Roots[0]].Parent == ""
}

func reasonFor(chosen fetched, slow bool) string {
	kind := "the commonest kind of failure"
	if slow {
		kind = "those that are slow in the commonest place"
	}
	if !chosen.complete {
		return "the longest one of " + kind + ", though some of its spans are missing"
	}
	return "the longest complete one of " + kind
}

// choose picks the longest complete trace of the shape, or the longest one where none is complete.
func choose(traces []fetched, shape string) fetched {
	candidates := make([]fetched, 0, len(traces))
	for _, t := range traces {
		if t.shape == shape {
			candidates = append(candidates, t)
		}
	}
	sort.SliceStable(candidates, func(i, j int) bool {
		if candidates[i].complete != candidates[j].complete {
			return candidates[i].complete
		}
		return candidates[i].trace.Duration > candidates[j].trace.Duration
	})
	return candidates[0]
}
