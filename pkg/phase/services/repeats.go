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
	mostlyFailed = 0.5 // of the further calls that follow a failed one, more than which they are retries
)

// repeats are the subject's requests in traces of one time.
type repeats struct {
	traces, requests int
	counts           []int // requests of each trace
	further          int   // calls to the subject after the first one of the same kind by the same span
	afterFailed      int   // of these, such that the one before had failed or was given up
}

func (r repeats) mean() float64 { return float64(r.requests) / float64(max(1, r.traces)) }

// repeatsIn counts how often each sampled trace asks the subject.
func repeatsIn(c *incident.Case, w incident.Window) repeats {
	var found repeats
	for _, t := range c.Facts.Neighbours.Traces {
		asked := slices.DeleteFunc(slices.Clone(t.Spans), func(s incident.Span) bool {
			return s.Service != c.Subject.Service || s.Kind != incident.KindServer && s.Kind != incident.KindConsumer ||
				c.Subject.Operation != "" && s.Name != c.Subject.Operation
		})
		if len(asked) == 0 || !w.Contains(asked[0].Start) {
			continue
		}
		found.traces, found.requests, found.counts = found.traces+1, found.requests+len(asked), append(found.counts, len(asked))
		further, afterFailed := triedAgain(t.Spans, asked)
		found.further, found.afterFailed = found.further+further, found.afterFailed+afterFailed
	}
	return found
}

// triedAgain counts the calls to the subject that are not the first of their caller, and those of them that follow a failed one.
func triedAgain(spans, asked []incident.Span) (further, afterFailed int) {
	last := map[string]*incident.Span{}
	for _, call := range callsTo(spans, asked) {
		caller := call.Service + "/" + call.Name + "/" + call.Parent
		if before := last[caller]; before != nil {
			further++
			if before.Failed {
				afterFailed++
			}
		}
		last[caller] = call
	}
	return further, afterFailed
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
	if min(now.traces, before.traces) < fewRequests || now.mean() < manyRepeats*before.mean() {
		return nil
	}
	usual := int(math.Ceil(before.mean()))
	oftener := func(r repeats) int {
		return len(slices.DeleteFunc(slices.Clone(r.counts), func(n int) bool { return n <= usual }))
	}
	if significance.MoreOften(oftener(now), now.traces, oftener(before), before.traces) >= notByChance {
		return nil
	}
	finding := incident.Finding{Severity: incident.Warning, Interval: &lately, Baseline: &earlier,
		Values: []incident.Value{{Name: "requests in one trace", Measure: incident.MeasureRepeats, Value: now.mean(), Unit: incident.Count,
			Baseline: incident.Baselined(before.mean()), Samples: float64(now.traces)}},
		Method: "the service's own spans in each sampled trace; a call tries again where one of the same span to the same had failed before it"}
	finding.Sentence = fmt.Sprintf("A trace asks %s %s times, normally %s.", c.Subject.Service, numbers.Mean(now.mean()), numbers.Mean(before.mean()))
	if now.further > 0 && float64(now.afterFailed) > mostlyFailed*float64(now.further) {
		share := float64(now.afterFailed) / float64(now.further)
		finding.Sentence += fmt.Sprintf(" %s of the further calls follow one that failed or was given up: they are retries, and follow from the failure.", numbers.Percent(share))
		finding.Values = append(finding.Values, incident.Value{Name: "further calls after a failed one", Measure: incident.MeasureRetried, Value: share, Unit: incident.Ratio, Samples: float64(now.further)})
	}
	return &finding
}
