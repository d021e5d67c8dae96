package rollout_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/scenarios/rollout"
	"github.com/faultline-investigation/faultline/lab/scenarios/tape"
)

func bookings(r *tape.Tape, from, to time.Duration) float64 {
	return r.ErrorRatio("booking-api", "POST", "/bookings", from, to)
}

func TestEveryFifthBookingFailsSinceTheRelease(t *testing.T) {
	t.Parallel()
	r := tape.Of(t, rollout.Scenario(), 0)
	require.InDelta(t, 0.2, bookings(r, -5*time.Minute, 0), 0.035)
	require.Less(t, bookings(r, -80*time.Minute, -15*time.Minute), 0.005)
	require.Zero(t, r.Lines("fare-service", "NullPointerException", -2*time.Hour, -14*time.Minute))
	require.Greater(t, r.Lines("fare-service", "NullPointerException", -5*time.Minute, 0), 200)
}

func TestWhatFailsIsTheNewVersionAndTripsOverSeveralCities(t *testing.T) {
	t.Parallel()
	r := tape.Of(t, rollout.Scenario(), 0)
	failed := 0
	for _, s := range r.Of("POST /quotes", "fare-service", -2*time.Hour, 0, "error.type", "java.lang.NullPointerException") {
		failed++
		require.True(t, s.Has("app.trip.type", "multi-city", "service.version", "3.9.0"))
	}
	require.Greater(t, failed, 300)
}

func TestRollingBackHealsAndRollingOutAgainBreaks(t *testing.T) {
	t.Parallel()
	tape.Cured(t, rollout.Scenario(), 0.15, 0.005, bookings)
}
