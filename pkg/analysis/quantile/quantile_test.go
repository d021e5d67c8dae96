package quantile_test

import (
	"math"
	"testing"

	"github.com/prometheus/prometheus/promql"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/analysis/quantile"
)

func TestQuantilesAreThoseOfPrometheus(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		counts, buckets := map[float64]float64{math.Inf(1): 0}, promql.Buckets{}
		sum := 0.0
		for _, bound := range rapid.SliceOfNDistinct(rapid.IntRange(-5, 60), 1, 12, rapid.ID).Draw(t, "bounds") {
			counts[float64(bound)/10] = 0
		}
		for _, bound := range sorted(counts) {
			sum += float64(rapid.IntRange(0, 50).Draw(t, "observed"))
			counts[bound] = sum
			buckets = append(buckets, promql.Bucket{UpperBound: bound, Count: sum})
		}
		q := rapid.Float64Range(0.01, 1).Draw(t, "q")
		want, _, _, _, _, _ := promql.BucketQuantile(q, buckets)
		got, told := quantile.OfBuckets(q, counts)
		if math.IsNaN(want) {
			assert.False(t, told)
			return
		}
		require.True(t, told)
		assert.InDelta(t, want, got, 1e-9)
	})
}

func TestAQuantileOfNothingIsNotTold(t *testing.T) {
	t.Parallel()
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		q      float64
		counts map[float64]float64
	}{
		"no buckets":          {.99, nil},
		"no finite bucket":    {.99, map[float64]float64{inf: 3}},
		"no bucket for all":   {.99, map[float64]float64{1: 2, 2: 3}},
		"nothing observed":    {.99, map[float64]float64{1: 0, inf: 0}},
		"no quantile":         {1.5, map[float64]float64{1: 1, inf: 1}},
		"not a number":        {math.NaN(), map[float64]float64{1: 1, inf: 1}},
		"counts that are NaN": {.5, map[float64]float64{1: math.NaN(), inf: math.NaN()}},
	} {
		_, told := quantile.OfBuckets(c.q, c.counts)
		assert.False(t, told, name)
	}
}

func TestBucketsThatFallAreReadAsLevel(t *testing.T) {
	t.Parallel()
	// The second bucket was scraped a moment before the first.
	got, told := quantile.OfBuckets(.5, map[float64]float64{1: 10, 2: 9, 4: 20, math.Inf(1): 20})
	require.True(t, told)
	assert.InDelta(t, 1, got, 1e-9)
}

func sorted(counts map[float64]float64) []float64 {
	var bounds []float64
	for bound := range counts {
		at := 0
		for at < len(bounds) && bounds[at] < bound {
			at++
		}
		bounds = append(bounds[:at], append([]float64{bound}, bounds[at:]...)...)
	}
	return bounds
}
