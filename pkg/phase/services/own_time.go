package services

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/verdict/difference"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// OwnTime tells apart the time that a service spends in calls to what nothing traces, such as databases: the sample of calls has only
// those with spans on both sides, so that all other time looks like the service's own.
func OwnTime() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseCause,
		ID:     "own-time",
		Title:  "Time outside traced calls",
		Needs:  []incident.Fact{incident.FactRanking},
		Awaits: []incident.Fact{incident.FactOnset, incident.FactNeighbours},
		Learns: []incident.Fact{incident.FactOwnTime},
		Plan:   planOwnTime,
		Read:   readOwnTime,
	}
}

const (
	timedSince  = "time since"
	timedBefore = "time before"
	timed       = 100 // traces on either side
	fewestTimed = 10  // requests on either side, from which a mean is told
	toldPeers   = 3
)

// slower is the first service of the ranking that takes longer outside its traced calls, with the operation; false where none does.
func slower(c *incident.Case) (service, operation string, is bool) {
	all := c.Facts.Ranking.Services
	for i := range all[:min(toldServices, len(all))] {
		r := &all[i]
		if r.Score < difference.WorthTelling {
			break
		}
		for _, d := range r.Evidence[:min(toldServices, len(r.Evidence))] {
			if rank.Kind(d.Kind) == rank.OwnLatency && d.Strength >= difference.WorthTelling {
				return r.Service, d.About.Operation, true
			}
		}
	}
	return "", "", false
}

func planOwnTime(c *incident.Case) ([]source.Question, error) {
	service, operation, is := slower(c)
	if !is {
		return nil, nil
	}
	before, since, long := sidesOf(c, service)
	if !long {
		return nil, nil
	}
	query := traceql.WithinOperation(operation, phase.SpansOf(c, service)...)
	now, err := phase.Search(timedSince, query, since, timed, spansOfTrace)
	if err != nil {
		return nil, err
	}
	then, err := phase.Search(timedBefore, query, before, timed, spansOfTrace)
	return []source.Question{now, then}, err
}

func readOwnTime(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	service, operation, is := slower(c)
	if !is {
		return needless(c, "None of the services that changed most takes longer outside its traced calls."), nil
	}
	if _, asked := answers[timedSince]; !asked {
		return phase.Reading{}, phase.Skipf("Look again in a minute, or choose a window that begins earlier.",
			"It began less than 30 s ago, nobody knows when, or no requests are known from before.")
	}
	if problem := answers.Problem(timedSince, timedBefore); problem != nil {
		return phase.Reading{}, problem
	}
	found := ownTimeOf(service, operation, answers[timedSince].Traces, answers[timedBefore].Traces)
	if min(found.Now, found.Before) < fewestTimed {
		return phase.Reading{}, phase.Skipf("Look at the service's client spans in the trace store.",
			"Of %s of %s %s could be read whole since it began, and %d before: too few to tell where their time goes.",
			operation, service, wording.Counted(found.Now, "request", "requests"), found.Before)
	}
	return phase.FoundThat(ownTimeFinding(c, &found)).Teaching(func(f *incident.Facts) { f.OwnTime = &found }), nil
}

// ownTimeOf compares the requests of an operation since its change began with those before.
func ownTimeOf(service, operation string, since, before []incident.TraceSummary) incident.OwnTime {
	found := incident.OwnTime{Service: service, Operation: operation, Peers: []incident.Peer{}}
	peers := map[incident.Peer]*incident.Spent{}
	sum := func(traces []incident.TraceSummary, side func(*incident.Spent) *float64) int {
		n, known := 0, attributes{}
		for _, t := range traces {
			if t.Matched > len(t.Spans) {
				continue // calls may be among the spans that were not brought
			}
			for _, r := range requestsTimed(treeOf(t, known), service, operation) {
				n++
				*side(&found.Outside) += r.outside.Seconds() * 1e3
				for peer, took := range r.peers {
					if peers[peer] == nil {
						peers[peer] = &incident.Spent{}
					}
					*side(peers[peer]) += took.Seconds() * 1e3
				}
			}
		}
		return n
	}
	found.Now = sum(since, func(s *incident.Spent) *float64 { return &s.Now })
	found.Before = sum(before, func(s *incident.Spent) *float64 { return &s.Before })
	mean := func(s incident.Spent) incident.Spent {
		return incident.Spent{Now: s.Now / float64(max(1, found.Now)), Before: s.Before / float64(max(1, found.Before))}
	}
	found.Outside = mean(found.Outside)
	for peer, spent := range peers {
		peer.Spent = mean(*spent)
		found.Peers = append(found.Peers, peer)
	}
	slices.SortFunc(found.Peers, func(a, b incident.Peer) int {
		return cmp.Or(cmp.Compare(b.Spent.Rise(), a.Spent.Rise()), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Type, b.Type), cmp.Compare(a.System, b.System))
	})
	return found
}

// timedRequest is where one request of an operation spent its time.
type timedRequest struct {
	calls   time.Duration // traced
	outside time.Duration // of traced calls
	peers   map[incident.Peer]time.Duration
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
		var calls []incident.Span
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
			byPeer[peer] = append(byPeer[peer], *s)
		}
		r := timedRequest{calls: together(calls, entry), peers: map[incident.Peer]time.Duration{}}
		r.outside = entry.Duration - r.calls
		for peer, spans := range byPeer {
			r.peers[peer] = together(spans, entry)
		}
		all = append(all, r)
	}
	return all
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

func ownTimeFinding(c *incident.Case, found *incident.OwnTime) incident.Finding {
	before, since, _ := sidesOf(c, found.Service)
	of := map[string]string{"service": found.Service, "operation": found.Operation}
	finding := incident.Finding{Severity: incident.Info, Interval: &since, Baseline: &before,
		Values: []incident.Value{
			{Name: "time outside traced calls", Measure: incident.MeasureOwnTime, Value: found.Outside.Now / 1e3, Unit: incident.Seconds,
				Baseline: incident.Baselined(found.Outside.Before / 1e3), Samples: float64(found.Now), Labels: of},
			{Name: "requests", Value: float64(found.Now), Unit: incident.Count, Baseline: incident.Baselined(float64(found.Before))}},
		Method: "mean time of the operation's requests in none of its calls to traced services; and how much of it lies in its client spans of which nothing is below"}
	finding.Sentence = fmt.Sprintf("%s of %s spends %s a request outside traced calls, normally %s", found.Operation, found.Service,
		numbers.Duration(found.Outside.Now/1e3), numbers.Duration(found.Outside.Before/1e3))
	var parts []string
	for _, p := range found.Peers[:min(toldPeers, len(found.Peers))] {
		parts = append(parts, difference.PeerTimes(p))
		finding.Values = append(finding.Values, incident.Value{Name: "time in calls to " + p.Name, Measure: incident.MeasureUntracedCalls, Value: p.Spent.Now / 1e3, Unit: incident.Seconds,
			Baseline: incident.Baselined(p.Spent.Before / 1e3), Samples: float64(found.Now), Labels: map[string]string{"service": found.Service, "operation": found.Operation, "peer": p.Name}})
	}
	switch {
	case len(parts) == 0:
		finding.Sentence += ". It has no client spans for that time: it may go to the service itself or to what it calls without a trace"
	default:
		finding.Sentence += "; of that, " + wording.List(parts)
		if found.Slow() != nil {
			finding.Severity = incident.Warning
		}
	}
	finding.Sentence += fmt.Sprintf(" (means of %s and %d before).", wording.Counted(found.Now, "request", "requests"), found.Before)
	return finding
}
