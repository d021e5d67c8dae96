package surge_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/scenarios/surge"
	"github.com/faultline-investigation/faultline/lab/scenarios/tape"
)

func orders(r *tape.Tape, from, to time.Duration) float64 {
	return r.ErrorRatio("ticket-api", "POST", "/orders", from, to)
}

func TestFourTimesAsManyOrdersComeAndOneInElevenIsTurnedAway(t *testing.T) {
	t.Parallel()
	r := tape.Of(t, surge.Scenario(), 0)
	rate := func(from, to time.Duration) float64 {
		return r.Growth("http.server.request.duration", from, to, "service.name", "ticket-api", "http.route", "/orders") / (to - from).Seconds()
	}
	require.InDelta(t, 4, rate(-60*time.Minute, -15*time.Minute), 0.4)
	require.InDelta(t, 16, rate(-10*time.Minute, 0), 1.5)
	require.InDelta(t, 0.09, orders(r, -10*time.Minute, 0), 0.02)
	require.Less(t, orders(r, -60*time.Minute, -15*time.Minute), 0.005)
}

func TestItsPodsWaitForProcessorsAndThoseItCallsDoNot(t *testing.T) {
	t.Parallel()
	r := tape.Of(t, surge.Scenario(), 0)
	throttled := func(container string) float64 {
		return r.Growth("container_cpu_cfs_throttled_periods_total", -5*time.Minute, 0, "container", container) /
			r.Growth("container_cpu_cfs_periods_total", -5*time.Minute, 0, "container", container)
	}
	require.Greater(t, throttled("ticket-api"), 0.5)
	require.Less(t, throttled("seat-inventory"), 0.05)
}

func TestWhenTheRushIsOverOrdersAreServedAgain(t *testing.T) {
	t.Parallel()
	tape.Cured(t, surge.Scenario(), 0.07, 0.005, orders)
}
