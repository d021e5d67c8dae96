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

func TestWhatCannotBecomeSignificantIsNotCorrectedFor(t *testing.T) {
	t.Parallel()
	require.InDelta(t, 1.0/70, significance.LeastChance(4, 4, 4), 1e-12)
	require.InDelta(t, 1, significance.LeastChance(0, 5, 50), 0)
	require.InDelta(t, 1, significance.LeastChance(55, 5, 50), 0)
	require.Equal(t, 3, significance.Testable([]float64{1e-6, 0.2, 1e-7, 0.01, 1e-9, 1, 0.02}, 0.01))
	require.Equal(t, 1, significance.Testable(nil, 0.01))
	require.Equal(t, 4, significance.Testable([]float64{0, 0, 0, 0}, 0.01))
	rapid.Check(t, func(t *rapid.T) {
		n, m := rapid.IntRange(1, 60).Draw(t, "n"), rapid.IntRange(1, 60).Draw(t, "m")
		a, b := rapid.IntRange(0, n).Draw(t, "of n"), rapid.IntRange(0, m).Draw(t, "of m")
		least := significance.LeastChance(a+b, n, m)
		require.LessOrEqual(t, least, significance.MoreOften(a, n, b, m)*(1+1e-9))
		require.LessOrEqual(t, least, significance.MoreOften(b, m, a, n)*(1+1e-9))
	})
}

func TestTheHeavyTailIsStudentsWithThreeDegreesOfFreedom(t *testing.T) {
	t.Parallel()
	require.InDelta(t, 1, significance.HeavyTail(0), 1e-12)
	require.InDelta(t, 0.05, significance.HeavyTail(3.1824), 1e-4)
	require.InDelta(t, 0.01, significance.HeavyTail(-5.8409), 1e-4)
	require.InEpsilon(t, 0.001, significance.HeavyTail(12.924), 1e-3)
	require.InEpsilon(t, 8*significance.HeavyTail(2e4), significance.HeavyTail(1e4), 1e-3)
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
