package impact

import (
	"math"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/baseline"
	"github.com/faultline-investigation/faultline/pkg/analysis/onset"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
)

// sampling is how often the subject's service is sampled; what a chart's points are apart, where that is not known.
func sampling(c *incident.Case) time.Duration {
	if c.Facts.Service == nil {
		return phase.Spacing(c)
	}
	return min(c.Facts.Service.Interval, phase.Averaging(c)/2)
}

// spoken is the time that a point of a rate speaks of: between the first and the last sample in its window.
func spoken(c *incident.Case) time.Duration { return phase.Averaging(c) - sampling(c) }

// shareOptions are what rise of a share of requests counts.
func shareOptions(c *incident.Case) onset.ShareOptions {
	return onset.ShareOptions{Window: spoken(c), Lag: sampling(c), Absolute: leastErrs, Relative: leastRise, Chance: byChance, Recent: now, Planned: planned}
}

// trials are the counts behind the points.
func (t traffic) trials(c *incident.Case) []onset.Trials {
	trials := make([]onset.Trials, len(t.total))
	seconds := spoken(c).Seconds()
	for i, p := range t.total {
		trials[i] = onset.Trials{Time: p.Time, Hits: t.failed[i].Value * seconds, Of: p.Value * seconds}
	}
	t.addFirsts(c, trials)
	return trials
}

// addFirsts adds the first requests of each status, which a rate cannot see: client libraries have no counter of a status before its
// first request, so that the counter begins at what came up to the next sample, and its growth at the one after that.
func (t traffic) addFirsts(c *incident.Case, trials []onset.Trials) {
	if known := c.Facts.Counters; known != nil && known.Firsts {
		return // the rates count them
	}
	every, step := sampling(c), phase.Spacing(c)
	if len(trials) > 1 {
		step = max(step, trials[1].Time.Sub(trials[0].Time))
	}
	for _, points := range t.status {
		if len(points) == 0 || len(trials) == 0 || points[0].Time.Sub(trials[0].Time) < phase.Averaging(c) {
			continue
		}
		// The rate begins with the second sample, at a point up to a step later; the requests came in the time before the first one.
		first := points[0].Time.Add(-step/2 - every*3/2)
		// How many is told by the rate soon after. Where they come ever faster, as in a rush, the first point tells it better: with two
		// samples in its window it is about half of the rate. Of 1, 1.5 and 2 times it, 1.5 held the truth most often in simulations.
		soon := baseline.Within(points, incident.Window{From: points[0].Time, To: points[0].Time.Add(phase.Averaging(c))})
		lost := math.Max(1, math.Min(1.5*points[0].Value, baseline.Mean(soon))*every.Seconds()/2)
		for i := range trials {
			end := trials[i].Time.Add(-every / 2)
			if !first.After(end) && first.After(end.Add(-spoken(c))) {
				trials[i].Hits += lost
				trials[i].Of += lost
			}
		}
	}
}

// arrivals are requests as hits of so many short moments that hardly any moment has two, as those of a Poisson process do; or, where
// they fell, the moments without a request.
func arrivals(c *incident.Case, total []incident.Point, rose bool) []onset.Trials {
	const fine = 100 // moments for each request where there are most
	trials, seconds := make([]onset.Trials, len(total)), spoken(c).Seconds()
	moments := 1.0
	for _, p := range total {
		moments = math.Max(moments, fine*p.Value*seconds)
	}
	for i, p := range total {
		trials[i] = onset.Trials{Time: p.Time, Hits: p.Value * seconds, Of: moments}
		if !rose {
			trials[i].Hits = moments - trials[i].Hits
		}
	}
	return trials
}
