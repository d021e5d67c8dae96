// Package criticalpath reads a trace: what called what, where its time went, and where it went wrong. It is pure, and
// takes traces as they come: without a root, with missing parents, with duplicates, with clocks that disagree.
package criticalpath

import (
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
}

// TreeOf arranges a trace's spans. A span that names itself or its own descendant as its parent becomes a root, so that
// every span stands in the tree exactly once.
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
		if p, known := byID[s.Parent]; known && s.Parent != "" && !t.descends(p, i) {
			t.parent[i] = p
		}
	}
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
	return t
}

// descends says whether span is i or lies below i, by the parents known so far. A circle is cut at the span that would
// close it.
func (t *Tree) descends(span, i int) bool {
	for ; span >= 0; span = t.parent[span] {
		if span == i {
			return true
		}
	}
	return false
}

// Children are the spans directly below span i, in the order of the trace.
func (t *Tree) Children(i int) []int { return t.children[i] }

// Depth is how many spans stand above span i.
func (t *Tree) Depth(i int) int {
	depth := 0
	for p := t.parent[i]; p >= 0; p = t.parent[p] {
		depth++
	}
	return depth
}

// PathTo lists the spans from span i's root down to it.
func (t *Tree) PathTo(i int) []int {
	var path []int
	for ; i >= 0; i = t.parent[i] {
		path = append([]int{i}, path...)
	}
	return path
}

// Self is the time of span i that none of its children covers.
func (t *Tree) Self(i int) time.Duration {
	span := t.Trace.Spans[i]
	self, covered := span.Duration, span.Start
	for _, c := range t.byStart(i) {
		child := t.Trace.Spans[c]
		from, to := later(child.Start, covered), earlier(child.End(), span.End())
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
