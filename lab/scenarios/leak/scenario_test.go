package leak_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/scenarios/leak"
	"github.com/faultline-investigation/faultline/lab/scenarios/tape"
)

func uploads(r *tape.Tape, from, to time.Duration) float64 {
	return r.ErrorRatio("media-api", "POST", "/uploads", from, to)
}

func TestMemoryRisesUntilEveryPodIsKilledAgainAndAgain(t *testing.T) {
	t.Parallel()
	r := tape.Of(t, leak.Scenario(), 0)
	memory := func(at time.Duration) float64 {
		bytes, _ := r.Last("container_memory_working_set_bytes", at, "container", "thumbnail-service")
		return bytes / (3 << 30)
	}
	require.Less(t, memory(-70*time.Minute), 0.45)
	require.Greater(t, memory(-30*time.Minute), 0.7)
	restarts, _ := r.Last("kube_pod_container_status_restarts_total", 0, "container", "thumbnail-service")
	require.GreaterOrEqual(t, restarts, 5.0)
	before, _ := r.Last("kube_pod_container_status_restarts_total", -25*time.Minute, "container", "thumbnail-service")
	require.Zero(t, before)
	killed, _ := r.Last("kube_pod_container_status_last_terminated_reason", 0, "reason", "OOMKilled")
	require.InDelta(t, 3, killed, 0)
}

func TestUploadsFailWhilePodsAreGoneAndDownloadsDoNot(t *testing.T) {
	t.Parallel()
	r := tape.Of(t, leak.Scenario(), 0)
	require.Greater(t, uploads(r, -10*time.Minute, 0), 0.1)
	require.Less(t, uploads(r, -110*time.Minute, -25*time.Minute), 0.005)
	require.Less(t, r.ErrorRatio("media-api", "GET", "/media/{id}", -10*time.Minute, 0), 0.005)
}

func TestAVersionThatFreesItsBuffersHeals(t *testing.T) {
	t.Parallel()
	tape.Cured(t, leak.Scenario(), 0.1, 0.005, uploads)
}
