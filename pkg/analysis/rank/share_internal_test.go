package rank

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestTheLeastDifferenceIsNoLargerThanTheDifferenceAndHasItsSign(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n1, n0 := rapid.IntRange(1, 500).Draw(t, "n1"), rapid.IntRange(1, 500).Draw(t, "n0")
		k1, k0 := rapid.IntRange(0, n1).Draw(t, "k1"), rapid.IntRange(0, n0).Draw(t, "k0")
		difference := float64(k1)/float64(n1) - float64(k0)/float64(n0)
		least := leastDifference(float64(k1), float64(n1), float64(k0), float64(n0))
		if difference >= 0 {
			require.GreaterOrEqual(t, least, 0.0)
			require.LessOrEqual(t, least, difference+1e-12)
		} else {
			require.LessOrEqual(t, least, 0.0)
			require.GreaterOrEqual(t, least, difference-1e-12)
		}
		require.InDelta(t, -least, leastDifference(float64(n1-k1), float64(n1), float64(n0-k0), float64(n0)), 1e-9, "what is gone counts as what is new")
	})
}

func TestMoreRequestsMakeTheSameDifferenceStronger(t *testing.T) {
	t.Parallel()
	last := 0.0
	for _, n := range []float64{4, 8, 16, 64, 256} {
		least := leastDifference(n, n, 0, n)
		require.Greater(t, least, last)
		last = least
	}
	require.Greater(t, last, 0.97)
	require.Zero(t, leastDifference(1, 2, 0, 2), "one of two is chance")
}

func TestThePlaceInTheCodeIsReadFromTheUsualFormats(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"19:50:55.977 INFO  a.c.UserController#43 TraceID: 0af Login": "a.c.UserController#43",
		"I0123 10:00:00.000000 1 main.go:120] started":                "main.go:120",
		"2026-01-02 app/views.py:7 slow":                              "app/views.py:7",
		"connected to localhost:8080":                                 "",
		"10.0.0.1:443 refused":                                        "",
		"order #43 placed":                                            "",
		"at 10:15:30 done":                                            "",
		"":                                                            "",
	} {
		require.Equal(t, want, codePlace(text), text)
	}
}

func TestCallsAtTheSameTimeAreTakenFromAServicesTimeOnce(t *testing.T) {
	t.Parallel()
	require.Equal(t, int64(60), covered([]interval{{50, 80}, {10, 40}, {20, 50}}, 0, 70))
	require.Equal(t, int64(0), covered(nil, 0, 70))
	require.Equal(t, int64(70), covered([]interval{{-10, 100}}, 0, 70), "a child that outlives its parent is cut")
}
