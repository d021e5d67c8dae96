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
	assert.Equal(t, "Metrics, traces and logs answer. Requests are read from http_server_request_duration_seconds (OpenTelemetry HTTP).", result.Message)
	assert.Nil(t, health.Identity)
	require.Len(t, health.Stores, 3)
	for i, signal := range []source.Signal{source.Metrics, source.Traces, source.Logs} {
		assert.Equal(t, signal, health.Stores[i].Signal)
		assert.True(t, health.Stores[i].OK)
		assert.Empty(t, health.Stores[i].Problem)
		assert.Equal(t, environment.Anonymously, health.Stores[i].Through)
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

// behindGrafana is the health of an environment behind a stand-in for Grafana of organization 1, which says of the token
// what it may; an empty text means that it does not say.
func behindGrafana(t *testing.T, may string, organizationID int64) (*backend.CheckHealthResult, environment.Health) {
	t.Helper()
	grafana := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Authorization") != "Bearer "+secret:
			w.WriteHeader(http.StatusUnauthorized)
		case r.URL.Path == "/sub/api/org":
			_, _ = w.Write([]byte(`{"id":1,"name":"Main Org."}`))
		case r.URL.Path == "/sub/api/access-control/user/permissions" && may == "":
			w.WriteHeader(http.StatusForbidden)
		case r.URL.Path == "/sub/api/access-control/user/permissions":
			_, _ = w.Write([]byte(may))
		default:
			healthyStores(w, r)
		}
	}))
	t.Cleanup(grafana.Close)
	e := behind(t, grafana.URL+"/sub/")
	result, err := e.CheckHealth(t.Context(), &backend.CheckHealthRequest{PluginContext: backend.PluginContext{OrgID: organizationID}})
	require.NoError(t, err)
	var health environment.Health
	require.NoError(t, json.Unmarshal(result.JSONDetails, &health))
	return result, health
}

func TestTheTokensOrganizationAndRightsAreTold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		may    string
		writes bool
		lacks  []string
	}{
		"a Viewer":             {`{"datasources:query":["datasources:*"]}`, false, nil},
		"an Editor":            {`{"datasources:query":["datasources:*"],"dashboards:create":["folders:*"],"annotations:create":["annotations:type:dashboard"]}`, true, nil},
		"everything":           {`{"datasources:query":["*"]}`, false, nil},
		"all by uid":           {`{"datasources:query":["datasources:uid:*"]}`, false, nil},
		"two of three":         {`{"datasources:query":["datasources:uid:p1","datasources:uid:l1"]}`, false, []string{"t1 for traces"}},
		"a uid that is longer": {`{"datasources:query":["datasources:uid:p11","datasources:uid:t1","datasources:uid:l1"]}`, false, []string{"p1 for metrics"}},
		"nothing":              {`{}`, false, []string{"p1 for metrics", "t1 for traces", "l1 for logs"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result, health := behindGrafana(t, c.may, 1)
			require.NotNil(t, health.Identity)
			assert.Equal(t, "Main Org.", health.Identity.Organization)
			assert.EqualValues(t, 1, health.Identity.OrganizationID)
			assert.Equal(t, c.writes, health.Identity.WritesCases)
			assert.Len(t, health.Identity.Lacks, len(c.lacks))
			for _, lack := range c.lacks {
				assert.Contains(t, result.Message, "The token may not query the data source "+lack)
			}
			assert.Equal(t, len(c.lacks) == 0, result.Status == backend.HealthStatusOk, result.Message)
			if len(c.lacks) == 0 {
				assert.Contains(t, result.Message, "The token belongs to the organization Main Org. (1).")
				assert.Equal(t, !c.writes, strings.Contains(result.Message, "the role Editor"))
			}
			for _, store := range health.Stores {
				assert.Equal(t, environment.WithToken, store.Through)
			}
		})
	}
}

func TestAGrafanaThatDoesNotTellRightsIsNoProblem(t *testing.T) {
	t.Parallel()
	result, health := behindGrafana(t, "", 1)
	assert.Equal(t, backend.HealthStatusOk, result.Status, result.Message)
	assert.False(t, health.Identity.Permissions)
	assert.Empty(t, health.Identity.Lacks)
}

func TestATokenOfAnotherOrganizationIsRefusedBeforeAnythingIsAsked(t *testing.T) {
	t.Parallel()
	result, health := behindGrafana(t, `{"datasources:query":["datasources:*"]}`, 2)
	assert.Equal(t, backend.HealthStatusError, result.Status)
	assert.Contains(t, result.Message, "The token belongs to organization 1, but this is organization 2.")
	assert.Nil(t, health.Identity)
	assert.Empty(t, health.Stores)
	assert.Len(t, health.Problems, 1)
}
