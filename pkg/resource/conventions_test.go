package resource

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestTheConventionsSayWhatWasFoundAndWhy(t *testing.T) {
	t.Parallel()
	stores := func(w http.ResponseWriter, r *http.Request) {
		answer := `{"status":"success","data":["app","namespace"]}`
		if strings.Contains(r.URL.Path, "__name__") {
			answer = `{"status":"success","data":["http_requests_total"]}`
		}
		_, _ = w.Write([]byte(answer))
	}
	status, body := got(t, directly(t, stores), "conventions")
	require.Equal(t, http.StatusOK, status)
	var report incident.ConventionReport
	require.NoError(t, json.Unmarshal([]byte(body), &report))
	assert.Equal(t, "classic Prometheus", report.Roles[0].Chosen)
	assert.Equal(t, "http_requests_total", report.Chosen.Requests.Counter)
	assert.Equal(t, "app", report.Labels[0].Chosen)
	assert.NotEmpty(t, report.Asked)
}

func TestSlowlyReadConventionsHaveOneTime(t *testing.T) {
	t.Parallel()
	e := directly(t, func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(1100 * time.Millisecond) // answers in another second than it is asked in
		_, _ = w.Write([]byte(`{"status":"success","data":["http_requests_total"]}`))
	})
	var asked [2]string
	for i := range asked {
		var report incident.ConventionReport
		_, body := got(t, e, "conventions")
		require.NoError(t, json.Unmarshal([]byte(body), &report))
		asked[i] = report.Asked
	}
	require.Equal(t, asked[0], asked[1], "the second reader is told of the first one's reading")
}

func TestConventionsThatCannotBeAskedForSayWhy(t *testing.T) {
	t.Parallel()
	status, body := got(t, directly(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }), "conventions")
	require.Equal(t, http.StatusBadGateway, status)
	assert.Contains(t, body, "refused the question with 403.")

	status, body = got(t, environmentOf(t, `{"metrics":{"url":"nowhere"}}`), "conventions")
	require.Equal(t, http.StatusUnprocessableEntity, status)
	assert.Contains(t, body, "metrics.url")

	status, body = got(t, directly(t, emptyStores), "conventions?fresh=perhaps")
	require.Equal(t, http.StatusBadRequest, status)
	assert.Contains(t, body, "neither true nor false")
}

// got is what a GET of a resource answers.
func got(t *testing.T, e *environment.Environment, address string) (status int, body string) {
	t.Helper()
	page := &client{}
	path, _, _ := strings.Cut(address, "?")
	require.NoError(t, resourcesOf(t, e, never).CallResource(t.Context(), &backend.CallResourceRequest{PluginContext: backend.PluginContext{OrgID: 1},
		Method: http.MethodGet, Path: path, URL: address}, page))
	require.NotEmpty(t, page.responses)
	for _, r := range page.responses {
		body += string(r.Body)
	}
	return page.responses[0].Status, body
}
