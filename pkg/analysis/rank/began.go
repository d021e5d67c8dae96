package rank

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"time"

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

const unlikelyRun = 0.01 // chance of a run of normal requests within the incident, below which it lies before it

// began is when the suspect's strongest evidence set in: back from the end until a run of normal requests that the
// incident itself would hardly have.
func (r *record) began(a *accusation) *incident.MovedAt {
	x := &a.found[0]
	coarse := func() *incident.MovedAt {
		at := time.Unix(0, a.onset).UTC()
		return &incident.MovedAt{Earliest: at.Add(-scanStep), Latest: at.Add(scanStep)}
	}
	all := r.observed(x, a.onset)
	abnormal, since := 0, 0
	for _, o := range all {
		if r.entries[o.entry].at >= a.onset {
			since++
			if o.abnormal {
				abnormal++
			}
		}
	}
	if abnormal == 0 {
		return coarse()
	}
	normal := 1 - (float64(abnormal)+0.5)/(float64(since)+1)
	longest := max(2, int(math.Ceil(math.Log(unlikelyRun)/math.Log(normal))))
	first, run, pause := -1, 0, r.pause(all[len(all)-since:])
	for i := len(all) - 1; i >= 0 && run < longest; i-- {
		if i+1 < len(all) && r.quiet(r.entries[all[i].entry].at, r.entries[all[i+1].entry].at) > pause {
			break // what was before it is not known to be the same incident
		}
		if all[i].abnormal {
			first, run = i, 0
		} else {
			run++
		}
	}
	if first < 0 {
		return coarse()
	}
	latest := time.Unix(0, r.entries[all[first].entry].at).UTC()
	earliest := latest.Add(-scanStep)
	if first > 0 {
		earliest = time.Unix(0, r.entries[all[first-1].entry].at).UTC()
	}
	return &incident.MovedAt{Earliest: earliest, Latest: latest}
}
