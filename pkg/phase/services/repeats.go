package services

import (
	"fmt"
	"math"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/analysis/significance"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
)

const (
	manyRepeats  = 1.5 // times the requests in one trace, from which the difference is told
	mostlyFailed = 0.5 // of the further calls that follow a failed one, more than which they may be retries
	seldom       = 0.1 // of the calls that succeeded and have a further one: more than that is a loop, whose calls go on whatever becomes of them
)

// repeats are the subject's requests in traces of one time.
type repeats struct {
	requests  int
	counts    []int // requests of each trace
	calls     tries
	succeeded tries // of these
}

// tries are calls to the subject, and how many of them have a further one of the same kind by the same span after them.
type tries struct{ all, further int }

func (t tries) and(other tries) tries { return tries{t.all + other.all, t.further + other.further} }

func (t tries) share() float64 { return float64(t.further) / float64(max(1, t.all)) }

func (r repeats) mean() float64 { return float64(r.requests) / float64(max(1, len(r.counts))) }

// afterFailed is the share of the further calls such that the one before had failed or was given up.
func (r repeats) afterFailed() float64 {
	return 1 - float64(r.succeeded.further)/float64(max(1, r.calls.further))
}

// repeatsIn counts how often each sampled trace asks the subject.
func repeatsIn(c *incident.Case, w incident.Window) repeats {
	var found repeats
	for _, t := range c.Facts.Neighbours.Asking(c.Subject.Service, c.Subject.Operation, w.Contains) {
		found.requests, found.counts = found.requests+len(t.Requests), append(found.counts, len(t.Requests))
		calls, succeeded := triedAgain(callsTo(t.Trace.Spans, t.Requests))
		found.calls, found.succeeded = found.calls.and(calls), found.succeeded.and(succeeded)
	}
	return found
}

// triedAgain counts calls in the order of time, and those of them that succeeded.
func triedAgain(calls []*incident.Span) (all, succeeded tries) {
	further := map[string]bool{}
	for _, call := range slices.Backward(calls) {
		caller := call.Service + "/" + call.Name + "/" + call.Parent
		one := tries{all: 1}
		if further[caller] {
			one.further = 1
		}
		further[caller], all = true, all.and(one)
		if !call.Failed {
			succeeded = succeeded.and(one)
		}
	}
	return all, succeeded
}

// asRetries says that the further calls come as retries do: after calls that failed, and not after calls that succeeded, of which
// enough were seen. A loop over things of which each fails asks again after failures too, but it did so before as well.
func asRetries(now, before repeats) bool {
	succeeded := now.succeeded.and(before.succeeded)
	return now.calls.further > 0 && now.afterFailed() > mostlyFailed && succeeded.all >= fewRequests && succeeded.share() <= seldom
}

// callsTo are the client spans right above some requests, in the order of time.
func callsTo(spans, asked []incident.Span) []*incident.Span {
	var calls []*incident.Span
	for i := range spans {
		if spans[i].Kind == incident.KindClient && slices.ContainsFunc(asked, func(s incident.Span) bool { return s.Parent == spans[i].ID }) {
			calls = append(calls, &spans[i])
		}
	}
	slices.SortStableFunc(calls, func(a, b *incident.Span) int { return a.Start.Compare(b.Start) })
	return calls
}

// repeated says that one request of a caller asks the subject more often than before the onset: more requests then need no more people.
// Nil where it does not, or where too few traces show it.
func repeated(c *incident.Case) *incident.Finding {
	onset := c.Facts.Onset
	if onset == nil {
		return nil
	}
	lately, earlier := c.Window.Last(latelyFor), incident.Window{From: c.Window.From, To: onset.Earliest}
	if onset.Latest.After(lately.From) {
		lately.From = onset.Latest
	}
	now, before := repeatsIn(c, lately), repeatsIn(c, earlier)
	if min(len(now.counts), len(before.counts)) < fewRequests || now.mean() < manyRepeats*before.mean() {
		return nil
	}
	usual := int(math.Ceil(before.mean()))
	oftener := func(r repeats) int {
		return len(slices.DeleteFunc(slices.Clone(r.counts), func(n int) bool { return n <= usual }))
	}
	if significance.MoreOften(oftener(now), len(now.counts), oftener(before), len(before.counts)) >= notByChance {
		return nil
	}
	finding := incident.Finding{Severity: incident.Warning, Interval: &lately, Baseline: &earlier,
		Values: []incident.Value{{Name: "requests in one trace", Measure: incident.MeasureRepeats, Value: now.mean(), Unit: incident.Count,
			Baseline: incident.Baselined(before.mean()), Samples: float64(len(now.counts))}},
		Method: "the service's own spans in each sampled trace; a call tries again where one of the same span to the same had failed before it"}
	finding.Sentence = fmt.Sprintf("A trace asks %s %s times, normally %s.", c.Subject.Service, numbers.Mean(now.mean()), numbers.Mean(before.mean()))
	if asRetries(now, before) {
		share := now.afterFailed()
		finding.Sentence += fmt.Sprintf(" %s of the further calls follow one that failed or was given up, and calls that succeed are seldom followed by another: they are retries.", numbers.Percent(share))
		finding.Values = append(finding.Values, incident.Value{Name: "further calls after a failed one", Measure: incident.MeasureRetried, Value: share, Unit: incident.Ratio, Samples: float64(now.calls.further)})
	}
	return &finding
}
