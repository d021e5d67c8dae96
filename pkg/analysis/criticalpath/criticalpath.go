package criticalpath

import (
	"sort"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
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
// ended by then. A caller that gives up before it has its answer waited for it until then, so that of a called service's
// span that goes on after its caller's the part before counts.
func (t *Tree) Path() []int {
	if len(t.Roots) == 0 {
		return nil
	}
	path := []int{}
	for _, p := range t.walk(t.Roots[0]) {
		path = append(path, p.span)
	}
	sort.SliceStable(path, func(a, b int) bool {
		return t.Trace.Spans[path[a]].Start.Before(t.Trace.Spans[path[b]].Start)
	})
	return path
}

// passed is a span on the path, until the moment up to which somebody waited for it.
type passed struct {
	span  int
	until time.Time
}

// walked is a span whose children are walked through: those that are left, and the moment from which it goes back.
type walked struct {
	span int
	left []int
	end  time.Time
	late bool // nothing was taken yet, and what goes on after that moment was at work then
}

// walk goes through the spans below a root without recursion, since a trace can be deeper than a stack.
func (t *Tree) walk(root int) []passed {
	end := t.Trace.Spans[root].End()
	path := []passed{{root, end}}
	way := []walked{{root, t.byEnd(root), end, true}}
	for len(way) > 0 {
		top := &way[len(way)-1]
		if len(top.left) == 0 {
			way = way[:len(way)-1]
			continue
		}
		c := top.left[0]
		top.left = top.left[1:]
		child := &t.Trace.Spans[c]
		until := child.End()
		if until.After(top.end) {
			if !top.late || !child.Start.Before(top.end) || until.After(t.Trace.Spans[top.span].End()) && !t.answers(c) {
				continue // it outlived what waited for it, or ran beside what is on the path
			}
			until = top.end
		}
		top.end, top.late = child.Start, false
		path = append(path, passed{c, until})
		way = append(way, walked{c, t.byEnd(c), until, true})
	}
	return path
}

// answers says that a span handles a call that its caller waits for: that it may go on after the caller gave up.
func (t *Tree) answers(i int) bool {
	p := t.parent[i]
	return p >= 0 && t.Trace.Spans[i].Kind == incident.KindServer && t.Trace.Spans[p].Kind == incident.KindClient
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
	Waited bool // the call GaveUp failed because it waited for this span
	GaveUp int
}

// Culprit finds where the trace went wrong: the deepest failed span, followed from the top along failed children, the
// longest first, since a failure is handed upwards. Where that is a call whose caller gave up while the one called was at work, it is
// where that time went. Where no span failed it is the one with the most time of its own on the critical path. It answers false only
// for a trace without spans.
func (t *Tree) Culprit() (Blame, bool) {
	if len(t.Trace.Spans) == 0 {
		return Blame{}, false
	}
	if top, found := t.topFailure(); found {
		deepest := t.deepestFailure(top)
		if called, gaveUp := t.atWorkWhenGivenUp(deepest); gaveUp {
			return Blame{Span: t.slowest(called), GaveUp: deepest, Waited: true}, true
		}
		return Blame{Span: deepest, Failed: true}, true
	}
	return Blame{Span: t.slowest(t.Roots[0])}, true
}

// slowest is the span with the most time of its own on the critical path below a span.
func (t *Tree) slowest(root int) int {
	slowest, longest := root, time.Duration(-1)
	for _, p := range t.walk(root) {
		if self := t.selfUntil(p.span, p.until); self > longest {
			slowest, longest = p.span, self
		}
	}
	return slowest
}

// atWorkWhenGivenUp is the span of the service that a failed call waited for, where that did not fail and was still at work when the
// call ended.
func (t *Tree) atWorkWhenGivenUp(call int) (int, bool) {
	end := t.Trace.Spans[call].End()
	for _, c := range t.byEnd(call) {
		if s := &t.Trace.Spans[c]; t.answers(c) && !s.Failed && !s.End().Before(end) && s.Start.Before(end) {
			return c, true
		}
	}
	return 0, false
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
