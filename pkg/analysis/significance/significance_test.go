package significance_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/analysis/significance"
)

func TestFishersTestGivesTheTextbookValues(t *testing.T) {
	t.Parallel()
	// The lady tasting tea: 4 of 4 and 3 of 4 cups named rightly, of 8.
	require.InDelta(t, 1.0/70, significance.MoreOften(4, 4, 0, 4), 1e-12)
	require.InDelta(t, 17.0/70, significance.MoreOften(3, 4, 1, 4), 1e-12)
	require.InDelta(t, 1, significance.MoreOften(0, 4, 4, 4), 1e-12)
}

func TestTheRateTestGivesTheBinomialsValues(t *testing.T) {
	t.Parallel()
	require.InDelta(t, 2.0/1024, significance.RateRatio(10, 1, 0, 1), 1e-12, "ten heads in a row, or ten tails")
	require.InDelta(t, 1, significance.RateRatio(5, 1, 5, 1), 1e-12)
	require.Less(t, significance.RateRatio(847, 300, 3, 3600), 1e-100)
	require.Greater(t, significance.RateRatio(25, 300, 300, 3600), 0.9, "the same rate over times of different length")
}

func TestTheNormalCurveTakesOverWithoutAJump(t *testing.T) {
	t.Parallel()
	for _, a := range []int{940, 960, 990} {
		require.InEpsilon(t, significance.RateRatio(a, 1, 2000-a, 1), significance.RateRatio(a, 1, 2001-a, 1), 0.1)
	}
}

func TestNothingToCompareIsNeverSignificant(t *testing.T) {
	t.Parallel()
	require.InDelta(t, 1, significance.RateRatio(0, 300, 0, 3600), 0)
	require.InDelta(t, 1, significance.RateRatio(5, 300, 0, 0), 0)
	require.InDelta(t, 1, significance.MoreOften(0, 5, 0, 5), 0)
	require.InDelta(t, 1, significance.MoreOften(6, 5, 0, 5), 0)
	require.Empty(t, significance.Adjust(nil))
}

func TestAdjustedValuesKeepTheOrderAndAreNeverSmaller(t *testing.T) {
	t.Parallel()
	require.InDeltaSlice(t, []float64{0.04, 0.05, 0.04, 0.05}, significance.Adjust([]float64{0.01, 0.05, 0.02, 0.04}), 0.0034)
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOf(rapid.Float64Range(0, 1)).Draw(t, "p")
		adjusted := significance.Adjust(p)
		for i := range p {
			require.GreaterOrEqual(t, adjusted[i], p[i]*(1-1e-12))
			require.LessOrEqual(t, adjusted[i], 1.0)
			for j := range p {
				if p[i] < p[j] {
					require.LessOrEqual(t, adjusted[i], adjusted[j])
				}
			}
		}
	})
}

func TestEveryPValueIsAProbability(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.IntRange(0, 3000).Draw(t, "a"), rapid.IntRange(0, 3000).Draw(t, "b")
		p := significance.RateRatio(a, rapid.Float64Range(1, 1e6).Draw(t, "seconds"), b, rapid.Float64Range(1, 1e6).Draw(t, "seconds before"))
		require.True(t, p >= 0 && p <= 1, "%v", p)
		n, m := rapid.IntRange(0, 300).Draw(t, "n"), rapid.IntRange(0, 300).Draw(t, "m")
		p = significance.MoreOften(rapid.IntRange(0, n).Draw(t, "of n"), n, rapid.IntRange(0, m).Draw(t, "of m"), m)
		require.True(t, p >= 0 && p <= 1, "%v", p)
	})
}
