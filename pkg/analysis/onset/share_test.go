package onset_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/analysis/onset"
)

func rises() onset.ShareOptions {
	return onset.ShareOptions{Window: time.Minute, Absolute: 0.003, Relative: 0.2, Chance: 0.001, Recent: 5 * time.Minute, Planned: 0.0001}
}

func TestTheLastMinutesAloneAreComparedWithoutASearch(t *testing.T) {
	t.Parallel()
	trials := make([]onset.Trials, 120)
	for i := range trials {
		trials[i] = onset.Trials{Time: start.Add(time.Duration(i+1) * time.Minute), Hits: 10 + wobble(i, 3), Of: 110}
		if i >= 115 {
			trials[i].Hits = 15.5 + wobble(i, 2)
		}
	}
	o := rises()
	o.Chance, o.Planned = 0, 0.001
	change, found := onset.FindRise(trials, o)
	require.True(t, found)
	requireInside(t, change.Moved, start.Add(115*time.Minute))
	o.Recent = 0
	_, found = onset.FindRise(trials, o)
	require.False(t, found)
}

// played is two hours of counts, a minute each: requests at a rate a minute, of which a share fails, and another since a moment.
func played(seed uint64, rate, before, after float64, moment time.Duration) []onset.Trials {
	random := rand.New(rand.NewPCG(seed, 1))
	trials := make([]onset.Trials, 120)
	for i := range trials {
		trials[i].Time = start.Add(time.Duration(i+1) * time.Minute)
	}
	for at := 0.0; at < 120; at += random.ExpFloat64() / rate {
		share := before
		if at >= moment.Minutes() {
			share = after
		}
		trials[int(at)].Of++
		if random.Float64() < share {
			trials[int(at)].Hits++
		}
	}
	return trials
}

func TestASmallRiseOfManyRequestsIsARise(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		change, found := onset.FindRise(played(seed, 150, 0.09, 0.14, 110*time.Minute), rises())
		require.True(t, found, "seed %d", seed)
		require.InDelta(t, 0.09, change.Before, 0.01)
		require.InDelta(t, 0.14, change.After, 0.02)
	}
}

func TestARiseOfFewRequestsIsARise(t *testing.T) {
	t.Parallel()
	change, found := onset.FindRise(played(3, 2, 0, 0.6, 105*time.Minute), rises())
	require.True(t, found)
	require.Zero(t, change.Before)
}

func TestAShareThatOnlyVariesDoesNotRise(t *testing.T) {
	t.Parallel()
	found := 0
	for seed := range uint64(400) {
		if _, rose := onset.FindRise(played(seed, 30, 0.08, 0.08, 0), rises()); rose {
			found++
		}
	}
	require.LessOrEqual(t, found, 2)
}

func TestFailuresThatComeInBurstsAreNoRise(t *testing.T) {
	t.Parallel()
	found := 0
	for seed := range uint64(200) {
		random, trials := rand.New(rand.NewPCG(seed, 2)), played(seed, 60, 0, 0, 0)
		for i := range trials {
			if random.Float64() < 0.2 {
				trials[i].Hits = trials[i].Of * random.Float64() / 2
			}
		}
		if _, rose := onset.FindRise(trials, rises()); rose {
			found++
		}
	}
	require.LessOrEqual(t, found, 4)
}

func TestTheMarginOfARiseHoldsTheTruthNineteenTimesOfTwenty(t *testing.T) {
	t.Parallel()
	const runs = 400
	held := 0
	for seed := range uint64(runs) {
		moment := 100*time.Minute + time.Duration(seed)*time.Second
		change, found := onset.FindRise(played(seed, 60, 0.05, 0.15, moment), rises())
		require.True(t, found, "seed %d", seed)
		if at := start.Add(moment); !at.Before(change.Moved.Earliest) && !at.After(change.Moved.Latest) {
			held++
		}
	}
	require.GreaterOrEqual(t, float64(held)/runs, 0.95)
}
