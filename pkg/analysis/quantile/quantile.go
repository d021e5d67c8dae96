// Package quantile estimates quantiles from histograms, as Prometheus' histogram_quantile does: its documentation is where the
// formula comes from. Prometheus' own function stands in the package of its whole query engine.
package quantile

import (
	"maps"
	"math"
	"slices"
)

// OfBuckets estimates the q-quantile (0 to 1) of what was observed, from how many observations lie at or below each upper bound. It
// takes observations to be spread evenly within their bucket, the lowest of which begins at 0 unless its bound is not above that.
// A quantile above the highest finite bound is given as that bound. It cannot tell where there is no bucket for +Inf or no finite
// one, where nothing was observed, or where q is none.
func OfBuckets(q float64, counts map[float64]float64) (float64, bool) {
	bounds := slices.Sorted(maps.Keys(counts))
	last := len(bounds) - 1
	if last < 1 || !math.IsInf(bounds[last], 1) || q < 0 || q > 1 || math.IsNaN(q) {
		return 0, false
	}
	// Rates of buckets that are scraped one after the other may fall from one bound to the next; counts cannot.
	below := make([]float64, len(bounds))
	most := 0.0
	for i, bound := range bounds {
		most = max(most, counts[bound])
		below[i] = most
	}
	if !(most > 0) {
		return 0, false
	}
	rank := q * most
	b := 0
	for b < last && below[b] < rank {
		b++
	}
	switch {
	case b == last:
		return bounds[last-1], true
	case b == 0 && bounds[0] <= 0:
		return bounds[0], true
	}
	from, before := 0.0, 0.0
	if b > 0 {
		from, before = bounds[b-1], below[b-1]
	}
	if below[b] == before { // rank is 0, and nothing lies in the lowest bucket
		return from, true
	}
	return from + (bounds[b]-from)*(rank-before)/(below[b]-before), true
}
