package replay_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/replay"
	"github.com/faultline-investigation/faultline/lab/scenarios"
	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
)

// Each hour is another one: other requests at other times, and another sample of them.
func TestOfManyQuietHoursFewerThanOneInTwentyAccusesAnybody(t *testing.T) {
	t.Parallel()
	const plays, hoursOfPlay = 25, 8
	quiet, err := scenarios.Lookup("quiet")
	require.NoError(t, err)
	accused := 0
	for seed := range uint64(plays) {
		end := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC).Add(time.Duration(seed) * 37 * time.Second)
		batch := quiet.Start(end, seed).Generate(end)
		telemetry := replay.Of(batch.Traces, batch.Logs, batch.Metrics)
		for hour := range hoursOfPlay {
			in := telemetry.Sample(quiet.Alert().Service, end.Add(-time.Duration(hour)*7*time.Minute), seed)
			require.NotEmpty(t, in.Traces)
			require.NotEmpty(t, in.Lines)
			found := rank.Rank(in)
			require.Positive(t, found.Compared)
			if slices.ContainsFunc(found.Suspects, func(s rank.Suspect) bool { return s.Chance <= 0.05 && s.Score >= 0.2 }) {
				accused++
			}
		}
	}
	t.Logf("%d of %d", accused, plays*hoursOfPlay)
	require.LessOrEqual(t, accused, plays*hoursOfPlay/20)
}
