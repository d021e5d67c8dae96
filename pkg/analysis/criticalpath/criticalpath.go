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
	path := t.walk(root)
	sort.SliceStable(path, func(a, b int) bool {
		return t.Trace.Spans[path[a]].Start.Before(t.Trace.Spans[path[b]].Start)
	})
	return path
}

// walked is a span whose children are walked through: those that are left, and the moment from which it goes back.
type walked struct {
	left []int
	end  time.Time
}

// walk goes through the spans below a root without recursion, since a trace can be deeper than a stack.
func (t *Tree) walk(root int) []int {
	path := []int{root}
	way := []walked{{t.byEnd(root), t.Trace.Spans[root].End()}}
	for len(way) > 0 {
		top := &way[len(way)-1]
		if len(top.left) == 0 {
			way = way[:len(way)-1]
			continue
		}
		c := top.left[0]
		top.left = top.left[1:]
		child := &t.Trace.Spans[c]
		if child.End().After(top.end) {
			continue // it outlived what waited for it
		}
		top.end = child.Start
		path = append(path, c)
		way = append(way, walked{t.byEnd(c), child.End()})
	}
	return path
}

// byEnd are the children of a span, the one that ended last first.
func (t *Tree) byEnd(i int) []int {
	children := append([]int(nil), t.children[i]...)
	sort.SliceStable(children, func(a, b int) bool {
		return t.Trace.Spans[children[a]].End().After(t.Trace.Spans[children[b]].End())
	})
	return children
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
	longest := t.Self(slowest)
	for _, i := range t.Path() {
		if self := t.Self(i); self > longest {
			slowest, longest = i, self
		}
	}
	return Blame{Span: slowest}, true
}

// topFailure is the longest failed span that no failed span is above.
func (t *Tree) topFailure() (int, bool) {
	above := make([]bool, len(t.parent)) // a failed span is above
	for _, i := range t.order {
		if p := t.parent[i]; p >= 0 {
			above[i] = above[p] || t.Trace.Spans[p].Failed
		}
	}
	top, found := 0, false
	for i := range t.Trace.Spans {
		if s := &t.Trace.Spans[i]; s.Failed && !above[i] && (!found || s.Duration > t.Trace.Spans[top].Duration) {
			top, found = i, true
		}
	}
	return top, found
}

// deepestFailure follows failures downwards; spans without a status between two failed ones do not stop it.
func (t *Tree) deepestFailure(i int) int {
	for {
		next, found := t.failureBelow(i)
		if !found {
			return i
		}
		i = next
	}
}

// failureBelow is the longest of the failed spans below a span between which and it no other failed one stands.
func (t *Tree) failureBelow(i int) (next int, found bool) {
	var open []int
	push := func(children []int) {
		for n := len(children) - 1; n >= 0; n-- { // the first is taken first
			open = append(open, children[n])
		}
	}
	push(t.children[i])
	for len(open) > 0 {
		c := open[len(open)-1]
		open = open[:len(open)-1]
		if !t.Trace.Spans[c].Failed {
			push(t.children[c])
			continue
		}
		if !found || t.Trace.Spans[c].Duration > t.Trace.Spans[next].Duration {
			next, found = c, true
		}
	}
	return next, found
}
