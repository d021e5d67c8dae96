package criticalpath

import "time"

// Blame is the span where a trace went wrong, and by what rule.
type Blame struct {
	Span       int
	Failed     bool // the span has error status; else it is where the most time went
	Waited     bool // the call GaveUp failed because it waited for this span
	GaveUp     int
	PassedOver []PassedOver // failures beside it that did not make the request fail, in the order in which they were met
}

// Culprit finds where the trace went wrong: the deepest failed span, followed from the top along failed children, since a failure is
// handed upwards. Of several failures side by side it follows the one that the others do not follow from (see decisive). Where that is a
// call whose caller gave up while the one called was at work, it is where that time went. Where no span failed it is the one with the
// most time of its own on the critical path. It answers false only for a trace without spans.
func (t *Tree) Culprit(usual Habits) (Blame, bool) {
	if len(t.Trace.Spans) == 0 {
		return Blame{}, false
	}
	failures := t.topFailures()
	if len(failures) == 0 {
		return Blame{Span: t.slowest(t.Roots[0])}, true
	}
	blame, above := Blame{Failed: true}, -1
	for len(failures) > 0 {
		var others []PassedOver
		blame.Span, others = t.decisive(failures, above, usual)
		blame.PassedOver = append(blame.PassedOver, others...)
		above = blame.Span
		failures = t.failuresBelow(above)
	}
	if called, gaveUp := t.atWorkWhenGivenUp(blame.Span); gaveUp {
		return Blame{Span: t.slowest(called), GaveUp: blame.Span, Waited: true, PassedOver: blame.PassedOver}, true
	}
	return blame, true
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

// topFailures are the failed spans that no failed span is above.
func (t *Tree) topFailures() []int {
	above := make([]bool, len(t.parent)) // a failed span is above
	for _, i := range t.order {
		if p := t.parent[i]; p >= 0 {
			above[i] = above[p] || t.Trace.Spans[p].Failed
		}
	}
	var top []int
	for i := range t.Trace.Spans {
		if t.Trace.Spans[i].Failed && !above[i] {
			top = append(top, i)
		}
	}
	return top
}

// failuresBelow are the failed spans below a span between which and it no other failed one stands: spans without a status between two
// failed ones hand failures on.
func (t *Tree) failuresBelow(i int) []int {
	var open, failures []int
	push := func(children []int) {
		for n := len(children) - 1; n >= 0; n-- { // the first is taken first
			open = append(open, children[n])
		}
	}
	push(t.children[i])
	for len(open) > 0 {
		c := open[len(open)-1]
		open = open[:len(open)-1]
		if t.Trace.Spans[c].Failed {
			failures = append(failures, c)
			continue
		}
		push(t.children[c])
	}
	return failures
}
