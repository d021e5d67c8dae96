package rank

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// Unsure is the chance above which a service's change may be chance, all that was compared being counted.
const Unsure = 0.05

const (
	shuffles   = 39 // after which at most one that is as strong leaves a chance of Unsure
	shuffledBy = 1  // seed: the same requests are always shuffled alike
)

// shuffling puts the same requests into other orders, to see how strong a statement chance makes of them. Counting each
// comparison as if it were independent of all others overstates what chance does: most of them are the same change seen at
// another moment, or by another line. The orders that the requests might as well have had keep all of that.
type shuffling struct {
	*record
	*marks

	moments []int64   // that are looked at, ordered
	kinds   [][]int32 // traces that begin with the same operation, each kind ordered by time
	began   []int64   // of each trace
	bound   float64   // strength that a shuffled statement has to reach
	places  []int32   // of each entry in this order, how many moments lie before it
	recent  []bool    // of each entry in this order, that it lies in the last minutes
}

// shuffled is in how many other orders of the same requests anything is said of any service that is as strong as what is said
// of the first suspect's requests. It stops where two are, since that is too many; and tries none where nothing is said.
func (r *record) shuffled(first *accusation, moments []int64) (share Share) {
	strongest := 0.0
	for i := range first.found {
		if x := &first.found[i]; x.metric == nil && x.bad {
			strongest = max(strongest, x.score)
		}
	}
	if strongest == 0 {
		return share
	}
	s := r.shuffling(first.onset, moments, strongest)
	random := rand.New(rand.NewPCG(shuffledBy, shuffledBy)) // #nosec G404 -- orders requests, the same way every time
	for share.Of < shuffles && share.Hits < 2 {
		s.shuffle(random)
		share.Of++
		if s.asStrong() {
			share.Hits++
		}
	}
	return share
}

func (r *record) shuffling(onset int64, moments []int64, bound float64) *shuffling {
	s := &shuffling{record: r, moments: moments, bound: bound, began: make([]int64, len(r.traces)),
		places: make([]int32, len(r.entries)), recent: make([]bool, len(r.entries))}
	s.marks = r.marks(onset, len(moments)+1)
	kinds, known := map[int32]int{}, make([]bool, len(r.traces))
	for i := range r.entries {
		e := &r.entries[i]
		if known[e.trace] {
			continue // the first entry of a trace is its root
		}
		known[e.trace], s.began[e.trace] = true, e.at
		kind, there := kinds[e.op]
		if !there {
			kind = len(s.kinds)
			kinds[e.op] = kind
			s.kinds = append(s.kinds, nil)
		}
		s.kinds[kind] = append(s.kinds[kind], e.trace)
	}
	for _, traces := range s.kinds {
		slices.SortFunc(traces, func(a, b int32) int { return cmp.Or(cmp.Compare(s.began[a], s.began[b]), cmp.Compare(a, b)) })
	}
	return s
}

// shuffle gives each request the time of another one that begins with the same operation, so that the mix of requests stays
// as it was. Runs of neighbours stay together, since one visitor's requests are alike; they are as long as the fourth root of
// the number of requests (Hall, Horowitz and Jing, "On blocking rules for the bootstrap with dependent data", Biometrika
// 82, 1995).
func (s *shuffling) shuffle(random *rand.Rand) {
	shift := make([]int64, len(s.began))
	for _, traces := range s.kinds {
		run := int(math.Ceil(math.Pow(float64(len(traces)), 0.25)))
		next := 0
		for _, block := range random.Perm((len(traces) + run - 1) / run) {
			for _, t := range traces[block*run : min(len(traces), (block+1)*run)] {
				shift[t] = s.began[traces[next]] - s.began[t]
				next++
			}
		}
	}
	for i := range s.entries {
		e := &s.entries[i]
		at := e.at + shift[e.trace]
		place := 0
		if at >= s.moments[0] { // most lie before all moments
			place, _ = slices.BinarySearch(s.moments, at+1)
		}
		s.places[i], s.recent[i] = int32(place), at >= s.end-int64(freshFor)
	}
	s.markAnew(s.own, s.places, s.late)
	s.markAnew(s.gaps, s.places, s.waited)
	s.count(s.places, s.recent)
}

// asStrong says that in this order some statement reaches the bound, at some moment.
func (s *shuffling) asStrong() bool {
	for m := range s.moments {
		s.at = m + 1
		for i := range s.signals {
			if s.signals[i].bad && s.worse(s.signal(i, false)) && s.reaches(s.signal(i, true)) {
				return true
			}
		}
		for op := range narrow(len(s.own)) {
			if s.worse(s.share(s.slowOwn, op, s.ofOp, op, false)) && s.reaches(s.share(s.slowOwn, op, s.ofOp, op, true)) {
				return true
			}
		}
		if s.waitsAsLong() {
			return true
		}
	}
	return false
}

// waitsAsLong says that calls charged to some service reach the bound. How much is left of a wait is only counted where that
// may matter.
func (s *shuffling) waitsAsLong() bool {
	return slices.ContainsFunc(s.charged(false), s.worse) && slices.ContainsFunc(s.charged(true), func(c counts) bool { return s.worse(c) && s.reaches(c) })
}

// charged are the waits that are charged to any service, as the one called or as the caller.
func (s *shuffling) charged(left bool) []counts {
	charges := s.charge(s.between(func(edge int) counts { return s.share(s.slowGap, narrow(edge), s.ofGap, narrow(edge), left) }))
	var all []counts
	for i := range charges {
		for _, side := range []*side{&charges[i].asCallee, &charges[i].asCaller} {
			if len(side.peers) > 0 {
				all = append(all, side.counts)
			}
		}
	}
	return all
}

// worse says that a share rose by as much as the bound, so that a closer look is worth its time.
func (s *shuffling) worse(c counts) bool {
	return c.of1 > 0 && c.of0 > 0 && c.hits1/c.of1-c.hits0/c.of0 >= s.bound
}

// reaches holds a statement against the same rules as those of the requests as they came.
func (s *shuffling) reaches(c counts) bool {
	return c.strength(s.StillThere) >= s.bound && c.byChance() <= s.Significant
}
