package criticalpath

import (
	"sort"
	"time"
)

// Path lists the spans that the longest root's duration consists of, in the order of their starts: shorten any other
// span, and the request takes as long as before.
//
//	root  |==================================|
//	a      |======|
//	b        |========|                          a ran beside b: not on the path
//	c                  |===================|
//	path  root, b, c
//
// From a span's end it goes back to the child that ended last, and from that child's start on to the child that had
// ended by then.
func (t *Tree) Path() []int {
	if len(t.Roots) == 0 {
		return nil
	}
	root := t.Roots[0]
	path := t.walk(root, t.Trace.Spans[root].End(), nil)
	sort.SliceStable(path, func(a, b int) bool {
		return t.Trace.Spans[path[a]].Start.Before(t.Trace.Spans[path[b]].Start)
	})
	return path
}

func (t *Tree) walk(i int, end time.Time, path []int) []int {
	path = append(path, i)
	children := append([]int(nil), t.children[i]...)
	sort.SliceStable(children, func(a, b int) bool {
		return t.Trace.Spans[children[a]].End().After(t.Trace.Spans[children[b]].End())
	})
	for _, c := range children {
		child := t.Trace.Spans[c]
		if child.End().After(end) {
			continue // it outlived what waited for it
		}
		path = t.walk(c, child.End(), path)
		end = child.Start
	}
	return path
}

// Blame is the span where a trace went wrong, and by what rule.
type Blame struct {
	Span   int
	Failed bool // the span has error status; else it is where the most time went
}

// Culprit finds where the trace went wrong: the deepest failed span, followed from the top along failed children, the
// longest first, since a failure is handed upwards. Where no span failed it is the one with the most time of its own on
// the critical path. It answers false only for a trace without spans.
func (t *Tree) Culprit() (Blame, bool) {
	if len(t.Trace.Spans) == 0 {
		return Blame{}, false
	}
	if top, found := t.topFailure(); found {
		return Blame{Span: t.deepestFailure(top), Failed: true}, true
	}
	slowest := t.Roots[0]
	for _, i := range t.Path() {
		if t.Self(i) > t.Self(slowest) {
			slowest = i
		}
	}
	return Blame{Span: slowest}, true
}

// topFailure is the longest failed span that no failed span is above.
func (t *Tree) topFailure() (int, bool) {
	top, found := 0, false
	for i, s := range t.Trace.Spans {
		if s.Failed && !t.failureAbove(i) && (!found || s.Duration > t.Trace.Spans[top].Duration) {
			top, found = i, true
		}
	}
	return top, found
}

func (t *Tree) failureAbove(i int) bool {
	for p := t.parent[i]; p >= 0; p = t.parent[p] {
		if t.Trace.Spans[p].Failed {
			return true
		}
	}
	return false
}

// deepestFailure follows failures downwards; spans without a status between two failed ones do not stop it.
func (t *Tree) deepestFailure(i int) int {
	next, found := 0, false
	var consider func(int)
	consider = func(c int) {
		if !t.Trace.Spans[c].Failed {
			for _, below := range t.children[c] {
				consider(below)
			}
			return
		}
		if !found || t.Trace.Spans[c].Duration > t.Trace.Spans[next].Duration {
			next, found = c, true
		}
	}
	for _, c := range t.children[i] {
		consider(c)
	}
	if !found {
		return i
	}
	return t.deepestFailure(next)
}
