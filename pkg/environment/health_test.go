package environment_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// examined is the health of an environment whose stores all are one handler.
func examined(t *testing.T, stores http.HandlerFunc) (*backend.CheckHealthResult, environment.Health) {
	t.Helper()
	s := httptest.NewServer(stores)
	t.Cleanup(s.Close)
	e, err := environment.New(t.Context(), instance(fmt.Sprintf(`{"metrics":{"url":%[1]q},"traces":{"url":%[1]q},"logs":{"url":%[1]q}}`, s.URL)))
	require.NoError(t, err)
	result, err := e.CheckHealth(t.Context(), &backend.CheckHealthRequest{})
	require.NoError(t, err)
	var health environment.Health
	require.NoError(t, json.Unmarshal(result.JSONDetails, &health))
	return result, health
}

func healthyStores(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/__name__/values") {
		_, _ = w.Write([]byte(`{"status":"success","data":["http_server_request_duration_seconds_bucket","http_server_request_duration_seconds_count"]}`))
		return
	}
	answerAsStore(w, r.URL.Path)
}

func TestHealthyStoresAreHealthyAndTheirConventionIsNamed(t *testing.T) {
	t.Parallel()
	result, health := examined(t, healthyStores)
	assert.Equal(t, backend.HealthStatusOk, result.Status)
	assert.Equal(t, "Metrics, traces and logs answer.", result.Message)
	require.Len(t, health.Stores, 3)
	for i, signal := range []source.Signal{source.Metrics, source.Traces, source.Logs} {
		assert.Equal(t, signal, health.Stores[i].Signal)
		assert.True(t, health.Stores[i].OK)
		assert.Empty(t, health.Stores[i].Problem)
	}
	require.NotNil(t, health.Conventions.Requests)
	assert.Equal(t, "http_server_request_duration_seconds", health.Conventions.Requests.Histogram)
}

func TestEveryStoreThatFailsIsNamedWithItsProblem(t *testing.T) {
	t.Parallel()
	result, health := examined(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/search") || strings.HasPrefix(r.URL.Path, "/loki") {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		healthyStores(w, r)
	})
	assert.Equal(t, backend.HealthStatusError, result.Status)
	assert.Contains(t, result.Message, "Tempo (")
	assert.Contains(t, result.Message, "Loki (")
	assert.NotContains(t, result.Message, "Prometheus (")
	assert.Equal(t, []bool{true, false, false}, []bool{health.Stores[0].OK, health.Stores[1].OK, health.Stores[2].OK})
	assert.Contains(t, health.Stores[1].Problem, "refused the question with 403.")
	assert.Contains(t, health.Stores[1].Advice, "Check the token or password")
}

func TestMetricsWithoutAnyKnownHistogramAreAProblem(t *testing.T) {
	t.Parallel()
	result, health := examined(t, func(w http.ResponseWriter, r *http.Request) { answerAsStore(w, r.URL.Path) })
	assert.Equal(t, backend.HealthStatusError, result.Status)
	assert.Contains(t, result.Message, "no metric of served requests")
	assert.Nil(t, health.Conventions.Requests)
}

func TestAStoreThatIsLeftOutIsAProblemOfItsOwn(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(healthyStores))
	t.Cleanup(s.Close)
	e, err := environment.New(t.Context(), instance(fmt.Sprintf(`{"metrics":{"url":%q}}`, s.URL)))
	require.NoError(t, err)
	result, err := e.CheckHealth(t.Context(), &backend.CheckHealthRequest{})
	require.NoError(t, err)
	assert.Equal(t, backend.HealthStatusError, result.Status)
	assert.Contains(t, result.Message, `No store for traces is configured. Set "traces"`)
	assert.Contains(t, result.Message, `No store for logs is configured. Set "logs"`)
}

func TestACheckThatTheTraceStoreDoesNotUnderstandIsNamed(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Query().Get("q"), "nonsense") {
			http.Error(w, "invalid TraceQL query: parse error", http.StatusBadRequest)
			return
		}
		healthyStores(w, r)
	}))
	t.Cleanup(s.Close)
	e, err := environment.New(t.Context(), instance(fmt.Sprintf(`{"metrics":{"url":%[1]q},"traces":{"url":%[1]q},"logs":{"url":%[1]q},"checks":[
		{"name":"good","language":"traceql","query":"{ }","sentence":"{value}"},{"name":"bad","language":"traceql","query":"{ nonsense","sentence":"{value}"}]}`, s.URL)))
	require.NoError(t, err)
	result, err := e.CheckHealth(t.Context(), &backend.CheckHealthRequest{})
	require.NoError(t, err)
	assert.Equal(t, backend.HealthStatusError, result.Status)
	assert.Contains(t, result.Message, "checks[1].query: Tempo (")
	assert.Contains(t, result.Message, "parse error")
	assert.NotContains(t, result.Message, "checks[0]")
}
