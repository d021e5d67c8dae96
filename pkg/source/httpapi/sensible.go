package httpapi

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

const (
	// farthest is how far from a query's window a time may lie. One that lies farther is in another unit than the API promises:
	// milliseconds taken for seconds are some 50,000 years away, and nanoseconds taken for milliseconds are in 1970.
	farthest = 366 * 24 * time.Hour
	// greatest is the greatest value that is computed with: sums and squares of some millions of these are still numbers.
	greatest = 1e150
)

// sensible bounds what came from a store before anybody computes with it: times near the window, values that stay numbers, names
// that name something, each trace once. What makes no sense at all is an error; single values and spans that do not are left out, and
// the answer warns of that.
func sensible(q source.Question, a *source.Answer) error {
	w := nearby(q.Window)
	if err := w.ofSeries(a); err != nil {
		return err
	}
	for _, l := range a.Lines {
		if err := w.check("a log line", l.Time); err != nil {
			return err
		}
	}
	for _, e := range a.Exemplars {
		if err := w.check("an exemplar", e.Time); err != nil {
			return err
		}
	}
	a.Exemplars = slices.DeleteFunc(a.Exemplars, func(e incident.Exemplar) bool { return math.Abs(e.Value) > greatest })
	if err := w.ofSearch(a); err != nil {
		return err
	}
	if a.Trace != nil {
		if err := w.ofTrace(a); err != nil {
			return err
		}
	}
	if q.Kind == source.TraceNames {
		a.Names = slices.DeleteFunc(a.Names, func(name string) bool { return name == "" }) // of spans without a service
	} else if slices.Contains(a.Names, "") {
		return fmt.Errorf("a name in the list is empty")
	}
	return nil
}

// near are the times that an answer may speak of; zero for a query without a window.
type near incident.Window

func nearby(w incident.Window) near {
	if w.IsZero() {
		return near{}
	}
	return near{From: w.From.Add(-farthest), To: w.To.Add(farthest)}
}

// check says what is wrong with the time of something.
func (n near) check(what string, at time.Time) error {
	if n.From.IsZero() || incident.Window(n).Contains(at) {
		return nil
	}
	return fmt.Errorf("the time of %s lies in the year %d, so that it is not in the unit that the API promises", what, at.UTC().Year())
}

func (n near) ofSeries(a *source.Answer) error {
	left := 0
	for i, s := range a.Series {
		for _, p := range s.Points {
			if err := n.check("a sample", p.Time); err != nil {
				return err
			}
		}
		before := len(s.Points)
		a.Series[i].Points = slices.DeleteFunc(s.Points, func(p incident.Point) bool { return math.Abs(p.Value) > greatest })
		left += before - len(a.Series[i].Points)
	}
	if left > 0 {
		a.Warnings = append(a.Warnings, fmt.Sprintf("%d of its values are beyond what can be computed with and were left out", left))
		if a.Question.Kind != source.Range { // every series of a moment has its point
			a.Series = slices.DeleteFunc(a.Series, func(s incident.Series) bool { return len(s.Points) == 0 })
		}
	}
	return nil
}

// ofSearch leaves out traces that are there before: a store that keeps several copies of a trace may list each.
func (n near) ofSearch(a *source.Answer) error {
	seen := map[string]bool{}
	each := a.Traces[:0]
	for _, t := range a.Traces {
		if t.ID == "" {
			return fmt.Errorf("a trace in the list has no id")
		}
		if err := n.check("a trace", t.Start); err != nil {
			return err
		}
		if seen[t.ID] {
			continue
		}
		seen[t.ID] = true
		t.Duration = lasting(t.Duration)
		t.Spans, _ = n.spans(t.Spans, true)
		each = append(each, t)
	}
	a.Traces = each
	return nil
}

// ofTrace leaves out spans of another time: a process with a wrong clock, which the trace's own length must not show.
func (n near) ofTrace(a *source.Answer) error {
	t := a.Trace
	kept, left := n.spans(t.Spans, false)
	if len(kept) == 0 && left > 0 {
		return n.check("each of its spans", t.Spans[0].Start)
	}
	if len(kept) == 0 {
		return nil
	}
	if left > 0 {
		a.Warnings = append(a.Warnings, fmt.Sprintf("%d of its spans are of a time that makes no sense and were left out", left))
	}
	trace := *t
	trace.Spans = kept
	trace.Start, trace.Duration = extent(kept)
	a.Trace = &trace
	return nil
}

// spans are those whose times make sense, in the place of all; where untimed are fine, those without a start are among them.
func (n near) spans(all []incident.Span, untimed bool) (kept []incident.Span, left int) {
	kept = all[:0]
	for _, s := range all {
		if n.check("", s.Start) != nil && (!untimed || !s.Start.IsZero()) {
			left++
			continue
		}
		s.Duration = lasting(s.Duration)
		s.Events = slices.DeleteFunc(s.Events, func(e incident.SpanEvent) bool { return n.check("", e.Time) != nil })
		kept = append(kept, s)
	}
	return kept, left
}

// lasting is a duration that can be: neither negative nor longer than anything that is traced.
func lasting(d time.Duration) time.Duration { return min(max(d, 0), farthest) }

// extent is the time from the first start to the last end.
func extent(spans []incident.Span) (time.Time, time.Duration) {
	first, last := spans[0].Start, spans[0].End()
	for _, s := range spans {
		if s.Start.Before(first) {
			first = s.Start
		}
		if s.End().After(last) {
			last = s.End()
		}
	}
	return first, last.Sub(first)
}
