package rank_test

import (
	"fmt"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

var (
	ten    = time.Date(2026, 1, 2, 10, 0, 0, 0, time.UTC)
	window = incident.Window{From: ten, To: ten.Add(time.Hour)}
	struck = ten.Add(57 * time.Minute) // when the fault begins
)

const ms = time.Millisecond

// world makes requests, one every few seconds: front calls two services, each of which calls the same store.
type world struct {
	// wait is what a call takes longer for its caller than for the one called.
	wait func(from, to string, at time.Time, n int) time.Duration
	// own is what a service works by itself.
	own func(service string, at time.Time, n int) time.Duration
	// lines are what a service writes for a request, "level text".
	lines func(service string, at time.Time, n int) []string
	fails func(service string, at time.Time, n int) bool
	// calls says that a request makes a call.
	calls func(from, to string, n int) bool
}

func (w world) filled() world {
	if w.wait == nil {
		w.wait = func(string, string, time.Time, int) time.Duration { return 2 * ms }
	}
	if w.own == nil {
		w.own = func(string, time.Time, int) time.Duration { return 20 * ms }
	}
	if w.lines == nil {
		w.lines = func(service string, _ time.Time, _ int) []string { return []string{"info " + service + " done"} }
	}
	if w.fails == nil {
		w.fails = func(string, time.Time, int) bool { return false }
	}
	if w.calls == nil {
		w.calls = func(string, string, int) bool { return true }
	}
	return w
}

var calls = map[string][]string{"front": {"orders", "prices"}, "orders": {"store"}, "prices": {"store"}}

// input plays an hour of the world.
func (w world) input() rank.Input {
	w = w.filled()
	in := rank.Input{Window: window}
	for n, at := 0, window.From; at.Before(window.To); n, at = n+1, at.Add(6*time.Second) {
		t := incident.Trace{ID: fmt.Sprintf("%032x", n+1)[2:], Start: at}
		w.request(&in, &t, "front", "", at, n)
		in.Traces = append(in.Traces, t)
	}
	return in
}

// request adds a service's span with what it calls, and gives how long it took.
func (w world) request(in *rank.Input, t *incident.Trace, service, parent string, at time.Time, n int) time.Duration {
	place := len(t.Spans)
	id := fmt.Sprintf("%016x", place+1)
	t.Spans = append(t.Spans, incident.Span{ID: id, Parent: parent, Service: service, Name: "/" + service, Kind: incident.KindServer, Start: at,
		Failed: w.fails(service, at, n)})
	took := w.own(service, at, n) + wobble(n)
	for _, line := range w.lines(service, at, n) {
		var level, text string
		_, _ = fmt.Sscanf(line, "%s", &level)
		text = line[len(level)+1:]
		in.Lines = append(in.Lines, rank.Line{Time: at, Service: service, Trace: t.ID, Span: id, Text: text, Level: level})
	}
	for _, callee := range calls[service] {
		if !w.calls(service, callee, n) {
			continue
		}
		caller := len(t.Spans)
		callID := fmt.Sprintf("%016x", caller+1)
		t.Spans = append(t.Spans, incident.Span{ID: callID, Parent: id, Service: service, Name: "GET", Kind: incident.KindClient, Start: at.Add(took)})
		wait := w.wait(service, callee, at, n) + wobble(n+len(callee))
		t.Spans[caller].Duration = wait + w.request(in, t, callee, callID, at.Add(took+wait/2), n)
		took += t.Spans[caller].Duration
	}
	t.Spans[place].Duration = took
	return took
}

// wobble is a small, repeatable noise.
func wobble(n int) time.Duration { return time.Duration((n*7919)%13) * ms / 13 }

// since gives one value before a moment and another after it.
func since[T any](at, moment time.Time, after, before T) T {
	if at.Before(moment) {
		return before
	}
	return after
}
