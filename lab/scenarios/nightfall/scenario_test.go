package nightfall_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/scenarios/nightfall"
	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/scenarios/tape"
)

// lessons is the rate of requests over a stretch of time relative to the alert of the tape.
func lessons(r *tape.Tape, from, to time.Duration) float64 {
	return r.Growth("http.server.request.duration", from, to, "service.name", "lesson-portal", "http.route", "/lessons/{id}") / (to - from).Seconds()
}

func TestRequestsFallByNearlyHalfAndNothingFails(t *testing.T) {
	t.Parallel()
	r := tape.Of(t, nightfall.Scenario(), 0)
	require.InDelta(t, 8, lessons(r, -90*time.Minute, -35*time.Minute), 0.4)
	require.InDelta(t, 4.4, lessons(r, -10*time.Minute, 0), 0.5)
	require.Less(t, r.ErrorRatio("lesson-portal", "GET", "/lessons/{id}", -10*time.Minute, 0), 0.006)
}

func TestEveryEarlierDayHasTheSameCourse(t *testing.T) {
	t.Parallel()
	remembered, does := nightfall.Scenario().(story.Remembered)
	require.True(t, does)
	past := remembered.Past(tape.Alert, 7)
	require.Len(t, past, 4)
	for i, days := range []int{7, 3, 2, 1} {
		ends := tape.Alert.AddDate(0, 0, -days)
		require.Equal(t, ends, past[i].Alert())
		r := tape.Read(t, past[i].Generate(ends))
		before := lessons(r, ends.Add(-90*time.Minute).Sub(tape.Alert), ends.Add(-35*time.Minute).Sub(tape.Alert))
		after := lessons(r, ends.Add(-10*time.Minute).Sub(tape.Alert), ends.Sub(tape.Alert))
		require.InDelta(t, 0.55, after/before, 0.06)
	}
}
