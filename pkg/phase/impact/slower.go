package impact

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/onset"
	"github.com/faultline-investigation/faultline/pkg/analysis/quantile"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// bucketsAsked is the question for the durations over time.
const bucketsAsked = "buckets"

// bucketsQuestion asks for the rates of the histogram's buckets over time. Points of a native histogram have many, so that there are
// fewer points.
func bucketsQuestion(c *incident.Case) (source.Question, error) {
	metric, step := c.Facts.Conventions.Requests, phase.Spacing(c)
	if metric.Native {
		step = max(step, phase.Averaging(c))
	}
	ofOperation := func(c *incident.Case, series string) promql.Expr { return phase.SelectOperation(c, series) }
	text, err := bucketRates(c, ofOperation, metric.Histogram, metric.Native, phase.Averaging(c)).Text()
	return source.Question{Name: bucketsAsked, Kind: source.Range, Text: text, Window: phase.Lookback(c), Step: step}, err
}

// durations are the rates of requests up to each bound over time.
type durations struct {
	bounds []float64 // s, ascending; the last one is infinite
	times  []time.Time
	upTo   [][]float64 // by bound and time, 1/s
}

// durationsOf reads the series of buckets; none where they tell no requests.
func durationsOf(series []incident.Series, scale float64) durations {
	byBound := map[float64]map[time.Time]float64{}
	for _, s := range series {
		bound, err := strconv.ParseFloat(s.Labels["le"], 64)
		if err != nil {
			continue
		}
		bound *= scale
		if byBound[bound] == nil {
			byBound[bound] = map[time.Time]float64{}
		}
		for _, p := range s.Points {
			byBound[bound][p.Time] += p.Value
		}
	}
	var d durations
	for at := range byBound[math.Inf(1)] {
		d.times = append(d.times, at)
	}
	slices.SortFunc(d.times, time.Time.Compare)
	d.bounds = slices.Sorted(maps.Keys(byBound))
	for _, bound := range d.bounds {
		row := make([]float64, len(d.times))
		for i, at := range d.times {
			row[i] = byBound[bound][at]
		}
		d.upTo = append(d.upTo, row)
	}
	return d
}

// slower are the counts of requests that took longer than a bound.
func (d durations) slower(c *incident.Case, bound int) []onset.Trials {
	trials, all, seconds := make([]onset.Trials, len(d.times)), d.upTo[len(d.upTo)-1], spoken(c).Seconds()
	if known := c.Facts.Counters; known != nil && len(known.Replicas) > 0 { // each request is in the sum as often as it is stored
		seconds /= float64(max(1, known.Copies))
	}
	for i, at := range d.times {
		trials[i] = onset.Trials{Time: at, Hits: math.Max(0, all[i]-d.upTo[bound][i]) * seconds, Of: all[i] * seconds}
	}
	return trials
}

// p99 is that of all requests in a window.
func (d durations) p99(w incident.Window) (seconds float64, told bool) {
	counts := map[float64]float64{}
	for i, at := range d.times {
		if at.After(w.From) && !at.After(w.To) {
			for b, bound := range d.bounds {
				counts[bound] += d.upTo[b][i]
			}
		}
	}
	return quantile.OfBuckets(p99, counts)
}

// longer finds since when more requests take so long that the p99 is higher, until the end. Every bound of the histogram that the p99
// has passed is asked for the share of requests beyond it; the one with most evidence tells the moment. A p99 of few requests is
// noise, since one slow request moves it; their number is none. How many bounds and other courses are looked at is tests.
func (d durations) longer(c *incident.Case, tests int) (onset.Change, bool) {
	var found onset.Change
	finite := len(d.bounds) - 1
	if finite < 1 || len(d.times) == 0 {
		return found, false
	}
	options := shareOptions(c)
	options.Relative = leastShare
	options.Chance /= float64(tests * finite)
	options.Planned /= float64(tests * finite)
	for b := range finite {
		rise, rose := onset.FindRise(d.slower(c, b), options)
		if !rose || rise.Evidence <= found.Evidence {
			continue
		}
		before, known := d.p99(incident.Window{From: d.times[0].Add(-time.Second), To: rise.Moved.Earliest})
		after, seen := d.p99(incident.Window{From: rise.Moved.Latest.Add(-time.Second), To: d.times[len(d.times)-1]})
		if known && seen && muchLonger(before, after) && d.bounds[b] < after && d.bounds[b+1] > before {
			found = onset.Change{Before: before, After: after, Evidence: rise.Evidence, Moved: rise.Moved}
			// A request is counted when it ends.
			found.Moved.Earliest = found.Moved.Earliest.Add(-time.Duration(math.Min(after, longest) * float64(time.Second)))
		}
	}
	return found, found.Evidence > 0
}

// longest is up to how many seconds a request's duration delays that it is counted; what takes longer was waited for before.
const longest = 60.0

// muchLonger says that a p99 in s is higher by as much as matters.
func muchLonger(before, after float64) bool {
	return after-before >= leastDuration && after >= (1+leastSlower)*before
}
