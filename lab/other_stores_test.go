//go:build stores

package lab_test

import (
	"context"
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/scenarios/names"
	"github.com/faultline-investigation/faultline/lab/stack"
	"github.com/faultline-investigation/faultline/lab/telemetry"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

// VictoriaMetrics answers Prometheus' API, knows no exemplars, and says so with an empty list.
func TestVictoriaMetricsGivesTheSameFindings(t *testing.T) {
	t.Parallel()
	usual, err := world.Backend.Investigate(context.Background(), patient(t, instanceWith(t, "metrics", world.Stack.Prometheus.URL)), world.Request(), func(investigate.Event) {})
	require.NoError(t, err)
	c, without := investigatedInVictoriaMetrics(t, names.Usual), lacks{bare: true}
	for _, s := range usual.Steps {
		requireSameOutcome(t, s, stepOf(t, c, s.Key()), without)
	}
	requireSameNumbers(t, usual, c, without)
	requireSameTable(t, usual, c, without)
	require.Equal(t, usual.Verdict.Sentence, c.Verdict.Sentence)
	require.Equal(t, world.Scenario.Truth().Component, c.Verdict.Candidates[0].Component)
}

// VictoriaMetrics turns exponential histograms into buckets of its own kind.
func TestBucketsWithoutBoundsGiveNoLatency(t *testing.T) {
	t.Parallel()
	c := investigatedInVictoriaMetrics(t, names.Native)
	latency := stepOf(t, c, "impact/latency")
	require.Equal(t, incident.NotChecked, latency.Outcome)
	require.Contains(t, latency.Reason, "have no label le")
	require.Contains(t, latency.Advice, "explicit bounds")
	require.InDelta(t, 0.073, valueOf(t, c, "impact/error-rate", "error rate").Value, 0.004)
	for _, row := range c.Facts.Dependencies.Rows {
		require.Nil(t, row.P99, row.Service)
	}
}

func investigatedInVictoriaMetrics(t *testing.T, n names.Names) *incident.Case {
	t.Helper()
	atOnce <- struct{}{}
	defer func() { <-atOnce }()
	generator, err := world.Named(string(n))
	require.NoError(t, err)
	servers, store, err := stack.StartVictoriaMetrics(context.Background(), stack.Options{Progress: os.Stderr})
	require.NoError(t, err)
	defer func() { require.NoError(t, servers.Stop(context.Background())) }()
	_, err = telemetry.Load(context.Background(), generator, telemetry.Endpoints{Metrics: store.OTLP}, nil)
	require.NoError(t, err)
	searchable(t, store.URL)
	c, err := world.Backend.Investigate(context.Background(), patient(t, instanceWith(t, "metrics", store.URL)), world.Request(), func(investigate.Event) {})
	require.NoError(t, err)
	return c
}

// searchable has the store show at once what it has taken.
func searchable(t *testing.T, url string) {
	t.Helper()
	flush, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/internal/force_flush", nil)
	require.NoError(t, err)
	answer, err := http.DefaultClient.Do(flush)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusOK, answer.StatusCode)
}
