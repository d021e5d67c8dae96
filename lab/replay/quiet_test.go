package replay_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/replay"
	"github.com/faultline-investigation/faultline/lab/scenarios"
	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/town"
	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
)

// accused says whether a quiet hour would name somebody, by the two measures of what is no chance.
func accused(found rank.Ranking) (one, order bool) {
	one = slices.ContainsFunc(found.Suspects, func(s rank.Suspect) bool { return s.Chance <= rank.Unsure && s.Score >= 0.2 })
	order = found.Shuffled.Of > 0 && float64(found.Shuffled.Hits+1)/float64(found.Shuffled.Of+1) <= rank.Unsure &&
		slices.ContainsFunc(found.Suspects[0].Evidence, func(e rank.Evidence) bool { return e.Failure && e.Strength >= 0.2 })
	return one, order
}

// hours looks at several moments of several plays of a quiet system, and says how many of them would name somebody.
func hours(t *testing.T, quiet story.Scenario, plays, ofPlay int, apart time.Duration) (named int) {
	t.Helper()
	byOne, byOrder := 0, 0
	for seed := range uint64(plays) {
		end := nine.Add(time.Duration(seed) * 37 * time.Second)
		batch := quiet.Start(end, seed).Generate(end)
		telemetry := replay.Of(batch.Traces, batch.Logs, batch.Metrics)
		for hour := range ofPlay {
			in := telemetry.Sample(quiet.Alert().Service, end.Add(-time.Duration(hour)*apart), seed)
			require.NotEmpty(t, in.Traces)
			require.NotEmpty(t, in.Lines)
			found := rank.Rank(in)
			require.Positive(t, found.Compared)
			one, order := accused(found)
			if one {
				byOne++
			}
			if order {
				byOrder++
			}
			if one || order {
				named++
			}
		}
	}
	t.Logf("of %d hours %d name somebody: %d by single comparisons, %d by other orders", plays*ofPlay, named, byOne, byOrder)
	return named
}

// Each hour is another one: other requests at other times, and another sample of them.
func TestOfManyQuietHoursFewerThanOneInTwentyAccusesAnybody(t *testing.T) {
	t.Parallel()
	quiet, err := scenarios.Lookup("quiet")
	require.NoError(t, err)
	require.LessOrEqual(t, hours(t, quiet, 25, 8, 7*time.Minute), 200/20)
}

// The more services there are, the more is compared.
func TestOfManyQuietHoursOfALargeSystemFewerThanOneInTwentyAccusesAnybody(t *testing.T) {
	t.Parallel()
	require.LessOrEqual(t, hours(t, town.Scenario(120, town.Quiet), 12, 5, 10*time.Minute), 60/20)
}
