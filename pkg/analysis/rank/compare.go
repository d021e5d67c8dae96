package rank

import (
	"math"
	"slices"
	"time"
)

const (
	fewestBefore = 3   // requests of an operation before the onset, from which its usual share is known
	sampled      = 256 // values that the usual time is read from
	consistency  = 1.4826
	fewestLate   = 2 // requests in that half, from which it is looked at
	fewestFresh  = 3 // requests of the last minutes, from which they are looked at instead

	freshFor = 2 * time.Minute // at the end
	staleFor = 5 * time.Minute // without any request, after which nothing is known of now
)

// counts are two shares, with the entries that are abnormal.
type counts struct {
	hits1, of1 float64 // since the onset
	hits0, of0 float64 // before; expected ones, where operations are joined
	typical    float64 // ms
	current    float64 // ms
	late, of   float64 // hits and entries of the later half since the onset
}

// strength is the least difference of the shares; 0 where the change has passed again: in the later half of the time
// since the onset less of it is left than must be.
func (c counts) strength(stillThere float64) float64 {
	if c.of > 0 && c.of1 > 0 && c.of0 > 0 {
		usual := c.hits0 / c.of0
		whole, lately := c.hits1/c.of1-usual, c.late/c.of-usual
		if lately*whole < 0 || math.Abs(lately) < stillThere*math.Abs(whole) {
			return 0
		}
	}
	return leastDifference(c.hits1, c.of1, c.hits0, c.of0)
}

func (c *counts) add(o counts) {
	c.hits1 += o.hits1
	c.of1 += o.of1
	c.hits0 += o.hits0
	c.of0 += o.of0
	c.late += o.late
	c.of += o.of
}

// compare counts a signal on both sides of an onset. What became rarer is counted among the entries that would have shown it.
func (r *record) compare(s *signal, onset int64) counts {
	c := r.shares(s.strata, onset)
	if s.bad || !c.rarer() {
		return c
	}
	return r.shares(r.telling(s), onset)
}

// rarer says that a share fell.
func (c counts) rarer() bool { return c.hits1*c.of0 < c.hits0*c.of1 }

// shares counts hits on both sides of an onset. What was usual is standardised to the operations of now: each operation's share
// before counts as often as the operation is asked for now.
func (r *record) shares(strata []stratum, onset int64) counts {
	var c counts
	expected := 0.0
	for i := range strata {
		t := &strata[i]
		before, hitsBefore := r.since(t.all, onset), r.since(t.hits, onset)
		now := len(t.all) - before
		if before < fewestBefore || now == 0 {
			continue
		}
		c.hits1 += float64(len(t.hits) - hitsBefore)
		if from, told := r.lately(t.all, before); told {
			c.late += float64(len(t.hits) - r.since(t.hits, r.entries[t.all[from]].at))
			c.of += float64(len(t.all) - from)
		}
		c.of1 += float64(now)
		c.of0 += float64(before)
		expected += float64(now) * float64(hitsBefore) / float64(before)
	}
	if c.of1 > 0 {
		c.hits0 = c.of0 * expected / c.of1
	}
	return c
}

// slow counts what took longer than usual on both sides of an onset: by more than wide spreads of the time before, by
// half of it, and by what a person would notice.
func (r *record) slow(t *timing, onset int64) (counts, float64) {
	before := r.since(t.entries, onset)
	if before < fewestBefore || before == len(t.entries) {
		return counts{}, 0
	}
	middle, limit := r.limit(spread(t.values[:before]))
	c := counts{of0: float64(before), of1: float64(len(t.values) - before), typical: middle, current: median(spread(t.values[before:]))}
	late, told := r.lately(t.entries, before)
	if told {
		c.of = float64(len(t.values) - late)
	}
	for i, v := range t.values {
		if v <= limit {
			continue
		}
		if told && i >= late {
			c.late++
		}
		if i < before {
			c.hits0++
		} else {
			c.hits1++
		}
	}
	return c, limit
}

// limit is what is usual, and above which a time is longer than usual. It overwrites the usual times that it is given.
func (r *record) limit(usual []float64) (middle, limit float64) {
	middle = median(usual)
	for i, v := range usual {
		usual[i] = math.Abs(v - middle)
	}
	return middle, middle + max(r.Wide*consistency*median(usual), r.MuchLonger*middle, r.least)
}

// lately is the place from which entries tell whether a change is still there: those of the last two minutes, or where
// these are few, the later half of those since the onset. False where even these are too few.
func (r *record) lately(entries []int32, before int) (from int, told bool) {
	if recent := max(before, r.since(entries, r.end-int64(freshFor))); len(entries)-recent >= fewestFresh {
		return recent, true
	}
	now := len(entries) - before
	return before + now/2, now >= 2*fewestLate
}

// spread takes at most a few hundred values, evenly.
func spread(values []float64) []float64 {
	if len(values) <= sampled {
		return slices.Clone(values)
	}
	kept := make([]float64, sampled)
	for i := range kept {
		kept[i] = values[i*len(values)/sampled]
	}
	return kept
}

// median reorders the values; 0 of none.
func median(values []float64) float64 {
	n := len(values)
	if n == 0 {
		return 0
	}
	upper := nth(values, n/2)
	if n%2 == 1 {
		return upper
	}
	return (slices.Max(values[:n/2]) + upper) / 2
}

// nth puts the value that would have a place if the values were ordered at that place, smaller ones before it and larger
// ones behind, and gives it: Hoare's selection, which takes a fraction of the time of ordering them all.
func nth(values []float64, place int) float64 {
	low, high := 0, len(values)-1
	for low < high {
		pivot := values[(low+high)/2]
		i, j := low, high
		for i <= j {
			for values[i] < pivot {
				i++
			}
			for values[j] > pivot {
				j--
			}
			if i <= j {
				values[i], values[j] = values[j], values[i]
				i++
				j--
			}
		}
		switch {
		case place <= j:
			high = j
		case place >= i:
			low = i
		default:
			return values[place]
		}
	}
	return values[place]
}
