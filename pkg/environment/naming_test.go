package environment_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

func namingOf(t *testing.T, settings string) incident.Naming {
	t.Helper()
	e, err := environment.New(t.Context(), instance(settings))
	require.NoError(t, err)
	_, err = environment.ReadSettings(instance(settings))
	require.NoError(t, err)
	return e.Naming()
}

func TestWhatANamedMetricLeavesOutIsFilledIn(t *testing.T) {
	t.Parallel()
	naming := namingOf(t, `{"metrics":{"url":"http://p"},"labels":{"service":"svc"},"conventions":{
		"requests":{"histogram":"app_latency_milliseconds","services":["team_app"],"code":"status","operation":{"whole":"op"}},
		"edges":{"total":"calls_total","server":"peer","failedCall":{"label":"ok","pattern":"no"}},
		"build":{"info":"app_info"}}}`)
	require.Equal(t, "svc", naming.Labels.Service)
	require.Equal(t, &incident.RequestMetric{Convention: "settings", Histogram: "app_latency_milliseconds", Seconds: 0.001, Services: []string{"team_app"},
		Operation: incident.OperationLabels{Whole: "op"}, Code: "status", Failed: incident.Match{Label: "status", Pattern: "5.."}}, naming.Requests)
	require.InDelta(t, 1, naming.Edges.Seconds, 0)
	require.Contains(t, naming.Edges.Clients, "service_name")
	require.Equal(t, "version", naming.Build.Version)
}

func TestAKnownConventionCanBeNamedAlone(t *testing.T) {
	t.Parallel()
	require.Equal(t, &incident.RequestMetric{Convention: "Istio"}, namingOf(t, `{"metrics":{"url":"http://p"},"conventions":{"requests":{"convention":"Istio"}}}`).Requests)
}

func TestSaveAndTestNamesWhatTheSettingsNameAndTheStoresLack(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(healthyStores))
	t.Cleanup(server.Close)
	s := server.URL
	e, err := environment.New(t.Context(), instance(`{"metrics":{"url":"`+s+`"},"traces":{"url":"`+s+`"},"logs":{"url":"`+s+`"},
		"labels":{"service":"nowhere"},"conventions":{"pool":{"convention":"HikariCP"}}}`))
	require.NoError(t, err)
	result, err := e.CheckHealth(t.Context(), &backend.CheckHealthRequest{})
	require.NoError(t, err)
	require.Equal(t, backend.HealthStatusError, result.Status)
	require.Contains(t, result.Message, `labels.service is "nowhere", a label that neither metrics nor logs have had in the last hour.`)
	require.Contains(t, result.Message, "conventions.pool names metrics of which the metrics store has none, or not all, in the last hour.")
}
