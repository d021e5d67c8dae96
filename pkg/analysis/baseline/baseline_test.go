package baseline_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/analysis/baseline"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestAFewWildValuesDoNotMoveWhatIsNormal(t *testing.T) {
	t.Parallel()
	normal := baseline.Of([]float64{9, 10, 11, 10, 9, 11, 10, 1e9, -1e9})
	require.InDelta(t, 10, normal.Median, 0)
	require.InDelta(t, 1.4826, normal.Spread, 1e-9)
	require.Equal(t, 9, normal.Count)
}

func TestTheMedianLiesBetweenTheExtremesAndLeavesItsInputAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 1, 50).Draw(t, "values")
		before := append([]float64(nil), values...)
		median := baseline.Median(values)
		require.Equal(t, before, values)
		below, above := 0, 0
		for _, v := range values {
			if v <= median {
				below++
			}
			if v >= median {
				above++
			}
		}
		require.GreaterOrEqual(t, 2*below, len(values))
		require.GreaterOrEqual(t, 2*above, len(values))
	})
}

func TestNothingIsNormalWhereThereIsNothing(t *testing.T) {
	t.Parallel()
	require.Zero(t, baseline.Of(nil))
	require.Zero(t, baseline.Median(nil))
	require.Zero(t, baseline.Mean(nil))
}

func TestAPointSpeaksOfTheTimeBeforeIt(t *testing.T) {
	t.Parallel()
	at := time.Date(2025, 1, 21, 10, 0, 0, 0, time.UTC)
	points := []incident.Point{{Time: at, Value: 1}, {Time: at.Add(time.Minute), Value: 2}, {Time: at.Add(2 * time.Minute), Value: 3}}
	require.Equal(t, []float64{2}, baseline.Within(points, incident.Window{From: at, To: at.Add(time.Minute)}))
	require.Equal(t, time.Hour, baseline.Hour(at).Length())
}
