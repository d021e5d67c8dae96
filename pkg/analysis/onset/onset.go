// Package onset finds when a series left its normal course and stayed away.
//
// It looks for the one split of the series into before and after that ranks tell apart best (the Mann-Whitney U
// statistic, maximised over all splits, as in Pettitt, "A non-parametric approach to the change-point problem", Applied
// Statistics 28, 1979), accepts it only if it is both significant and large against the spread before it, and then walks
// back to the first point of the excursion, since a ramp is split in its middle. A split that is significant but small
// (ranks see a drift as well as a jump) divides the series, and the parts are searched, the later one first: binary
// segmentation. It is pure.
package onset

import (
	"math"
	"sort"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/baseline"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Options say what kind of change counts.
type Options struct {
	Window   time.Duration // the time that each point looks back over; neighbouring points share it
	Averaged bool          // each point is the mean over Window, as a rate is, and unlike a quantile
	Noise    float64       // spread that chance alone gives a normal series; a floor under the measured spread
	Relative float64       // least change that matters, as a share of the level before
	Absolute float64       // least change that matters, in the series' unit
}

// Change is a lasting move of a series.
type Change struct {
	Moved  incident.MovedAt
	Before float64 // median before
	After  float64 // median after
	// Evidence is the logarithm of how much likelier the counts are with the rise than without it; only FindRise tells it.
	Evidence float64
}

// Up says whether the series rose.
func (c Change) Up() bool { return c.After > c.Before }

const (
	fewest        = 4   // points on either side of a split
	significantAt = 2.5 // standard deviations of U, after thinning for shared windows
	bandWidth     = 4.0 // spreads that a normal point stays within
)

// Find looks for a change. It wants points in the order of time at about equal distances, and answers false when there
// are too few, or none of them left their course for good.
func Find(points []incident.Point, o Options) (Change, bool) {
	if len(points) < 2*fewest {
		return Change{}, false
	}
	values := make([]float64, len(points))
	for i, p := range points {
		values[i] = p.Value
	}
	split, z := bestSplit(values)
	step := points[1].Time.Sub(points[0].Time)
	if shared := o.Window.Seconds() / step.Seconds(); shared > 1 {
		z /= math.Sqrt(shared)
	}
	before, after := baseline.Of(values[:split]), baseline.Median(values[split:])
	band := bandWidth * math.Max(before.Spread, o.Noise)
	size := math.Abs(after - before.Median)
	if z < significantAt {
		return Change{}, false
	}
	if size <= band || size < o.Absolute || size < o.Relative*math.Abs(before.Median) {
		if change, found := Find(points[split:], o); found {
			return change, true
		}
		return Find(points[:split], o)
	}
	up := after > before.Median
	first, found := firstOutside(values, split, before.Median, band, up)
	if !found {
		return Change{}, false
	}
	change := Change{Moved: moment(points, first, delay(o.Window, band, size)), Before: before.Median, After: after}
	if o.Averaged {
		change.Moved = sharpened(points, first, change, o.Window)
	}
	return change, true
}

// bestSplit finds the split whose sides differ most in rank, and how many standard deviations they do. Equal values
// share the mean of their ranks, and the deviation is corrected for them.
func bestSplit(values []float64) (split int, z float64) {
	ranks, ties := rank(values)
	n := float64(len(values))
	sum := 0.0
	for i := 1; i <= len(values)-fewest; i++ {
		sum += ranks[i-1]
		if i < fewest {
			continue
		}
		left, right := float64(i), n-float64(i)
		u := sum - left*(left+1)/2
		variance := left * right / 12 * (n + 1 - ties/(n*(n-1)))
		if variance <= 0 {
			return fewest, 0
		}
		if score := math.Abs(u-left*right/2) / math.Sqrt(variance); score > z {
			split, z = i, score
		}
	}
	return max(split, fewest), z
}

// rank gives the values' ranks from 1, and the sum of t^3-t over groups of t equal values.
func rank(values []float64) (ranks []float64, ties float64) {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return values[order[a]] < values[order[b]] })
	ranks = make([]float64, len(values))
	for start := 0; start < len(order); {
		end := start
		for end < len(order) && values[order[end]] == values[order[start]] {
			end++
		}
		for i := start; i < end; i++ {
			ranks[order[i]] = float64(start+end+1) / 2
		}
		t := float64(end - start)
		ties += t*t*t - t
		start = end
	}
	return ranks, ties
}

// firstOutside walks to the start of the excursion that the split lies in: back while points are outside the band, one
// point inside forgiven at a time; or forward to the first point outside when the split itself is still inside.
func firstOutside(values []float64, split int, middle, band float64, up bool) (int, bool) {
	outside := func(i int) bool {
		if up {
			return values[i] > middle+band
		}
		return values[i] < middle-band
	}
	first := split
	for first < len(values) && !outside(first) {
		first++
	}
	if first == len(values) {
		return 0, false
	}
	for i := first - 1; i >= 0; i-- {
		switch {
		case outside(i):
			first = i
		case i == 0 || !outside(i-1):
			return first, true
		}
	}
	return first, true
}

// delay is how long a step change of the given size takes to lift an average over the window out of the band.
func delay(window time.Duration, band, size float64) time.Duration {
	return time.Duration(float64(window) * math.Min(1, band/size))
}

// moment is the time between the last point inside the band and the first outside, earlier by the delay.
func moment(points []incident.Point, first int, delay time.Duration) incident.MovedAt {
	earliest := points[first].Time
	if first > 0 {
		earliest = points[first-1].Time
	}
	return incident.MovedAt{Earliest: earliest.Add(-delay), Latest: points[first].Time}
}
