package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/httpapi"
)

func TestAStoreThatIsNotConfiguredIsNamed(t *testing.T) {
	t.Parallel()
	querier, err := httpapi.New(httpapi.Options{Client: client(t)})
	require.NoError(t, err)
	for _, q := range everyKind() {
		failed(t, querier.Ask(t.Context(), q), source.Unconfigured, "No store for "+string(q.Kind.Signal())+" is configured.", "Set ")
	}
}

func TestAnAddressThatIsNoURLIsNamed(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"localhost:9090", "ftp://host", "http://", "://", "/api"} {
		_, err := httpapi.New(httpapi.Options{Client: client(t), Logs: httpapi.Store{URL: address, Name: address}})
		require.ErrorContains(t, err, `the address of the logs store, "`+address+`", is not a URL`)
	}
}

func TestEachStoreGetsItsOwnHeaderAndNoOther(t *testing.T) {
	t.Parallel()
	seen := make(chan string, 1)
	url := server(t, func(w http.ResponseWriter, r *http.Request) {
		seen <- r.Header.Get("Authorization")
		w.WriteHeader(http.StatusTeapot)
	}).URL
	store := func(authorization string) httpapi.Store {
		s := httpapi.Store{URL: url, Name: authorization}
		if authorization != "" {
			s.Header = http.Header{"Authorization": {authorization}}
		}
		return s
	}
	querier, err := httpapi.New(httpapi.Options{Client: client(t), Metrics: store("for metrics"), Logs: store("for logs"), Traces: store("")})
	require.NoError(t, err)
	for _, c := range []struct {
		question source.Question
		header   string
	}{{metricNames, "for metrics"}, {logLabels, "for logs"}, {traceSearch, ""}} {
		querier.Ask(t.Context(), c.question)
		assert.Equal(t, c.header, <-seen)
	}
}

func TestARedirectIsNotFollowedSoThatATokenStaysWhereItBelongs(t *testing.T) {
	t.Parallel()
	elsewhere := server(t, func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("followed, with %q", r.Header.Get("Authorization"))
	})
	for _, status := range []int{301, 302, 303, 307, 308} {
		here := server(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL+r.URL.Path, status) })
		querier := querierAt(t, here.URL, func(o *httpapi.Options) { o.Metrics.Header = http.Header{"Authorization": {"Bearer secret"}} })
		answer := querier.Ask(t.Context(), instant)
		failed(t, answer, source.BadAnswer, "redirect", "where it finally leads")
		assert.NotContains(t, answer.Problem.Error(), "secret")
	}
}

func TestTheAddressOfAProxyKeepsItsPath(t *testing.T) {
	t.Parallel()
	for base, path := range map[string]string{
		"":                                       "/api/search",
		"/":                                      "/api/search",
		"/grafana/api/datasources/proxy/uid/t1":  "/grafana/api/datasources/proxy/uid/t1/api/search",
		"/grafana/api/datasources/proxy/uid/t1/": "/grafana/api/datasources/proxy/uid/t1/api/search",
		"/uid/a%2Fb":                             "/uid/a%2Fb/api/search",
	} {
		t.Run(base, func(t *testing.T) {
			t.Parallel()
			seen := make(chan string, 1)
			url := server(t, func(_ http.ResponseWriter, r *http.Request) { seen <- r.URL.EscapedPath() }).URL
			querierAt(t, url+base).Ask(t.Context(), traceSearch)
			assert.Equal(t, path, <-seen)
		})
	}
}

func TestMetricsAreAskedWithGETWhereAProxyAllowsNoPOST(t *testing.T) {
	t.Parallel()
	body := recorded(t, "prometheus-instant.json")
	url := server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		_, _ = w.Write(body)
	}).URL
	answer := querierAt(t, url).Ask(t.Context(), instant)
	require.Nil(t, answer.Problem)
	assert.Len(t, answer.Series, 2)
}
