package example

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"unicode"

	"github.com/faultline-investigation/faultline/pkg/analysis/criticalpath"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// fetched is a trace that was looked at, with what it has in common with others.
type fetched struct {
	trace    *incident.Trace
	shape    incident.TraceShape // without counts
	complete bool                // no span's parent is missing, and there is one root
	evenly   bool                // among those sampled evenly over time, so that shares of shapes mean something
	old      bool                // failed before the onset
}

// sampled gives the traces looked at, those of the slices first and then those that were read whole, each once; and the
// first problem of the slices that did not come back.
func sampled(c *incident.Case, answers source.Answers) ([]fetched, *source.Problem) {
	var traces []fetched
	var first *source.Problem
	whole := map[string]*incident.Trace{}
	if c.Facts.Whole != nil {
		for i := range c.Facts.Whole.Traces {
			whole[c.Facts.Whole.Traces[i].ID] = &c.Facts.Whole.Traces[i]
		}
	}
	seen, usual := map[string]bool{}, habits(c)
	since, before := sides(c)
	for i, s := range slices.Concat(since, before) {
		if problem := answers.Problem(sliceNamed(i)); problem != nil {
			if first == nil {
				first = problem
			}
			continue
		}
		for _, t := range taken(answers[sliceNamed(i)].Traces, s) {
			if seen[t.ID] {
				continue
			}
			seen[t.ID] = true
			one := lookAt(c, traceOf(t, whole[t.ID]), usual, t.Matched <= len(t.Spans), true)
			one.old = i >= len(since)
			traces = append(traces, one)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(whole)) {
		if !seen[id] {
			one := lookAt(c, whole[id], usual, true, false)
			if len(before) > 0 {
				_, from := turn(c)
				one.old = one.trace.Start.Before(from)
			}
			traces = append(traces, one)
		}
	}
	return traces, first
}

// taken are the traces of an answer that the slice was made of, or, where it brought none of these, as many others.
func taken(found []incident.TraceSummary, s incident.TraceSlice) []incident.TraceSummary {
	var known, others []incident.TraceSummary
	for _, t := range found {
		switch {
		case len(t.Spans) == 0:
		case slices.Contains(s.Traces, t.ID):
			known = append(known, t)
		default:
			others = append(others, t)
		}
	}
	if len(known) > 0 {
		return known
	}
	return others[:min(len(others), len(s.Traces))]
}

// traceOf is the trace as it was read whole, else as the search tells of it.
func traceOf(t incident.TraceSummary, whole *incident.Trace) *incident.Trace {
	if whole != nil {
		return whole
	}
	return &incident.Trace{ID: t.ID, Start: t.Start, Duration: t.Duration, Spans: t.Spans}
}

func lookAt(c *incident.Case, trace *incident.Trace, usual criticalpath.Habits, all, evenly bool) fetched {
	tree := criticalpath.TreeOf(refusing(c, trace))
	return fetched{trace: trace, shape: shapeOf(tree, usual), complete: all && complete(tree), evenly: evenly}
}

// shapeOf says where and how a trace fails, without what differs from request to request.
func shapeOf(tree *criticalpath.Tree, usual criticalpath.Habits) incident.TraceShape {
	blame, found := tree.Culprit(usual)
	if !found {
		return incident.TraceShape{Shape: "without spans"}
	}
	span := tree.Trace.Spans[blame.Span]
	shape := incident.TraceShape{Shape: fmt.Sprintf("time spent in %s of %s", span.Name, span.Service), Service: span.Service, Operation: span.Name, Failed: blame.Failed}
	if blame.Failed {
		shape.Shape = fmt.Sprintf("%s of %s: %s", span.Name, span.Service, errorOf(span))
	}
	return shape
}

// errorOf names a span's error by its type, or by its message with the numbers left out, or by its status.
func errorOf(span incident.Span) string {
	if kind := span.ErrorType(); kind != "" {
		return kind
	}
	if message := span.ErrorMessage(); message != "" {
		return strings.Join(strings.FieldsFunc(message, unicode.IsDigit), "#")
	}
	if code := statusCode(span); code != "" {
		return "status " + code
	}
	return "error"
}

func complete(tree *criticalpath.Tree) bool {
	return len(tree.Roots) == 1 && tree.Trace.Spans[tree.Roots[0]].Parent == ""
}

// choose picks the longest complete trace of the shape, of those that exemplars name where there are such; or the longest
// one where none is complete.
func choose(c *incident.Case, traces []fetched, shape string) fetched {
	candidates := make([]fetched, 0, len(traces))
	for _, t := range traces {
		if t.shape.Shape == shape && !t.old {
			candidates = append(candidates, t)
		}
	}
	sort.SliceStable(candidates, func(i, j int) bool {
		if candidates[i].complete != candidates[j].complete {
			return candidates[i].complete
		}
		if x, y := named(c, candidates[i].trace.ID), named(c, candidates[j].trace.ID); x != y {
			return x
		}
		return candidates[i].trace.Duration > candidates[j].trace.Duration
	})
	return candidates[0]
}
