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
func Rank(in Input) Ranking { return Usual().Rank(in) }

// Rank is Rank with other thresholds than the usual ones.
func (t Thresholds) Rank(in Input) Ranking {
	f := grow(in.Traces, in.Lines)
	traced := len(f.services.all)
	f.addLines(in.Lines, in.Read)
	r := newRecord(f, t)
	r.traced, r.sampled = narrow(traced), in.Sampled
	cases, least := map[int32]*accusation{}, []float64{}
	moments := moments(in)
	r.end = in.Window.To.UnixNano()
	if len(moments) == 0 || r.stale() {
		return Ranking{}
	}
	r.metrics = newCourses(in.Metrics, moments[0].UnixNano(), t)
	r.metrics.unread, r.metrics.usual = in.Unread, in.Usual
	for _, at := range moments {
		v := r.look(at.UnixNano())
		least = append(least, v.least...)
		for service, a := range v.accusations() {
			if known := cases[service]; known == nil || a.score > known.score {
				cases[service] = a
			}
		}
	}
	return r.ranking(cases, least, moments)
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
var groups = map[Kind]int{LogPattern: 0, ErrorLines: 0, Operation: 0, CallPattern: 0, Errors: 0, Refused: 0, EdgeLatency: 1, OwnLatency: 1, CPU: 2, Memory: 2, Disk: 2, Network: 2}

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
		if key := [2]int32{x.service, narrow(groups[x.kind])}; !seen[key] {
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

func unix(moments []time.Time) []int64 {
	all := make([]int64, len(moments))
	for i, at := range moments {
		all[i] = at.UnixNano()
	}
	return all
}

const (
	evidenceKept = 6
	dated        = 3 // suspects of which it is told when they began
)

// ranking turns accusations into suspects.
func (r *record) ranking(cases map[int32]*accusation, least []float64, moments []time.Time) Ranking {
	testable := float64(significance.Testable(least, r.Significant))
	out := Ranking{Compared: len(least), Services: slices.Sorted(slices.Values(r.services.all))}
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
	for place, a := range all {
		s := Suspect{Service: r.services.all[a.service], Score: a.score}
		for i := range a.found {
			s.Evidence = append(s.Evidence, r.evidence(&a.found[i], testable))
		}
		s.Chance = 1
		s.Lasted, s.Last = r.lasted(a)
		for i := range a.found {
			s.Chance = min(s.Chance, a.found[i].chance*testable)
		}
		if place < dated {
			s.Began = r.began(a)
		}
		if a.by >= 0 {
			s.ExplainedBy = r.services.all[a.by]
		}
		out.Suspects = append(out.Suspects, s)
	}
	if len(all) > 0 {
		out.Onset = out.Suspects[0].Began
		if out.Suspects[0].Chance > Unsure {
			out.Shuffled = r.shuffled(all[0], unix(moments))
		}
	}
	return out
}

func (r *record) evidence(x *found, testable float64) Evidence {
	e := Evidence{Kind: x.kind, Service: r.services.all[x.service], About: x.about, Strength: x.score, Chance: min(1, x.chance*testable), Failure: x.bad, Typical: x.typical, Current: x.current,
		Now: Share{int(math.Round(x.hits1)), int(math.Round(x.of1))}, Before: Share{int(math.Round(x.hits0)), int(math.Round(x.of0))}}
	if x.kind == LogPattern {
		e.Example, e.Holds = r.example(x.signal), r.holds[x.signal]
	}
	for _, p := range x.peers {
		e.Peers = append(e.Peers, r.services.all[p])
	}
	slices.Sort(e.Peers)
	return e
}
