package rank

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/significance"
)

const (
	scanned  = 12 * time.Minute // before the end, in which an onset is looked for
	scanStep = 20 * time.Second
	youngest = 30 * time.Second // that an onset must lie back
)

// Rank weighs everything for every moment at which the incident may have begun. Each service is judged at the moment at
// which most speaks against it.
func Rank(in Input) Ranking {
	f := grow(in.Traces)
	f.addLines(in.Lines, in.Read)
	r := newRecord(f)
	cases, compared := map[int32]*accusation{}, 0
	moments := moments(in)
	r.end = in.Window.To.UnixNano()
	if len(moments) == 0 || r.stale() {
		return Ranking{}
	}
	r.metrics = newCourses(r.tookPart(in.Metrics), moments[0].UnixNano())
	for _, at := range moments {
		v := r.look(at.UnixNano())
		compared += v.compared
		for service, a := range v.accusations() {
			if known := cases[service]; known == nil || a.score > known.score {
				cases[service] = a
			}
		}
	}
	return r.ranking(cases, compared)
}

// tookPart keeps the metrics of services that took part in the requests: what no request passes slows none down. Without
// traces all are kept.
func (r *record) tookPart(metrics []Metric) []Metric {
	if len(r.entries) == 0 {
		return metrics
	}
	kept := []Metric{}
	for _, m := range metrics {
		if _, seen := r.services.of[m.Service]; seen {
			kept = append(kept, m)
		}
	}
	return kept
}

// accusation is what speaks against a service for one onset.
type accusation struct {
	service int32
	onset   int64
	score   float64
	found   []found // the strongest first
	by      int32   // the service that explains it, -1 for none
}

// groups join kinds of evidence that have one origin: a line that is gone and a call that is gone are one change seen
// twice. Between groups evidence adds up.
var groups = map[Kind]int{LogPattern: 0, Operation: 0, CallPattern: 0, Errors: 0, EdgeLatency: 1, OwnLatency: 1, CPU: 2, Memory: 2, Disk: 2, Network: 2}

// accusations sums the evidence up by service: of each group the strongest counts, and those of several groups speak for
// each other as independent witnesses do.
func (v *view) accusations() map[int32]*accusation {
	all := map[int32]*accusation{}
	seen := map[[2]int32]bool{}
	for _, x := range v.found {
		a := all[x.service]
		if a == nil {
			a = &accusation{service: x.service, onset: v.onset, by: -1}
			all[x.service] = a
		}
		if len(a.found) < evidenceKept {
			a.found = append(a.found, x)
		}
		if key := [2]int32{x.service, int32(groups[x.kind])}; !seen[key] {
			seen[key] = true
			a.score = 1 - (1-a.score)*(1-x.score)
		}
	}
	return all
}

// moments are the times at which an onset is considered, ordered.
func moments(in Input) []time.Time {
	last := in.Window.To.Add(-youngest)
	var all []time.Time
	for at := in.Window.To.Add(-scanned); !at.After(last); at = at.Add(scanStep) {
		if at.After(in.Window.From) {
			all = append(all, at)
		}
	}
	for _, at := range in.Onsets {
		if at.After(in.Window.From) && !at.After(last) {
			all = append(all, at)
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	return slices.CompactFunc(all, time.Time.Equal)
}

// view is what there is to say for one onset.
type view struct {
	onset    int64
	found    []found
	compared int
}

// found is a piece of evidence with where it came from.
type found struct {
	service int32
	counts
	kind   Kind
	what   string
	peers  []int32
	signal int32 // -1 where it is none
	timing int32 // operation, for own latency; -1 otherwise
	score  float64
}

// lookAtTimes compares how long services take themselves, and how long calls between them do.
func (r *record) lookAtTimes(onset int64, v *view) {
	for op := range r.own {
		c, _ := r.slow(&r.own[op], onset)
		if c.of1 == 0 {
			continue
		}
		v.compared++
		if score := c.strength(); score > 0 {
			key := r.ops.all[op]
			v.found = append(v.found, found{service: key.service, counts: c, kind: OwnLatency, what: key.name, signal: -1, timing: int32(op), score: score})
		}
	}
	for service, c := range r.charged(onset) {
		for _, s := range []side{c.asCallee, c.asCaller} {
			v.compared++
			if score := s.strength(); score > 0 && len(s.peers) > 0 {
				v.found = append(v.found, found{service: service, counts: s.counts, kind: EdgeLatency, peers: s.peers, signal: -1, timing: -1, score: score})
			}
		}
	}
}

// look compares everything for one onset.
func (r *record) look(onset int64) view {
	v := view{onset: onset, found: []found{}}
	better := r.improvements(onset)
	for i := range r.signals {
		s := &r.signals[i]
		c := r.compare(s, onset)
		if c.of1 == 0 {
			continue
		}
		v.compared++
		strength := c.strength()
		if s.bad && strength < 0 {
			continue // a failure that is gone
		}
		if score := math.Abs(strength) - better[s.service]; score > 0 {
			v.found = append(v.found, found{service: s.service, counts: c, kind: s.kind, what: s.text, signal: int32(i), timing: -1, score: score})
		}
	}
	r.lookAtTimes(onset, &v)
	strained, compared := r.metrics.strained(onset)
	v.compared += compared
	for _, m := range strained {
		v.found = append(v.found, found{service: r.services.place(m.Service), counts: m.counts, kind: m.Kind, what: m.Name, signal: -1, timing: -1, score: m.strength()})
	}
	slices.SortFunc(v.found, func(a, b found) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(r.services.all[a.service], r.services.all[b.service]),
			cmp.Compare(a.kind, b.kind), cmp.Compare(a.what, b.what))
	})
	return v
}

// improvements are by how much failures became rarer, by service: what else changes there is the end of an earlier
// incident.
func (r *record) improvements(onset int64) map[int32]float64 {
	better := map[int32]float64{}
	for i := range r.signals {
		if s := &r.signals[i]; s.bad {
			if strength := r.compare(s, onset).strength(); strength < 0 {
				better[s.service] = max(better[s.service], -strength)
			}
		}
	}
	return better
}

const evidenceKept = 6

// ranking turns accusations into suspects.
func (r *record) ranking(cases map[int32]*accusation, compared int) Ranking {
	out := Ranking{Compared: compared, Services: slices.Sorted(slices.Values(r.services.all))}
	all := make([]*accusation, 0, len(cases))
	for _, a := range cases {
		all = append(all, a)
	}
	r.explain(all, func(a *accusation, by int32, score float64) {
		a.score, a.by = score, by
	})
	slices.SortFunc(all, func(a, b *accusation) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(r.services.all[a.service], r.services.all[b.service]))
	})
	for _, a := range all {
		s := Suspect{Service: r.services.all[a.service], Score: a.score}
		for i := range a.found {
			s.Evidence = append(s.Evidence, r.evidence(&a.found[i]))
		}
		s.Chance = min(1, s.Evidence[0].Chance*float64(max(1, compared)))
		if a.by >= 0 {
			s.ExplainedBy = r.services.all[a.by]
		}
		out.Suspects = append(out.Suspects, s)
	}
	if len(all) > 0 {
		out.Onset = r.began(all[0])
	}
	return out
}

func (r *record) evidence(x *found) Evidence {
	e := Evidence{Kind: x.kind, Service: r.services.all[x.service], What: x.what, Strength: x.score, Typical: x.typical, Current: x.current,
		Now: Share{int(math.Round(x.hits1)), int(math.Round(x.of1))}, Before: Share{int(math.Round(x.hits0)), int(math.Round(x.of0))}}
	if x.kind == LogPattern {
		e.Example = r.example(x.signal)
	}
	for _, p := range x.peers {
		e.Peers = append(e.Peers, r.services.all[p])
	}
	slices.Sort(e.Peers)
	more, less := e.Now, e.Before
	if !e.More() {
		more, less = less, more
	}
	e.Chance = min(1, 2*significance.MoreOften(more.Hits, more.Of, less.Hits, less.Of))
	return e
}
