package onset_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/analysis/onset"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

var start = time.Date(2025, 1, 21, 9, 30, 0, 0, time.UTC)

const step = 15 * time.Second

// wobble is a small, repeatable noise of the given size.
func wobble(i int, size float64) float64 {
	return size * (float64((i*7919)%13)/6 - 1)
}

func series(length int, value func(i int) float64) []incident.Point {
	points := make([]incident.Point, length)
	for i := range points {
		points[i] = incident.Point{Time: start.Add(time.Duration(i) * step), Value: value(i)}
	}
	return points
}

func latency() onset.Options {
	return onset.Options{Window: time.Minute, Noise: 0.01, Relative: 0.25, Absolute: 0.01}
}

func TestAStepIsFoundWhereItHappened(t *testing.T) {
	t.Parallel()
	for _, at := range []int{20, 120, 240, 300} {
		change, found := onset.Find(series(320, func(i int) float64 {
			if i >= at {
				return 2.3 + wobble(i, 0.1)
			}
			return 0.4 + wobble(i, 0.02)
		}), latency())
		require.True(t, found, "step at %d", at)
		require.True(t, change.Up())
		requireInside(t, change.Moved, start.Add(time.Duration(at)*step))
		require.InDelta(t, 0.4, change.Before, 0.02)
		require.InDelta(t, 2.3, change.After, 0.1)
	}
}

func TestARampIsFoundWhereItBeganAndNotInItsMiddle(t *testing.T) {
	t.Parallel()
	const begins, ends = 200, 220
	change, found := onset.Find(series(300, func(i int) float64 {
		switch {
		case i < begins:
			return 0.001
		case i < ends:
			return 0.001 + 0.072*float64(i-begins)/(ends-begins)
		}
		return 0.073
	}), onset.Options{Window: time.Minute, Noise: 0.001, Absolute: 0.005})
	require.True(t, found)
	began := start.Add(begins * step)
	require.WithinDuration(t, began, change.Moved.Middle(), 90*time.Second)
	require.Less(t, change.Moved.Margin(), time.Minute)
}

// averaged is what a rate over the window makes of a course given per second.
func averaged(length int, window time.Duration, course func(seconds float64) float64) []incident.Point {
	return series(length, func(i int) float64 {
		sum, n := 0.0, 0
		for s := time.Duration(0); s < window; s += time.Second {
			sum += course((time.Duration(i)*step - s).Seconds())
			n++
		}
		return sum / float64(n)
	})
}

func TestTheDelayOfAveragingIsTakenOutAgain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		began := rapid.Float64Range(1500, 3000).Draw(t, "began, s")
		rampFor := rapid.SampledFrom([]float64{0, 120, 300}).Draw(t, "ramp for, s")
		change, found := onset.Find(averaged(300, time.Minute, func(s float64) float64 {
			switch {
			case s < began:
				return 0.001
			case s < began+rampFor:
				return 0.001 + 0.072*(s-began)/rampFor
			}
			return 0.073
		}), onset.Options{Window: time.Minute, Averaged: true, Noise: 0.001, Absolute: 0.003})
		require.True(t, found)
		require.WithinDuration(t, start.Add(time.Duration(began*float64(time.Second))), change.Moved.Middle(), 20*time.Second)
		require.LessOrEqual(t, change.Moved.Margin(), step)
	})
}

func TestASmallDriftDoesNotHideALaterJump(t *testing.T) {
	t.Parallel()
	change, found := onset.Find(series(480, func(i int) float64 {
		switch {
		case i < 290:
			return 0.0049
		case i < 412:
			return 0.0052
		}
		return 2.1
	}), onset.Options{Window: time.Minute, Noise: 0.002, Relative: 1, Absolute: 0.01})
	require.True(t, found)
	requireInside(t, change.Moved, start.Add(412*step))
	require.InDelta(t, 0.0052, change.Before, 1e-9)
}

func TestADropIsFoundToo(t *testing.T) {
	t.Parallel()
	change, found := onset.Find(series(300, func(i int) float64 {
		if i >= 230 {
			return 88 + wobble(i, 1)
		}
		return 100 + wobble(i, 1)
	}), onset.Options{Window: time.Minute, Noise: 1, Relative: 0.05})
	require.True(t, found)
	require.False(t, change.Up())
	requireInside(t, change.Moved, start.Add(230*step))
}

func TestASeriesThatKeepsItsCourseHasNoOnset(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		level := rapid.Float64Range(0.01, 1000).Draw(t, "level")
		noise := rapid.SliceOfN(rapid.Float64Range(-1, 1), 20, 400).Draw(t, "noise")
		_, found := onset.Find(series(len(noise), func(i int) float64 { return level * (1 + 0.05*noise[i]) }),
			onset.Options{Window: time.Minute, Noise: 0.03 * level, Relative: 0.25})
		require.False(t, found)
	})
}

func TestOneSpikeIsNoOnset(t *testing.T) {
	t.Parallel()
	_, found := onset.Find(series(300, func(i int) float64 {
		if i == 150 || i == 151 {
			return 9
		}
		return 0.4 + wobble(i, 0.02)
	}), latency())
	require.False(t, found)
}

func TestTooFewPointsAreNoOnset(t *testing.T) {
	t.Parallel()
	_, found := onset.Find(series(7, func(i int) float64 { return float64(i * i) }), latency())
	require.False(t, found)
}

func TestAnyStepLargeAgainstItsNoiseIsFoundWithinTheNamedInterval(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.IntRange(60, 280).Draw(t, "at")
		factor := rapid.Float64Range(1.6, 50).Draw(t, "factor")
		change, found := onset.Find(series(300, func(i int) float64 {
			if i >= at {
				return factor + wobble(i, 0.02)
			}
			return 1 + wobble(i, 0.02)
		}), onset.Options{Window: time.Minute, Noise: 0.02, Relative: 0.25})
		require.True(t, found)
		requireInside(t, change.Moved, start.Add(time.Duration(at)*step))
	})
}

func requireInside(t require.TestingT, moved incident.MovedAt, moment time.Time) {
	require.False(t, moment.Before(moved.Earliest), "%s is before %s", moment, moved.Earliest)
	require.False(t, moment.After(moved.Latest), "%s is after %s", moment, moved.Latest)
}

func BenchmarkFind(b *testing.B) {
	points := series(240, func(i int) float64 {
		if i >= 200 {
			return 2
		}
		return 1 + wobble(i, 0.02)
	})
	for b.Loop() {
		onset.Find(points, latency())
	}
}
