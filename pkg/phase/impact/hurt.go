package impact

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/significance"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// judge tells who of several operations or callers is worse off than before, as error rate and latency of the service are told: by
// counts, and what was looked at, which are several.
type judge struct {
	chance float64 // the most likely that chance alone may make a difference
	before time.Duration
	// whole is the health of what the service's own numbers tell of, by its name: of its only operation, or the one that is asked
	// about. One page says one thing of it.
	whole map[string]func(incident.Affected) incident.Health
}

func judgeOf(looked int, normal incident.Window) judge {
	return judge{chance: planned / math.Max(1, float64(looked)), before: normal.Length()}
}

// health of one of them. Without numbers from before only what fails most of its requests is known to be ill.
func (j judge) health(name string, seen, before *view, a incident.Affected) incident.Health {
	if told := j.whole[name]; told != nil {
		return told(a)
	}
	if before == nil || before.rate == 0 {
		return health(incident.Dependency{Errors: a.Errors, P99: a.P99})
	}
	return state(a, j.failsMore(seen, before), j.slower(seen, before))
}

// wholeOf is what error rate and latency say already, where they could be compared.
func wholeOf(c *incident.Case, current map[string]*view) map[string]func(incident.Affected) incident.Health {
	errors, latency := c.Facts.Errors, c.Facts.Latency
	whole := map[string]func(incident.Affected) incident.Health{}
	if errors == nil || latency == nil || errors.NoBaseline || latency.NoBaseline {
		return whole
	}
	for name := range current {
		if name == c.Subject.Operation || len(current) == 1 {
			whole[name] = func(a incident.Affected) incident.Health { return state(a, errors.Worse, latency.Worse) }
		}
	}
	return whole
}

// state is the health of what fails more than before, or is slower.
func state(a incident.Affected, failsMore, slower bool) incident.Health {
	switch {
	case a.Errors == nil && a.P99 == nil:
		return incident.Unknown
	case a.Errors != nil && *a.Errors >= failingFrom:
		return incident.Failing
	case failsMore || slower:
		return incident.Degraded
	}
	return incident.Healthy
}

// failsMore says that a higher share of requests fails than before, by as much as matters and more than chance gives.
func (j judge) failsMore(seen, before *view) bool {
	share, usual := seen.failed/seen.rate, before.failed/before.rate
	return share-usual >= math.Max(leastErrs, leastRise*usual) && j.more(seen.failed, seen.rate, before.failed, before.rate)
}

// slower says that the p99 is higher than before by as much as matters, and that more requests take longer than one of the bounds
// in between than chance gives.
func (j judge) slower(seen, before *view) bool {
	if seen.p99 == nil || len(before.upTo) == 0 {
		return false
	}
	bounds := slices.Sorted(maps.Keys(before.upTo))
	usual := bounds[0] // the most it can be where it lies in the lowest bucket
	if before.p99 != nil {
		usual = *before.p99
	}
	if !muchLonger(usual, *seen.p99) {
		return false
	}
	between := slices.DeleteFunc(bounds, func(b float64) bool { return b < usual || b >= *seen.p99 })
	if len(between) == 0 { // both in one bucket: more requests have to be above where it begins
		between = below(slices.Sorted(maps.Keys(before.upTo)), usual)
	}
	narrower := judge{chance: j.chance / math.Max(1, float64(len(between))), before: j.before}
	return slices.ContainsFunc(between, func(b float64) bool {
		return narrower.more(seen.beyond(b), seen.rate, before.beyond(b), before.rate)
	})
}

// beyond is the rate of requests that took longer than a bound, 1/s. Buckets may count each request more than once, as replicas store it.
func (w *view) beyond(bound float64) float64 {
	all := w.upTo[math.Inf(1)]
	if all == 0 {
		return 0
	}
	return w.rate * (all - w.upTo[bound]) / all
}

// below is the greatest bound that is not above a value; none where all are.
func below(bounds []float64, value float64) []float64 {
	at, found := slices.BinarySearch(bounds, value)
	switch {
	case found:
		return bounds[at : at+1]
	case at == 0:
		return nil
	}
	return bounds[at-1 : at]
}

// more says that some of the requests of the last minutes are more often of a kind than before, given rates in 1/s.
func (j judge) more(some, all, someBefore, allBefore float64) bool {
	count := func(rate float64, d time.Duration) int { return int(math.Round(math.Max(0, rate) * d.Seconds())) }
	n, m := count(all, now), count(allBefore, j.before)
	return significance.MoreOften(min(count(some, now), n), n, min(count(someBefore, j.before), m), m) <= j.chance
}

// uncompared says that the service's numbers are known and nothing is from before them.
func uncompared(c *incident.Case) bool {
	known := false
	for _, change := range []*incident.Change{c.Facts.Errors, c.Facts.Latency} {
		if change != nil && !change.NoBaseline {
			return false
		}
		known = known || change != nil
	}
	return known && c.Facts.Onset == nil
}
