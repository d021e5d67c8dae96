package onset

import (
	"math"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Trials are how many of so many requests of a time showed something.
type Trials struct {
	Time     time.Time // end of the time that is counted
	Hits, Of float64
}

// ShareOptions say what rise of a share counts.
type ShareOptions struct {
	Window   time.Duration // that each count speaks of; counts do not overlap
	Absolute float64       // least rise that matters
	Relative float64       // least rise that matters, as a share of the share before
	Chance   float64       // the most likely that chance alone may make it
}

// fewestTrials is how many counts lie on either side of a rise at least.
const fewestTrials = 2

// FindRise looks for the moment since which a share is higher than before, until the end. Unlike Find it counts requests, so that
// it sees a small rise of many requests, and any rise of few.
//
// For every split it compares the likelihood of two binomial shares with that of one; the dispersion of the counts on either
// side of the best split (Pearson's statistic over its degrees of freedom, as in quasi-likelihood; Wedderburn, Biometrika 61, 1974) divides
// all of them, since requests come in bursts. The chance of the best split is that of its likelihood ratio, times the number
// of splits. The moment is where the splits have most of the likelihood. Where counts vary much more than those of
// independent requests, they have to be higher as ranks too.
func FindRise(trials []Trials, o ShareOptions) (Change, bool) {
	n := len(trials)
	if n < 2*fewestTrials {
		return Change{}, false
	}
	hits, of := make([]float64, n+1), make([]float64, n+1)
	for i, t := range trials {
		hits[i+1], of[i+1] = hits[i]+t.Hits, of[i]+t.Of
	}
	ratios, best := make([]float64, n), 0
	for k := fewestTrials; k <= n-fewestTrials; k++ {
		if of[k] > 0 && of[n] > of[k] && (hits[n]-hits[k])/(of[n]-of[k]) > hits[k]/of[k] {
			ratios[k] = binomial(hits[k], of[k]) + binomial(hits[n]-hits[k], of[n]-of[k]) - binomial(hits[n], of[n])
		}
		if ratios[k] > ratios[best] {
			best = k
		}
	}
	if best == 0 {
		return Change{}, false
	}
	before, after := hits[best]/of[best], (hits[n]-hits[best])/(of[n]-of[best])
	spread := dispersion(trials, best, before, after)
	chance := float64(n-2*fewestTrials+1) * math.Erfc(math.Sqrt(ratios[best]/spread)) / 2
	if chance > o.Chance || after-before < o.Absolute || after-before < o.Relative*before {
		return Change{}, false
	}
	if spread > bursty && !outranked(trials, best) {
		return Change{}, false
	}
	first, last := likeliest(ratios, ratios[best], spread)
	return Change{Before: before, After: after, Moved: incident.MovedAt{Earliest: trials[first].Time.Add(-o.Window * 3 / 2),
		Latest: trials[last].Time.Add(-o.Window / 2)}}, true
}

// binomial is the greatest log likelihood of so many hits, without the part that depends on the counts alone.
func binomial(hits, of float64) float64 {
	sum := 0.0
	for _, part := range []float64{hits, of - hits} {
		if part > 0 {
			sum += part * math.Log(part/of)
		}
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
	bursty     = 1.5  // dispersion from which single counts may be far off by chance
	certainly  = 3.3  // standard deviations of the rank sum, a chance of about 1 in 2,000
	confidence = 0.97 // of the likelihood of all splits; with 0.95 the margin holds the truth in 94 of 100
)

// outranked says that the counts since a split lie above those before it as counts, and not only as sums (Mann and Whitney).
func outranked(trials []Trials, split int) bool {
	var shares []float64
	before := 0
	for i, t := range trials {
		if t.Of > 0 {
			shares = append(shares, t.Hits/t.Of)
			if i < split {
				before++
			}
		}
	}
	ranks, ties := rank(shares)
	sum, n, after := 0.0, float64(len(shares)), float64(len(shares)-before)
	for _, r := range ranks[before:] {
		sum += r
	}
	variance := after * float64(before) / 12 * (n + 1 - ties/(n*(n-1)))
	return variance > 0 && (sum-after*(n+1)/2)/math.Sqrt(variance) >= certainly
}

// likeliest is the shortest run of splits around the best one that has most of the likelihood.
func likeliest(ratios []float64, best, spread float64) (first, last int) {
	weights, whole := make([]float64, len(ratios)), 0.0
	for k, r := range ratios {
		if r > 0 {
			weights[k] = math.Exp((r - best) / spread)
			whole += weights[k]
		}
		if r == best {
			first, last = k, k
		}
	}
	for sum := weights[first]; sum < confidence*whole; {
		below, above := 0.0, 0.0
		if first > 0 {
			below = weights[first-1]
		}
		if last < len(weights)-1 {
			above = weights[last+1]
		}
		if below >= above && first > 0 {
			first--
			sum += below
			continue
		}
		if last == len(weights)-1 {
			break
		}
		last++
		sum += above
	}
	return max(first, 1), last
}
