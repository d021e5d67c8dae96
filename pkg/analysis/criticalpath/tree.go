// Package criticalpath reads a trace: what called what, where its time went, and where it went wrong. It is pure, and
// takes traces as they come: without a root, with missing parents, with duplicates, with clocks that disagree.
package criticalpath

import (
	"slices"
	"sort"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Tree is a trace with its spans' children found. Indices are positions in Trace.Spans.
type Tree struct {
	Trace    *incident.Trace
	Roots    []int // spans whose parent is not in the trace, longest first
	children [][]int
	parent   []int // -1 at a root
	order    []int // all spans, each after its parent
	depth    []int // spans above each
}

// TreeOf arranges a trace's spans. A span that names itself or its own descendant as its parent becomes a root, so that
// every span stands in the tree exactly once. It takes time that grows with the number of spans, however deep they stand.
func TreeOf(trace *incident.Trace) *Tree {
	t := &Tree{Trace: trace, children: make([][]int, len(trace.Spans)), parent: make([]int, len(trace.Spans))}
	byID := make(map[string]int, len(trace.Spans))
	for i, s := range trace.Spans {
		if _, taken := byID[s.ID]; !taken {
			byID[s.ID] = i
		}
	}
	for i := range t.parent {
		t.parent[i] = -1
	}
	for i, s := range trace.Spans {
		if p, known := byID[s.Parent]; known && s.Parent != "" {
			t.parent[i] = p
		}
	}
	t.cutCircles()
	for i, p := range t.parent {
		if p < 0 {
			t.Roots = append(t.Roots, i)
			continue
		}
		t.children[p] = append(t.children[p], i)
	}
	sort.SliceStable(t.Roots, func(a, b int) bool {
		return trace.Spans[t.Roots[a]].Duration > trace.Spans[t.Roots[b]].Duration
	})
	t.descend()
	return t
}

// cutCircles makes a root of one span of each circle of parents: the last of them in the trace.
func (t *Tree) cutCircles() {
	const under, done = 1, 2
	state := make([]uint8, len(t.parent))
	var way []int
	for i := range t.parent {
		way = way[:0]
		at := i
		for at >= 0 && state[at] == 0 {
			state[at] = under
			way = append(way, at)
			at = t.parent[at]
		}
		if at >= 0 && state[at] == under {
			last := at
			for next := t.parent[at]; next != at; next = t.parent[next] {
				last = max(last, next)
			}
			t.parent[last] = -1
		}
		for _, span := range way {
			state[span] = done
		}
	}
}

// descend finds an order in which parents come first, and how deep spans stand.
func (t *Tree) descend() {
	t.order = append(make([]int, 0, len(t.parent)), t.Roots...)
	t.depth = make([]int, len(t.parent))
	for n := 0; n < len(t.order); n++ {
		for _, c := range t.children[t.order[n]] {
			t.depth[c] = t.depth[t.order[n]] + 1
			t.order = append(t.order, c)
		}
	}
}

// Children are the spans directly below span i, in the order of the trace.
func (t *Tree) Children(i int) []int { return t.children[i] }

// Depth is how many spans stand above span i.
func (t *Tree) Depth(i int) int { return t.depth[i] }

// PathTo lists the spans from span i's root down to it.
func (t *Tree) PathTo(i int) []int {
	var path []int
	for ; i >= 0; i = t.parent[i] {
		path = append(path, i)
	}
	slices.Reverse(path)
	return path
}

// Self is the time of span i that none of its children covers.
func (t *Tree) Self(i int) time.Duration { return t.selfUntil(i, t.Trace.Spans[i].End()) }

// selfUntil is the time of span i up to a moment that none of its children covers.
func (t *Tree) selfUntil(i int, end time.Time) time.Duration {
	span := t.Trace.Spans[i]
	self, covered := end.Sub(span.Start), span.Start
	for _, c := range t.byStart(i) {
		child := t.Trace.Spans[c]
		from, to := later(child.Start, covered), earlier(child.End(), end)
		if to.After(from) {
			self -= to.Sub(from)
			covered = to
		}
	}
	return self
}

func (t *Tree) byStart(i int) []int {
	children := append([]int(nil), t.children[i]...)
	sort.SliceStable(children, func(a, b int) bool {
		return t.Trace.Spans[children[a]].Start.Before(t.Trace.Spans[children[b]].Start)
	})
	return children
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
