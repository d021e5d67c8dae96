package rank

import (
	"cmp"
	"math"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/analysis/significance"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// view is what there is to say for one onset.
type view struct {
	onset int64
	found []found
	least []float64 // of everything that was compared, the smallest chance that it could have had
}

// found is a piece of evidence with where it came from.
type found struct {
	service int32
	counts
	kind   Kind
	about  incident.Aspect
	peers  []int32
	signal int32 // -1 where it is none
	timing int32 // operation, for own latency; -1 otherwise
	score  float64
	chance float64
	metric *Metric // nil where it is none
	limit  float64 // of a metric, above which a point is none of its usual course
	bad    bool    // it tells of a failure by itself
}

// weigh notes that something was compared, and keeps it where the shares differ by more than chance and numbers of requests
// allow. Strength is positive where it happens more often now; less is what is taken from it.
func (v *view) weigh(r *record, x found, less float64) {
	hits, now, before := int(math.Round(x.hits1+x.hits0)), int(math.Round(x.of1)), int(math.Round(x.of0))
	v.least = append(v.least, significance.LeastChance(hits, now, before))
	strength := x.strength(r.StillThere)
	if x.score = math.Abs(strength) - less; x.score <= 0 || x.bad && strength < 0 {
		return // a failure that is gone is none
	}
	if x.chance = x.byChance(); x.chance <= r.Significant {
		v.found = append(v.found, x)
	}
}

// byChance is how likely chance alone makes the two shares differ so much, either way.
func (c counts) byChance() float64 {
	more, less := Share{int(math.Round(c.hits1)), int(math.Round(c.of1))}, Share{int(math.Round(c.hits0)), int(math.Round(c.of0))}
	if more.Ratio() < less.Ratio() {
		more, less = less, more
	}
	return min(1, 2*significance.MoreOften(more.Hits, more.Of, less.Hits, less.Of))
}

// look compares everything for one onset.
func (r *record) look(onset int64) view {
	v := view{onset: onset, found: []found{}}
	compared, better := make([]counts, len(r.signals)), map[int32]float64{}
	for i := range r.signals {
		s := &r.signals[i]
		compared[i] = r.compare(s, onset)
		// What else changes where failures became rarer is the end of an earlier incident.
		if s.bad {
			better[s.service] = max(better[s.service], -compared[i].strength(r.StillThere))
		}
	}
	for i := range r.signals {
		if s := &r.signals[i]; compared[i].of1 > 0 {
			v.weigh(r, found{service: s.service, counts: compared[i], kind: s.kind, about: s.about, signal: int32(i), timing: -1, bad: s.bad}, better[s.service])
		}
	}
	r.lookAtTimes(onset, &v)
	r.lookAtMetrics(onset, &v)
	slices.SortFunc(v.found, func(a, b found) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(r.services.all[a.service], r.services.all[b.service]),
			cmp.Compare(a.kind, b.kind), a.about.Compare(b.about))
	})
	return v
}

// lookAtTimes compares how long services take themselves, and how long calls between them do.
func (r *record) lookAtTimes(onset int64, v *view) {
	for op := range r.own {
		if c, _ := r.slow(&r.own[op], onset); c.of1 > 0 {
			key := r.ops.all[op]
			v.weigh(r, found{service: key.service, counts: c, kind: OwnLatency, about: incident.Aspect{Operation: key.name}, signal: -1, timing: int32(op), bad: true}, 0)
		}
	}
	charged := r.charged(onset)
	for service := range charged {
		for _, s := range []*side{&charged[service].asCallee, &charged[service].asCaller} {
			if len(s.peers) > 0 {
				v.weigh(r, found{service: int32(service), counts: s.counts, kind: EdgeLatency, peers: s.peers, signal: -1, timing: -1, bad: true}, 0)
			}
		}
	}
}

// lookAtMetrics compares the metrics. Their points depend on each other, so that how far they are off says more than how
// many are.
func (r *record) lookAtMetrics(onset int64, v *view) {
	strained, compared := r.metrics.strained(onset)
	v.least = append(v.least, make([]float64, compared)...)
	for _, m := range strained {
		if m.Kind == ErrorLines { // whether a span of time has such a line says how many there are, and not how far off it is
			m.chance = m.byChance()
		}
		if m.chance > r.Significant {
			continue
		}
		about := incident.Aspect{Metric: m.Name}
		if m.Kind == ErrorLines {
			about = incident.Aspect{Line: m.Name}
		}
		x := found{service: r.services.number(m.Service), counts: m.counts, kind: m.Kind, about: about, signal: -1, timing: -1,
			metric: m.Metric, limit: m.limit, score: m.strength(r.StillThere), chance: m.chance, bad: true}
		if x.service >= r.traced && r.traced > 0 {
			x.score *= r.Untraced
		}
		v.found = append(v.found, x)
	}
}
