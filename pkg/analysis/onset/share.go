package onset

import (
	"math"
	"time"
)

// Trials are how many of so many requests of a time showed something.
type Trials struct {
	Time     time.Time // end of the time that is counted
	Hits, Of float64
}

// ShareOptions say what rise of a share counts, and what the counts speak of.
type ShareOptions struct {
	Window   time.Duration // that each count speaks of; those beside each other may share some of it
	Lag      time.Duration // what is counted ended up to so long before a count's time, as samples are that old
	Absolute float64       // least rise that matters
	Relative float64       // least rise that matters, as a share of the share before
	Chance   float64       // the most likely that chance alone may make it
	// Recent is the end of the counts that is compared with all before it whatever a search finds; zero compares none. This one
	// comparison was chosen beforehand, so that its own chance, at most Planned, is enough.
	Recent  time.Duration
	Planned float64
}

// fewestTrials is how many counts that share nothing lie on either side of a rise at least.
const fewestTrials = 2

// FindRise looks for the moment since which a share is higher than before, until the end. Unlike Find it counts requests, so that
// it sees a small rise of many requests, and any rise of few.
//
// For every split it compares the likelihood of two binomial shares with that of one; the dispersion of the counts on either
// side of the best split (Pearson's statistic over its degrees of freedom, as in quasi-likelihood; Wedderburn, Biometrika 61, 1974) divides
// all of them, since requests come in bursts. The chance of the best split is that of its likelihood ratio, times the number
// of splits. Where counts vary much more than those of independent requests, they have to be higher as ranks too. When it was is
// told by Since.
func FindRise(trials []Trials, o ShareOptions) (Change, bool) {
	apart := thinned(trials, o.Window)
	n := len(apart)
	if n < 2*fewestTrials {
		return Change{}, false
	}
	s := summed(apart)
	best := 0
	for k := fewestTrials; k <= n-fewestTrials; k++ {
		if s.ratio(k) > s.ratio(best) {
			best = k
		}
	}
	if best == 0 {
		return Change{}, false
	}
	before, after := s.shares(best)
	spread := dispersion(apart, best, before, after)
	found := o.matters(before, after) && float64(n-2*fewestTrials+1)*chanceOf(s.ratio(best)/spread) <= o.Chance &&
		(spread <= bursty || outranked(apart, best))
	if !found && !risenOf(apart, s, o) {
		return Change{}, false
	}
	return Change{Before: before, After: after, Moved: Since(trials, o), Evidence: s.ratio(best) / spread}, true
}

// risenOf says that the last counts are higher than all before them, by the one comparison that was planned.
func risenOf(trials []Trials, s sums, o ShareOptions) bool {
	k := len(trials)
	for k > 0 && trials[len(trials)-1].Time.Sub(trials[k-1].Time) < o.Recent {
		k--
	}
	if k == len(trials) || k < fewestTrials {
		return false
	}
	before, after := s.shares(k)
	spread := dispersion(trials, k, before, after)
	return o.matters(before, after) && chanceOf(s.ratio(k)/spread) <= o.Planned && (spread <= bursty || outranked(trials, k))
}

func (o ShareOptions) matters(before, after float64) bool {
	return after-before >= o.Absolute && after-before >= o.Relative*before
}

// chanceOf is the one-sided chance of a likelihood ratio (Wilks).
func chanceOf(ratio float64) float64 { return math.Erfc(math.Sqrt(ratio)) / 2 }

// thinned are counts of which no two share a part of their time, up to the last one.
func thinned(trials []Trials, window time.Duration) []Trials {
	var apart []Trials
	for i := len(trials) - 1; i >= 0; i-- {
		if n := len(apart); n == 0 || apart[n-1].Time.Sub(trials[i].Time) >= window {
			apart = append(apart, trials[i])
		}
	}
	for i, j := 0, len(apart)-1; i < j; i, j = i+1, j-1 {
		apart[i], apart[j] = apart[j], apart[i]
	}
	return apart
}

// sums are the hits and requests of the first so many counts.
type sums struct{ hits, of []float64 }

func summed(trials []Trials) sums {
	s := sums{make([]float64, len(trials)+1), make([]float64, len(trials)+1)}
	for i, t := range trials {
		s.hits[i+1], s.of[i+1] = s.hits[i]+t.Hits, s.of[i]+t.Of
	}
	return s
}

// shares are those of the first k counts and of the others; NaN of none.
func (s sums) shares(k int) (before, after float64) {
	n := len(s.of) - 1
	return s.hits[k] / s.of[k], (s.hits[n] - s.hits[k]) / (s.of[n] - s.of[k])
}

// ratio is the logarithm of the likelihood ratio of two shares, the second one higher, against one.
func (s sums) ratio(k int) float64 {
	n := len(s.of) - 1
	if before, after := s.shares(k); !(after > before) {
		return 0
	}
	return binomial(s.hits[k], s.of[k]) + binomial(s.hits[n]-s.hits[k], s.of[n]-s.of[k]) - binomial(s.hits[n], s.of[n])
}

// binomial is the greatest log likelihood of so many hits, without the part that depends on the counts alone.
func binomial(hits, of float64) float64 { return likelihood(hits, of, hits/of) }

// likelihood is the logarithm of that of so many hits where a share hits, without the part that depends on the counts alone.
func likelihood(hits, of, share float64) float64 {
	sum := 0.0
	if hits > 0 {
		sum += hits * math.Log(share)
	}
	if missed := of - hits; missed > 0 {
		sum += missed * math.Log1p(-share)
	}
	return sum
}

// dispersion is by how much counts vary more around the shares before and since a split than those of independent requests; 1 at
// least.
func dispersion(trials []Trials, split int, before, after float64) float64 {
	sum, n := 0.0, 0.0
	for i, t := range trials {
		share := before
		if i >= split {
			share = after
		}
		if expected := share * t.Of; expected*(1-share) > 0 {
			sum += (t.Hits - expected) * (t.Hits - expected) / (expected * (1 - share))
			n++
		}
	}
	return math.Max(1, sum/math.Max(1, n-2))
}

const (
	bursty    = 1.5 // dispersion from which single counts may be far off by chance
	certainly = 3.3 // standard deviations of the rank sum, a chance of about 1 in 2,000
)

// outranked says that the counts since a split lie above those before it as counts, and not only as sums (Mann and Whitney): surely,
// or, where there are too few of them for that, every one above every one before.
func outranked(trials []Trials, split int) bool {
	var shares []float64
	before, highest, lowest := 0, math.Inf(-1), math.Inf(1)
	for i, t := range trials {
		if t.Of <= 0 {
			continue
		}
		share := t.Hits / t.Of
		shares = append(shares, share)
		if i < split {
			before++
			highest = math.Max(highest, share)
		} else {
			lowest = math.Min(lowest, share)
		}
	}
	ranks, ties := rank(shares)
	sum, n, after := 0.0, float64(len(shares)), float64(len(shares)-before)
	for _, r := range ranks[before:] {
		sum += r
	}
	variance := after * float64(before) / 12 * (n + 1 - ties/(n*(n-1)))
	return lowest > highest && after >= fewestTrials || variance > 0 && (sum-after*(n+1)/2)/math.Sqrt(variance) >= certainly
}
