package services

import (
	"cmp"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
)

// ownTimeOf compares the requests of an operation since its change began with those before.
func ownTimeOf(service, operation string, since, before []incident.TraceSummary) incident.OwnTime {
	found := incident.OwnTime{Service: service, Operation: operation, Peers: []incident.Peer{}}
	now, then := requestsIn(since, service, operation), requestsIn(before, service, operation)
	found.Now, found.Before = len(now), len(then)
	both := func(of func([]timedRequest) float64) incident.Spent {
		return incident.Spent{Now: of(now), Before: of(then)}
	}
	found.Outside = both(meanOf(func(r timedRequest) float64 { return inMilliseconds(r.outside) }))
	found.Idle = both(meanOf(func(r timedRequest) float64 { return inMilliseconds(r.idle) }))
	found.Abreast = both(func(all []timedRequest) float64 {
		return typical(all, func(r timedRequest) float64 { return r.abreast })
	})
	for _, key := range peersOf(now, then) {
		found.Peers = append(found.Peers, incident.Peer{Type: key.Type, Name: key.Name, System: key.System,
			Spent: both(meanOf(func(r timedRequest) float64 { return inMilliseconds(r.peers[key].took) })),
			Calls: both(func(all []timedRequest) float64 {
				return typical(all, func(r timedRequest) float64 { return float64(r.peers[key].calls) })
			}),
			Each: both(func(all []timedRequest) float64 { return eachOf(all, key) })})
	}
	slices.SortFunc(found.Peers, func(a, b incident.Peer) int {
		return cmp.Or(cmp.Compare(b.Spent.Rise(), a.Spent.Rise()), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Type, b.Type), cmp.Compare(a.System, b.System))
	})
	return found
}

// requestsIn are an operation's requests in traces that were brought whole: of others calls may be among the spans that were not brought.
func requestsIn(traces []incident.TraceSummary, service, operation string) []timedRequest {
	var all []timedRequest
	known := attributes{}
	for _, t := range traces {
		if t.Matched <= len(t.Spans) {
			all = append(all, requestsTimed(treeOf(t, known), service, operation)...)
		}
	}
	return all
}

// peersOf are the peers that requests call, without numbers.
func peersOf(sides ...[]timedRequest) []incident.Peer {
	seen := map[incident.Peer]bool{}
	var all []incident.Peer
	for _, side := range sides {
		for _, r := range side {
			for peer := range r.peers {
				if !seen[peer] {
					seen[peer] = true
					all = append(all, peer)
				}
			}
		}
	}
	return all
}

func inMilliseconds(d time.Duration) float64 { return d.Seconds() * 1e3 }

// meanOf is the mean of a number of each request.
func meanOf(number func(timedRequest) float64) func([]timedRequest) float64 {
	return func(all []timedRequest) float64 {
		sum := 0.0
		for _, r := range all {
			sum += number(r)
		}
		return sum / float64(max(1, len(all)))
	}
}

// typical is the median of a number of each request; 0 where there is none.
func typical(all []timedRequest, number func(timedRequest) float64) float64 {
	if len(all) == 0 {
		return 0
	}
	values := make([]float64, len(all))
	for i, r := range all {
		values[i] = number(r)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// eachOf is the mean time of one call to a peer in ms; 0 where it was not called.
func eachOf(all []timedRequest, peer incident.Peer) float64 {
	sum, calls := 0.0, 0
	for _, r := range all {
		sum += inMilliseconds(r.peers[peer].sum)
		calls += r.peers[peer].calls
	}
	return sum / float64(max(1, calls))
}

// timedRequest is where one request of an operation spent its time.
type timedRequest struct {
	calls   time.Duration // traced
	outside time.Duration // of traced calls
	idle    time.Duration // of all calls
	abreast float64       // calls to peers that run at a time; 0 without calls
	peers   map[incident.Peer]timedCalls
}

// timedCalls are a request's calls to a peer.
type timedCalls struct {
	calls int
	took  time.Duration // time in several of them once
	sum   time.Duration // of all of them
}

// requestsTimed are a trace's requests of an operation. A call is traced where a span of the one called lies below the caller's.
func requestsTimed(t incident.Trace, service, operation string) []timedRequest {
	place, traced := tracedCalls(t)
	var all []timedRequest
	for i := range t.Spans {
		entry := &t.Spans[i]
		if entry.Service != service || entry.Name != operation || entry.Kind == incident.KindClient {
			continue
		}
		var calls, untraced []incident.Span
		byPeer := map[incident.Peer][]incident.Span{}
		for n := range t.Spans {
			s := &t.Spans[n]
			if s.Kind != incident.KindClient || s.Service != service || !isBelow(t.Spans, place, n, i) {
				continue
			}
			if traced[n] {
				calls = append(calls, *s)
				continue
			}
			peer := peerOf(*s)
			untraced, byPeer[peer] = append(untraced, *s), append(byPeer[peer], *s)
		}
		all = append(all, timedAs(entry, calls, untraced, byPeer))
	}
	return all
}

func timedAs(entry *incident.Span, calls, untraced []incident.Span, byPeer map[incident.Peer][]incident.Span) timedRequest {
	r := timedRequest{calls: together(calls, entry), peers: map[incident.Peer]timedCalls{}}
	r.outside = entry.Duration - r.calls
	r.idle = entry.Duration - together(slices.Concat(calls, untraced), entry)
	for peer, spans := range byPeer {
		took := timedCalls{calls: len(spans), took: together(spans, entry)}
		took.sum = summed(spans)
		r.peers[peer] = took
	}
	if union := together(untraced, entry); union > 0 {
		r.abreast = summed(untraced).Seconds() / union.Seconds()
	}
	return r
}

func summed(spans []incident.Span) time.Duration {
	sum := time.Duration(0)
	for _, s := range spans {
		sum += s.Duration
	}
	return sum
}

// tracedCalls are the places of a trace's spans by their ids, and which of the spans have one of another service's below them.
func tracedCalls(t incident.Trace) (place map[string]int, traced []bool) {
	place, traced = make(map[string]int, len(t.Spans)), make([]bool, len(t.Spans))
	for i := range t.Spans {
		place[t.Spans[i].ID] = i
	}
	for i := range t.Spans {
		s := &t.Spans[i]
		if up, known := place[s.Parent]; known && (s.Kind == incident.KindServer || s.Kind == incident.KindConsumer) {
			traced[up] = true
		}
	}
	return place, traced
}

// isBelow says that a span lies below an entry within its own service's part of the trace.
func isBelow(spans []incident.Span, place map[string]int, span, entry int) bool {
	for range spans { // a trace has no longer way up
		up, known := place[spans[span].Parent]
		switch {
		case !known:
			return false
		case up == entry:
			return true
		case spans[up].Kind == incident.KindServer || spans[up].Kind == incident.KindConsumer:
			return false
		}
		span = up
	}
	return false
}

// together is how much of a request's time lies in spans, time in several of them once.
func together(spans []incident.Span, within *incident.Span) time.Duration {
	slices.SortFunc(spans, func(a, b incident.Span) int { return a.Start.Compare(b.Start) })
	sum, reached := time.Duration(0), within.Start
	for i := range spans {
		from, to := spans[i].Start, spans[i].End()
		if from.Before(reached) {
			from = reached
		}
		if end := within.End(); to.After(end) {
			to = end
		}
		if to.After(from) {
			sum, reached = sum+to.Sub(from), to
		}
	}
	return sum
}

// peerOf is what a client's span calls, by OpenTelemetry's attributes of now and of before.
func peerOf(s incident.Span) incident.Peer {
	first := func(names ...string) string { return firstOf(s.Attributes, names...) }
	p := incident.Peer{Type: incident.PeerHost, Name: phase.Host(s)}
	if system := first("db.system.name", "db.system"); system != "" {
		p.Type, p.System = incident.PeerDatabase, system
		p.Name = cmp.Or(first("peer.service"), p.Name, first("db.namespace", "db.name"), system)
	} else if system := first("messaging.system"); system != "" {
		p.Type, p.System = incident.PeerQueue, system
		p.Name = cmp.Or(first("messaging.destination.name", "messaging.destination"), p.Name, system)
	}
	if p.Name == "" {
		p.Name = s.Name
	}
	return p
}
