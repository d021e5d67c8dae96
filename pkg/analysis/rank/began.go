package rank

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/significance"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// observation is an entry that could have shown a piece of evidence, and whether it did.
type observation struct {
	entry    int32
	abnormal bool
}

// observed lists all entries that a piece of evidence speaks of, before and since the onset, in the order of time.
func (r *record) observed(x *found, onset int64) []observation {
	var all []observation
	switch {
	case x.signal >= 0:
		all = r.showing(x)
	case x.timing >= 0:
		all = r.timed(all, &r.own[x.timing], onset)
	case x.kind == EdgeLatency:
		for i := range r.gaps {
			edge := r.edges.all[i]
			to := r.ops.all[edge.op].service
			if to == x.service && slices.Contains(x.peers, edge.from) || edge.from == x.service && slices.Contains(x.peers, to) {
				all = r.timed(all, &r.gaps[i], onset)
			}
		}
	}
	slices.SortFunc(all, func(a, b observation) int {
		return cmp.Or(cmp.Compare(r.entries[a.entry].at, r.entries[b.entry].at), cmp.Compare(a.entry, b.entry))
	})
	return all
}

// showing lists the entries that could have shown a signal.
func (r *record) showing(x *found) []observation {
	var all []observation
	s := &r.signals[x.signal]
	more, strata := x.hits1*x.of0 > x.hits0*x.of1, s.strata
	if !s.bad && x.rarer() {
		strata = r.telling(s)
	}
	for i := range strata {
		t, next := &strata[i], 0
		for _, e := range t.all {
			hit := next < len(t.hits) && t.hits[next] == e
			if hit {
				next++
			}
			all = append(all, observation{e, hit == more})
		}
	}
	return all
}

func (r *record) timed(all []observation, t *timing, onset int64) []observation {
	_, limit := r.slow(t, onset)
	if limit == 0 {
		return all
	}
	for i, e := range t.entries {
		all = append(all, observation{e, t.values[i] > limit})
	}
	return all
}

// pause is how long requests have to be absent, in ns, until those before are another matter: much longer than between those
// of the incident.
func (r *record) pause(incident []observation) int64 {
	const much = 10
	length := r.entries[incident[len(incident)-1].entry].at - r.entries[incident[0].entry].at
	return max(int64(freshFor), much*length/int64(len(incident)))
}

// quiet is how long nothing is known to have happened between two moments, in ns: a time that no requests were sampled from is no
// pause.
func (r *record) quiet(from, to int64) int64 {
	if r.sampled == nil {
		return to - from
	}
	known := int64(0)
	for _, w := range r.sampled {
		known += max(0, min(to, w.To.UnixNano())-max(from, w.From.UnixNano()))
	}
	return known
}

// lasted is the time from the first to the last request since the onset that shows the strongest evidence, and when that
// was; of a metric, the time that it is known for.
func (r *record) lasted(a *accusation) (time.Duration, time.Time) {
	x := &a.found[0]
	if x.metric != nil {
		points := x.metric.Points
		since := sort.Search(len(points), func(i int) bool { return points[i].Time.UnixNano() >= a.onset })
		last := points[len(points)-1].Time
		return last.Sub(points[since].Time), last
	}
	var first, last int64
	for _, o := range r.observed(x, a.onset) {
		if at := r.entries[o.entry].at; o.abnormal && at >= a.onset {
			if first == 0 {
				first = at
			}
			last = at
		}
	}
	return time.Duration(last - first), time.Unix(0, last).UTC()
}

// credible is the share of the likelihood of all moments that lies in the time named for a beginning.
const credible = 0.95

// began is when the suspect's strongest evidence set in: the time that has most of the likelihood of one change point in a course of
// requests that show it or not, where every moment is as likely beforehand. So a time that no requests were sampled from is part of it
// unless the requests on its two sides tell on which of them it was.
func (r *record) began(a *accusation) *incident.MovedAt {
	if x := &a.found[0]; x.metric != nil {
		return beganByPoints(x.metric, x.limit)
	}
	all := r.observed(&a.found[0], a.onset)
	before, since := r.sides(all, a.onset)
	if since.hits == 0 {
		return coarsely(a.onset)
	}
	usual, current := before.ratio(), since.ratio()
	low := r.sameIncident(all, int(since.of))
	// A beginning at i lies after the observation before i, and not after i.
	weights := make([]float64, len(all))
	likelihood, most := 0.0, math.Inf(-1)
	for i := len(all) - 1; i >= low; i-- {
		likelihood += gain(all[i].abnormal, usual, current)
		if weights[i] = math.Inf(-1); i > 0 {
			weights[i] = likelihood + math.Log(float64(max(1, r.momentOf(all[i])-r.momentOf(all[i-1]))))
		} else {
			weights[i] = likelihood
		}
		most = max(most, weights[i])
	}
	for i := range weights {
		weights[i] = math.Exp(weights[i] - most)
		if i < low {
			weights[i] = 0
		}
	}
	first, last := significance.Densest(weights, credible)
	moved := &incident.MovedAt{Earliest: time.Unix(0, r.momentOf(all[first])).UTC().Add(-scanStep), Latest: time.Unix(0, r.momentOf(all[last])).UTC()}
	if first > 0 {
		moved.Earliest = time.Unix(0, r.momentOf(all[first-1])).UTC()
	}
	return moved
}

func (r *record) momentOf(o observation) int64 { return r.entries[o.entry].at }

// tallied are how many of so many observations are abnormal.
type tallied struct{ hits, of float64 }

// ratio is their share, never quite none and never quite all: there are not enough observations to be that sure.
func (t tallied) ratio() float64 { return (t.hits + 0.5) / (t.of + 1) }

func (r *record) sides(all []observation, onset int64) (before, since tallied) {
	for _, o := range all {
		side := &before
		if r.momentOf(o) >= onset {
			side = &since
		}
		side.of++
		if o.abnormal {
			side.hits++
		}
	}
	return before, since
}

// sameIncident is the place of the first observation that is known to be of the same incident as the last ones: those before a
// pause may be of another.
func (r *record) sameIncident(all []observation, since int) int {
	pause := r.pause(all[len(all)-since:])
	for i := len(all) - 1; i > 0; i-- {
		if r.quiet(r.momentOf(all[i-1]), r.momentOf(all[i])) > pause {
			return i
		}
	}
	return 0
}

// gain is by how much more likely an observation is since a change than before it, as a logarithm.
func gain(abnormal bool, usual, current float64) float64 {
	if abnormal {
		return math.Log(current / usual)
	}
	return math.Log((1 - current) / (1 - usual))
}
