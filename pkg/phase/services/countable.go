package services

import (
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/logql"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/verdict/difference"
)

// countable is how a difference is counted over everything that its store has.
type countable struct {
	of    incident.Counting
	query string          // for traces
	lines logql.Selection // for lines
}

// ask is the question for one side of the onset.
func (k countable) ask(name string, w incident.Window) (source.Question, error) {
	if k.of == incident.CountedLines {
		text, err := k.lines.CountOverTime(w.Length())
		return source.Question{Name: name, Kind: source.LogCount, Text: text, Window: w}, err
	}
	return phase.Search(name, k.query, w, countedAtMost, 0)
}

// why a difference cannot be counted over everything, as a sentence each.
const (
	wordless  = "Its log lines have no words in common that can be searched for."
	tooLong   = "The names in it make the TraceQL query longer than Tempo reads."
	notSlower = "The usual time did not rise, so no limit tells slow requests apart."
	unsampled = "No sampled calls tell how long they usually take."
	nameless  = "It does not say what to search for."
)

// countableOf is how a difference of a service is counted, or else a sentence that says why it cannot be.
func countableOf(c *incident.Case, service string, d incident.Difference) (countable, string) {
	if rank.Kind(d.Kind) == rank.LogPattern {
		return linesThatShow(c, service, d)
	}
	query, why := tracesThatShow(c, service, d)
	if why != "" {
		return countable{}, why
	}
	if ofSystem := phase.SubjectSpans(c); service != c.Subject.Service && len(ofSystem) > 1 {
		query = traceql.WithAlso(query, ofSystem...)
	}
	if !traceql.Fits(query) {
		return countable{}, tooLong
	}
	return countable{of: incident.CountedTraces, query: query}, ""
}

// linesThatShow selects the log lines of a kind by what all of them hold.
func linesThatShow(c *incident.Case, service string, d incident.Difference) (countable, string) {
	if c.Facts.LogLabels == nil || len(d.Holds) == 0 {
		return countable{}, wordless
	}
	lines := logql.Streams(c.Facts.LogLabels.Service, service)
	for _, text := range d.Holds {
		lines = lines.Containing(text)
	}
	return countable{of: incident.CountedLines, lines: lines}, ""
}

// tracesThatShow is a query for the traces that show a difference.
func tracesThatShow(c *incident.Case, service string, d incident.Difference) (query, why string) {
	named := append(phase.SpansOf(c, service), traceql.SpanName(d.About.Operation))
	switch rank.Kind(d.Kind) {
	case rank.Errors:
		return traceql.Spans(append(named, traceql.Failed())...), ""
	case rank.Operation:
		return traceql.Spans(named...), ""
	case rank.Refused:
		if d.About.Status == 0 {
			return "", nameless
		}
		return traceql.Spans(append(named, traceql.Status(d.About.Status))...), ""
	case rank.CallPattern:
		if d.About.Callee == "" {
			return "", nameless
		}
		return traceql.Below(traceql.Spans(phase.SpansOf(c, service)...), traceql.Spans(traceql.Service(d.About.Callee), traceql.SpanName(d.About.Operation))), ""
	case rank.OwnLatency:
		if d.Current <= d.Usual {
			return "", notSlower
		}
		return traceql.Spans(append(named, traceql.LongerThan(usualCalls(c, service, d.About.Operation)+milliseconds((d.Usual+d.Current)/2)))...), ""
	case rank.EdgeLatency:
		return waitingCalls(c, service, d)
	case rank.LogPattern, rank.ErrorLines, rank.CPU, rank.Memory, rank.Disk, rank.Network:
	}
	return "", nameless
}

// usualCalls is how long an operation's traced calls took before its change, the middle one of its sampled requests: TraceQL tells how long
// a span lasts, and not how much of that is its own.
func usualCalls(c *incident.Case, service, operation string) time.Duration {
	before, _, _ := sidesOf(c, service)
	var taken []time.Duration
	for _, t := range requestsOf(c).Traces {
		if !t.Start.Before(before.To) {
			continue
		}
		for _, r := range requestsTimed(t, service, operation) {
			taken = append(taken, r.calls)
		}
	}
	if len(taken) == 0 {
		return 0
	}
	return middle(taken).Truncate(time.Microsecond)
}

func milliseconds(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }

const ofAdded = 4 // the part of the added wait from which a call waits long: far from the usual wait, and missing few

// ends are the two services of a call.
type ends struct{ from, to string }

// join says that they are a service and one of its peers.
func (e ends) join(service string, peers []string) bool {
	return e.from == service && slices.Contains(peers, e.to) || e.to == service && slices.Contains(peers, e.from)
}

// waiting is what sampled calls between two services took: for the caller, and for the one called, before and since.
type waiting struct {
	served        []time.Duration
	before, since []time.Duration // that the caller waited beyond the time of the one called
}

// waitingCalls is a query for the traces in which the caller waited long for a call that the one called was quick to serve. TraceQL
// cannot subtract one span's time from another's, so both are held against limits that the sampled calls give: how long a part of them
// is served at most, and the usual wait and some of the added one on top of it. The more such parts, the fewer calls are missed; as many
// are taken as there is room for.
func waitingCalls(c *incident.Case, service string, d incident.Difference) (query, why string) {
	why = unsampled
	for _, bands := range []int{4, 2, 1} {
		if query = waitingIn(c, callsBetween(c, service, d.Peers), d.Peers, service, bands); query == "" {
			return "", why
		}
		if why = tooLong; traceql.Fits(query) {
			return query, ""
		}
	}
	return "", why
}

// waitingIn is the query for calls of so many parts, by how long they are served; empty where none is known to wait longer.
func waitingIn(c *incident.Case, calls map[ends]*waiting, peers []string, service string, bands int) string {
	var parts []string
	for _, peer := range peers {
		for _, e := range []ends{{service, peer}, {peer, service}} {
			calls := calls[e]
			if calls == nil || len(calls.before) == 0 || len(calls.since) == 0 {
				continue
			}
			usual, current := middle(calls.before), middle(calls.since)
			if current <= usual {
				continue
			}
			slices.Sort(calls.served)
			for band := range bands {
				served := calls.served[(band+1)*(len(calls.served)-1)/(bands+1)]
				parts = append(parts, traceql.Parent(
					traceql.Spans(append(phase.SpansOf(c, e.from), traceql.Client(), traceql.LongerThan(served+usual+(current-usual)/ofAdded))...),
					traceql.Spans(append(phase.SpansOf(c, e.to), traceql.NotLongerThan(served))...)))
			}
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return traceql.Either(slices.Compact(parts)...)
}

// callsBetween are the sampled calls of a service to and from others for which the caller has a span of its own.
func callsBetween(c *incident.Case, service string, peers []string) map[ends]*waiting {
	calls := map[ends]*waiting{}
	before, since, _ := sidesOf(c, service)
	for _, t := range requestsOf(c).Traces {
		spans := make(map[string]*incident.Span, len(t.Spans))
		for i := range t.Spans {
			spans[t.Spans[i].ID] = &t.Spans[i]
		}
		for i := range t.Spans {
			s := &t.Spans[i]
			caller, known := spans[s.Parent]
			if !known || caller.Kind != incident.KindClient || caller.Service == s.Service {
				continue
			}
			e := ends{caller.Service, s.Service}
			if !e.join(service, peers) {
				continue
			}
			if calls[e] == nil {
				calls[e] = &waiting{}
			}
			calls[e].served = append(calls[e].served, s.Duration)
			switch wait := max(0, caller.Duration-s.Duration); {
			case s.Start.Before(before.To):
				calls[e].before = append(calls[e].before, wait)
			case !s.Start.Before(since.From):
				calls[e].since = append(calls[e].since, wait)
			}
		}
	}
	return calls
}

// middle is the median, which reorders the times.
func middle(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

// choice is what is counted of a service's differences.
type choice struct {
	service string
	counted *incident.Difference // nil where nothing is
	how     countable
	why     string // the strongest cannot be counted, as a sentence; empty where it can be, or needs not
}

// chosen is the strongest difference of a service, or, where it cannot be counted, the strongest that can be. What is no sample needs
// no second count.
func chosen(c *incident.Case, r *incident.RankedService) choice {
	pick := choice{service: r.Service}
	for i := range r.Evidence {
		d := &r.Evidence[i]
		if !difference.OfRequests(*d) {
			if i == 0 {
				return pick
			}
			continue
		}
		how, why := countableOf(c, r.Service, *d)
		if why == "" {
			pick.counted, pick.how = d, how
			return pick
		}
		if i == 0 {
			pick.why = why
		}
	}
	return pick
}
