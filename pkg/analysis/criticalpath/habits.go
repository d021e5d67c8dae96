package criticalpath

import "github.com/faultline-investigation/faultline/pkg/incident"

// Habits are what requests do that go well: what they ask of other services, and the failures that they live with. The zero value
// knows nothing.
type Habits struct {
	requests  int
	asked     map[call]bool // in any of them
	livedWith map[call]int  // requests in which it failed
}

// call is work of one service under one name.
type call struct{ service, name string }

const (
	// knownFrom is the number of requests that went well from which what none of them asked is not asked on a good day.
	knownFrom = 10
	// livedWithFrom is the number of requests that went well though something failed in them, from which that is no accident.
	livedWithFrom = 3
)

// HabitsOf reads the requests among some that went well: none of whose first spans failed.
func HabitsOf(requests []incident.Trace) Habits {
	h := Habits{asked: map[call]bool{}, livedWith: map[call]int{}}
	for i := range requests {
		t := TreeOf(&requests[i])
		if len(t.Roots) == 0 || t.rootFailed() {
			continue
		}
		h.requests++
		failed := map[call]bool{}
		for s := range requests[i].Spans {
			one, known := callOf(t, s)
			if !known {
				continue
			}
			h.asked[one] = true
			if requests[i].Spans[s].Failed {
				failed[one] = true
			}
		}
		for c := range failed {
			h.livedWith[c]++
		}
	}
	return h
}

func (t *Tree) rootFailed() bool {
	for _, r := range t.Roots {
		if t.Trace.Spans[r].Failed {
			return true
		}
	}
	return false
}

// livesWith says that requests that go well have a span's failure too.
func (h Habits) livesWith(t *Tree, i int) bool {
	one, known := callOf(t, i)
	return known && h.livedWith[one] >= livedWithFrom
}

// neverAsk says that requests that go well do not make a call. It is known of what other services handle: a sample of requests has the
// spans of these, whatever their outcome, and not what a service does by itself.
func (h Habits) neverAsk(t *Tree, i int) bool {
	if h.requests < knownFrom {
		return false
	}
	one, known := callOf(t, i)
	return known && t.handlerOf(i) >= 0 && !h.asked[one]
}

// handlerOf is the span with which the one called handles a call: the span itself, or the one below a caller's; -1 for none.
func (t *Tree) handlerOf(i int) int {
	if handles(t.Trace.Spans[i].Kind) {
		return i
	}
	for _, c := range t.children[i] {
		if handles(t.Trace.Spans[c].Kind) {
			return c
		}
	}
	return -1
}

func handles(kind incident.SpanKind) bool {
	return kind == incident.KindServer || kind == incident.KindConsumer
}

// callOf is what a span does: a caller's span does what the one called does, since its own name is often no more than a method's. False
// where nothing but such a method is known.
func callOf(t *Tree, i int) (call, bool) {
	handler := t.handlerOf(i)
	if handler >= 0 {
		i = handler
	}
	s := &t.Trace.Spans[i]
	return call{s.Service, s.Name}, handler >= 0 || !methods[s.Name]
}

// methods are names of calls that do not say what is called; GET is one of Redis too.
var methods = map[string]bool{"GET": true, "HEAD": true, "POST": true, "PUT": true, "PATCH": true, "DELETE": true, "OPTIONS": true, "HTTP GET": true, "HTTP POST": true}
