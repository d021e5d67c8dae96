package httpapi_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/httpapi"
)

func TestARuleComesWithWhatItsAlertsAreAbout(t *testing.T) {
	t.Parallel()
	answer, _ := asked(t, alertRules, "prometheus-rules.json")
	assert.Equal(t, []incident.AlertRule{{Name: "CheckoutErrors", Queries: []string{`sum by (service_name) (rate(x{service_name="order-service"}[5m])) > 0.01`},
		Labels:      map[string]string{"severity": "critical"},
		Annotations: map[string]string{"investigate_url": "http://localhost:3000/a/faultline-investigation-app/investigate?service=order-service"},
		Alerts:      []map[string]string{{"alertname": "CheckoutErrors", "service_name": "order-service", "severity": "critical"}}}}, answer.Rules)
}

func TestGrafanasRulesAreAskedForWithItsToken(t *testing.T) {
	t.Parallel()
	address := server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/prometheus/grafana/api/v1/rules" || r.Header.Get("Authorization") != "Bearer t" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = w.Write([]byte(`{"status":"success","data":{"groups":[{"rules":[{"type":"alerting","name":"Errors","query":"up == 0 | down"}]}]}}`))
	})
	grafana, err := httpapi.New(httpapi.Options{Client: http.DefaultClient,
		Grafana: httpapi.Store{URL: address.URL, Name: "Grafana", Header: http.Header{"Authorization": {"Bearer t"}}}})
	require.NoError(t, err)
	answer := grafana.Ask(t.Context(), source.Question{Kind: source.GrafanaRules})
	require.Nil(t, answer.Problem)
	assert.Equal(t, []incident.AlertRule{{Name: "Errors", Queries: []string{"up == 0", "down"}}}, answer.Rules)
	assert.Equal(t, "Grafana", answer.DataSource)

	nobody := querierAt(t, address.URL).Ask(t.Context(), source.Question{Kind: source.GrafanaRules})
	require.Equal(t, source.Unconfigured, nobody.Problem.Kind)
}

func TestNoServicesWithSpansIsAnEmptyListAndNoDefect(t *testing.T) {
	t.Parallel()
	for body, names := range map[string][]string{`{"metrics":{}}`: {}, `{"tagValues":[]}`: {}, `{"tagValues":[{"type":"string","value":"a"}]}`: {"a"}} {
		address := server(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
		answer := querierAt(t, address.URL).Ask(t.Context(), traceNames)
		require.Nil(t, answer.Problem, body)
		require.Equal(t, names, answer.Names)
	}
}

func TestAnnotationsAreAskedForByTagAndComeInTheOrderOfTime(t *testing.T) {
	t.Parallel()
	window := incident.Window{From: time.UnixMilli(1_000_000).UTC(), To: time.UnixMilli(2_000_000).UTC()}
	address := server(t, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if r.URL.Path != "/api/annotations" || q.Get("from") != "1000000" || q.Get("to") != "2000000" || q.Get("matchAny") != "true" || q.Get("type") != "annotation" ||
			!slices.Equal(q["tags"], []string{"deploy", "flag"}) {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		_, _ = w.Write([]byte(`[{"id":2,"time":1500000,"timeEnd":1500000,"text":"web 4.2","tags":["deploy"]},{"id":1,"time":1200000,"text":"off","tags":["flag"]},` +
			`{"id":3,"time":900000,"timeEnd":1100000,"text":"began before","tags":["deploy"]}]`))
	})
	grafana, err := httpapi.New(httpapi.Options{Client: http.DefaultClient, Grafana: httpapi.Store{URL: address.URL, Name: "Grafana"}})
	require.NoError(t, err)
	answer := grafana.Ask(t.Context(), source.Question{Kind: source.Annotations, Text: "deploy,flag", Window: window, Limit: 10})
	require.Nil(t, answer.Problem)
	assert.Equal(t, []incident.Annotation{{At: time.UnixMilli(1_200_000).UTC(), Text: "off", Tags: []string{"flag"}},
		{At: time.UnixMilli(1_500_000).UTC(), Text: "web 4.2", Tags: []string{"deploy"}}}, answer.Annotations)
	assert.False(t, answer.Truncated)
	few := grafana.Ask(t.Context(), source.Question{Kind: source.Annotations, Text: "deploy,flag", Window: window, Limit: 3})
	assert.True(t, few.Truncated)
}
