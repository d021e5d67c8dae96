package outage_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/scenarios/outage"
	"github.com/faultline-investigation/faultline/lab/scenarios/tape"
)

func searches(r *tape.Tape, from, to time.Duration) float64 {
	return r.ErrorRatio("web-bff", "GET", "/search", from, to)
}

func TestNothingComesFromTheServiceThatIsGone(t *testing.T) {
	t.Parallel()
	r := tape.Of(t, outage.Scenario(), 0)
	_, told := r.Last("http.server.request.duration", 0, "service.name", "search-api")
	require.False(t, told)
	_, told = r.Last("http.server.request.duration", -30*time.Minute, "service.name", "search-api")
	require.True(t, told)
	require.Empty(t, r.Of("GET /search", "search-api", -21*time.Minute, 0))
	require.Zero(t, r.Lines("search-api", "", -21*time.Minute, 0))
	require.InDelta(t, 1, searches(r, -20*time.Minute, 0), 0)
	require.Less(t, searches(r, -80*time.Minute, -23*time.Minute), 0.005)
}

func TestTheClusterSaysWhy(t *testing.T) {
	t.Parallel()
	r := tape.Of(t, outage.Scenario(), 0)
	waiting, _ := r.Last("kube_pod_container_status_waiting_reason", 0, "reason", "CreateContainerConfigError")
	require.InDelta(t, 2, waiting, 0)
	available, told := r.Last("kube_deployment_status_replicas_available", 0, "deployment", "search-api")
	require.True(t, told)
	require.Zero(t, available)
	require.Equal(t, 2, r.Lines("k8s-events", "couldn't find key OPENSEARCH_PASSWORD", -2*time.Hour, 0))
}

func TestTheOldVersionHeals(t *testing.T) {
	t.Parallel()
	tape.Cured(t, outage.Scenario(), 1, 0.005, searches)
}
