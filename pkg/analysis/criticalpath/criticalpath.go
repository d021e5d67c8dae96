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
