package node_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/scenarios/node"
	"github.com/faultline-investigation/faultline/lab/scenarios/tape"
)

// slow is the share of geocoder's requests that take longer than a quarter of a second: there are buckets for that.
func slow(r *tape.Tape, from, to time.Duration, labels ...string) float64 {
	all, over := 0.0, 0.0
	for _, s := range r.Of("GET /geocode", "geocoder", from, to, labels...) {
		all++
		if s.Seconds() > 0.25 {
			over++
		}
	}
	return over / max(1, all)
}

func TestOnlyRequestsOnTheCrowdedNodeAreSlow(t *testing.T) {
	t.Parallel()
	r := tape.Of(t, node.Scenario(), 0)
	require.Greater(t, slow(r, -10*time.Minute, 0, "k8s.node.name", "worker-3"), 0.6)
	for _, other := range []string{"worker-1", "worker-2"} {
		require.Less(t, slow(r, -10*time.Minute, 0, "k8s.node.name", other), 0.05)
	}
	require.Less(t, slow(r, -100*time.Minute, -20*time.Minute), 0.05)
}

func TestTheNodesProcessorsAreAllTakenAndItsPodsWait(t *testing.T) {
	t.Parallel()
	r := tape.Of(t, node.Scenario(), 0)
	waiting := func(name string) float64 {
		return r.Growth("node_pressure_cpu_waiting_seconds_total", -5*time.Minute, 0, "node", name) / 300
	}
	require.Greater(t, waiting("worker-3"), 0.8)
	require.Less(t, waiting("worker-1"), 0.05)
	require.Less(t, r.Growth("node_pressure_cpu_waiting_seconds_total", -60*time.Minute, -20*time.Minute, "node", "worker-3")/2400, 0.05)
}

func TestDeletingTheJobHeals(t *testing.T) {
	t.Parallel()
	tape.Cured(t, node.Scenario(), 0.3, 0.05, func(r *tape.Tape, from, to time.Duration) float64 { return slow(r, from, to) })
}
