package significance_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/analysis/significance"
)

func TestTheDensestRunGrowsTowardsTheLargerSide(t *testing.T) {
	t.Parallel()
	first, last := significance.Densest([]float64{1, 2, 60, 30, 5, 2}, 0.9)
	require.Equal(t, []int{2, 3}, []int{first, last})
	first, last = significance.Densest([]float64{1, 2, 60, 30, 5, 2}, 0.97)
	require.Equal(t, []int{1, 4}, []int{first, last})
}

func TestTheDensestRunHasTheShareAskedFor(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 40).Draw(t, "weights")
		share := rapid.Float64Range(0.1, 0.99).Draw(t, "share")
		first, last := significance.Densest(weights, share)
		whole, inside := 0.0, 0.0
		for i, w := range weights {
			whole += w
			if i >= first && i <= last {
				inside += w
			}
		}
		require.GreaterOrEqual(t, inside, share*whole-1e-9)
	})
}
