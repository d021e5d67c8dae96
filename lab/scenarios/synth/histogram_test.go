package synth_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

var layouts = []synth.Layout{synth.OTelHTTP, synth.SpanMetrics}

// read is what a reader of a histogram takes for a quantile.
func read(q float64, h *synth.Histogram, layout synth.Layout) float64 {
	counts, _ := h.Buckets(layout)
	total := uint64(0)
	for _, count := range counts {
		total += count
	}
	rank, below, low := q*float64(total), 0.0, 0.0
	for i, bound := range layout.Bounds {
		if below+float64(counts[i]) >= rank {
			return low + (bound-low)*(rank-below)/float64(counts[i])
		}
		below, low = below+float64(counts[i]), bound
	}
	return low
}

func TestAStraightTailReadsTheSameInEveryLayout(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p99 := rapid.Float64Range(0.03, 2).Draw(t, "p99")
		p50 := p99 * rapid.Float64Range(0.05, 0.5).Draw(t, "p50 of p99")
		h := synth.NewHistogram()
		h.Flow(10_000_000, synth.Typical(p50, p99))
		for _, layout := range layouts {
			require.InEpsilon(t, p99, read(0.99, h, layout), 0.001)
		}
	})
}

func TestAHistogramCountsTheSameHoweverAFlowIsCut(t *testing.T) {
	t.Parallel()
	shape := synth.Typical(0.02, 0.11)
	whole, pieces := synth.NewHistogram(), synth.NewHistogram()
	whole.Flow(1000, shape)
	for range 4000 {
		pieces.Flow(0.25, shape)
	}
	expected, _ := whole.Buckets(synth.OTelHTTP)
	found, _ := pieces.Buckets(synth.OTelHTTP)
	require.Equal(t, expected, found)
	require.EqualValues(t, 1000, pieces.Count())
}

func TestAnObservationFallsIntoTheBucketThatItsBoundCloses(t *testing.T) {
	t.Parallel()
	h := synth.NewHistogram()
	h.Observe(0.1)
	h.Observe(0.10001)
	h.Observe(99)
	counts, sum := h.Buckets(synth.ServiceGraph)
	require.Equal(t, []uint64{1, 1, 0, 0, 0, 0, 0, 0, 1}, counts)
	require.InDelta(t, 99.20001, sum, 1e-9)
	h.Reset()
	require.Zero(t, h.Count())
}

func TestAQuantileIsTheInverseOfTheShareBelow(t *testing.T) {
	t.Parallel()
	shape := synth.Typical(0.02, 0.11)
	rapid.Check(t, func(t *rapid.T) {
		share := rapid.Float64Range(0.001, 0.999).Draw(t, "share")
		require.InDelta(t, share, shape.Below(shape.Quantile(share)), 1e-9)
	})
	require.InDelta(t, shape.Mean()*2, shape.Stretch(2).Mean(), 1e-9)
	require.InDelta(t, shape.Mean()+1, shape.Shift(1).Mean(), 1e-9)
}

func TestAScheduleHoldsTheExpectedNumberInEveryStretch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rates := rapid.SliceOfN(rapid.Float64Range(0, 5), 1, 200).Draw(t, "rates")
		until := rapid.Float64Range(0, 50).Draw(t, "until")
		schedule, expected, events, last := synth.NewSchedule(until), -until, 0, start
		for i, rate := range rates {
			second := start.Add(time.Duration(i) * time.Second)
			moments := schedule.Next(second, rate)
			for _, at := range moments {
				require.False(t, at.Before(second))
				require.False(t, at.After(second.Add(time.Second)))
				require.False(t, at.Before(last))
				last = at
			}
			events += len(moments)
			expected += rate
			require.InDelta(t, expected+until, float64(events), 1.000001)
		}
	})
}

func TestAShareIsTakenEvenly(t *testing.T) {
	t.Parallel()
	share, taken := synth.Share{}, 0
	for i := 1; i <= 1000; i++ {
		if share.Take(0.72) {
			taken++
		}
		require.InDelta(t, 0.72*float64(i), float64(taken), 0.5000001)
	}
}

func TestStreamsRepeatThemselvesAndDifferFromEachOther(t *testing.T) {
	t.Parallel()
	stream := synth.Seed(1).Stream("a")
	require.InDelta(t, stream.Unit(7), synth.Seed(1).Stream("a").Unit(7), 0)
	require.Equal(t, stream.At(7).Uint64(), synth.Seed(1).Stream("a").At(7).Uint64())
	require.NotEqual(t, stream.Unit(7), stream.Unit(8))
	require.NotEqual(t, stream.Unit(7), synth.Seed(1).Stream("b").Unit(7))
	require.NotEqual(t, stream.Unit(7), synth.Seed(2).Stream("a").Unit(7))
}
