package convention_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/convention"
)

func TestAStackWithEverythingGetsTheBestSpellingOfEachRole(t *testing.T) {
	t.Parallel()
	chosen := convention.Choose(convention.Names())
	require.Equal(t, "OpenTelemetry HTTP", chosen.Requests.Convention)
	require.Equal(t, "Tempo service graph", chosen.Edges.Convention)
	require.Equal(t, "OpenTelemetry DNS", chosen.Lookups.Convention)
	require.Equal(t, "OpenTelemetry HTTP client", chosen.Pool.Convention)
}

func TestARoleNobodyMeasuresStaysOpen(t *testing.T) {
	t.Parallel()
	chosen := convention.Choose([]string{"up", "http_requests_total"})
	require.Nil(t, chosen.Requests)
	require.Nil(t, chosen.Edges)
	require.Nil(t, chosen.Lookups)
	require.Nil(t, chosen.Pool)
}

func TestHalfASpellingIsNotChosen(t *testing.T) {
	t.Parallel()
	names := []string{"http_server_request_duration_seconds_count", "traces_spanmetrics_latency_bucket", "traces_spanmetrics_latency_count"}
	require.Equal(t, "Tempo span metrics", convention.Choose(names).Requests.Convention)
}

func TestACallGraphWithoutFailuresSoFarIsACallGraph(t *testing.T) {
	t.Parallel()
	chosen := convention.Choose([]string{"traces_service_graph_request_total", "traces_service_graph_request_client_seconds_bucket"})
	require.NotNil(t, chosen.Edges)
}

func TestNamesAreOrderedAndEachStandsOnce(t *testing.T) {
	t.Parallel()
	names := convention.Names()
	require.True(t, slices.IsSorted(names))
	require.Equal(t, names, slices.Compact(slices.Clone(names)))
}

func TestTheLogLabelOfAServiceIsTheBestOfThoseThereAre(t *testing.T) {
	t.Parallel()
	label, known := convention.LogService([]string{"pod", "app", "service_name"})
	require.True(t, known)
	require.Equal(t, "service_name", label)
	_, known = convention.LogService([]string{"filename"})
	require.False(t, known)
}
