package lab_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/lab/scenarios/names"
	"github.com/faultline-investigation/faultline/lab/scenarios/walkthrough"
	"github.com/faultline-investigation/faultline/lab/stack"
	"github.com/faultline-investigation/faultline/lab/telemetry"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
)

// tells says what one way to name metrics tells of the walkthrough.
type tells struct {
	convention string // that is found without a setting
	together   bool   // operations are not told apart
	mean       bool   // of durations the mean is all there is
	grouped    bool   // statuses are told by their hundreds
	said       string // what the finding about the service says beside that
}

const passed = "Requests that do not come through it are not counted."

// verbatimNames says it for every way that is written as it is. What has no convention is found after what its advice says was set.
var verbatimNames = map[names.Names]tells{
	names.Flask:        {convention: "Flask"},
	names.Django:       {convention: "Django", together: true},
	names.Starlette:    {convention: "Starlette"},
	names.FastAPI:      {convention: "classic Prometheus", grouped: true},
	names.Rails:        {convention: "Rails (Yabeda)", together: true},
	names.Ruby:         {convention: "Ruby (prometheus_exporter)", together: true, mean: true},
	names.Gin:          {convention: "Gin"},
	names.Echo:         {convention: "Echo"},
	names.Express:      {convention: "classic Prometheus"},
	names.Node:         {convention: "classic Prometheus in ms"},
	names.AspNet:       {convention: "classic Prometheus"},
	names.GoKit:        {convention: "classic Prometheus without http"},
	names.IngressNginx: {convention: "ingress-nginx", together: true, said: passed},
	names.Traefik:      {convention: "Traefik", together: true, said: `found by its name in the label service ("shop-order-service-8080@kubernetes")`},
	names.Envoy:        {convention: "Envoy", together: true, said: passed},
	names.Kong:         {convention: "Kong", together: true, said: passed},
	names.Linkerd:      {convention: "Linkerd", together: true},
	names.Unitless:     {convention: "OpenTelemetry HTTP (without units)"},
	names.Dots:         {convention: "OpenTelemetry HTTP (with dots)"},
	names.Untouched:    {convention: "OpenTelemetry HTTP (with dots, without units)"},
	names.Container:    {convention: "classic Prometheus", said: `found by its name in the label container ("order-service")`},
	names.MadeUp:       {},
}

// All ways share one Prometheus, in which a label keeps them apart, as in a store for many teams: a proxy lets each investigation see
// its own series alone.
func TestUnusualNamesLeadToTheWalkthroughsNumbers(t *testing.T) {
	t.Parallel()
	atOnce <- struct{}{}
	t.Cleanup(func() { <-atOnce })
	servers, err := stack.Start(context.Background(), stack.Options{Progress: os.Stderr, MetricsOnly: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, servers.Stop(context.Background())) })
	scenario := walkthrough.Scenario{Names: names.Together(world.Scenario.Alert().Service, names.Verbatim()...)}
	_, err = telemetry.Load(context.Background(), world.Again(scenario), telemetry.Endpoints{Metrics: servers.Prometheus.OTLP}, nil)
	require.NoError(t, err)
	usual, err := world.Backend.Investigate(context.Background(), patient(t, instanceWith(t, "metrics", world.Stack.Prometheus.URL)), impactOnly(), func(investigate.Event) {})
	require.NoError(t, err)
	for _, n := range names.Verbatim() {
		t.Run(string(n), func(t *testing.T) {
			t.Parallel()
			want, told := verbatimNames[n]
			require.True(t, told, "say what %s tells", n)
			address := tenant(t, servers.Prometheus.URL, string(n))
			instance := patient(t, instanceWith(t, "metrics", address))
			if want.convention == "" {
				instance = setAsAdvised(t, instance, patient(t, instanceWith(t, "metrics", address)))
			}
			c, err := world.Backend.Investigate(context.Background(), instance, impactOnly(), func(investigate.Event) {})
			require.NoError(t, err)
			requireWalkthrough(t, usual, c, want)
		})
	}
}

func impactOnly() investigate.Request {
	request := world.Request()
	request.Phases = []incident.Phase{incident.PhaseImpact}
	return request
}

func requireWalkthrough(t *testing.T, usual, c *incident.Case, want tells) {
	t.Helper()
	service := stepOf(t, c, "impact/service")
	require.Equal(t, incident.Found, service.Outcome, "%s %s", service.Reason, service.Advice)
	if want.convention != "" {
		require.Equal(t, want.convention, c.Facts.Conventions.Requests.Convention)
	}
	require.Contains(t, service.Findings[0].Sentence, want.said)
	unchecked := map[string]string{"impact/status-codes": ""}
	if want.mean {
		require.InDelta(t, 0.04, valueOf(t, c, "impact/error-rate", "error rate").Value, 0.004)
		mean := valueOf(t, c, "impact/latency", "mean latency")
		require.Greater(t, mean.Value, *mean.Baseline)
		require.Contains(t, stepOf(t, c, "impact/latency").Findings[0].Sentence, "It is a mean")
		return
	}
	if !want.grouped {
		delete(unchecked, "impact/status-codes")
	} else {
		require.InDelta(t, 1, valueOf(t, c, "impact/status-codes", "5xx").Value, 0.001)
		unchecked["impact/status-codes"] = "told by their hundreds"
	}
	requireSameNumbers(t, usual, c, lacks{together: want.together, unchecked: unchecked, coarse: 0.25})
}

// setAsAdvised investigates a store of which no metric is known, and sets what the advice says in a data source for the same store.
func setAsAdvised(t *testing.T, instance, next plugin.Instance) plugin.Instance {
	t.Helper()
	settings, ok := next.Settings.(map[string]any)
	require.True(t, ok)
	c, err := world.Backend.Investigate(context.Background(), instance, impactOnly(), func(investigate.Event) {})
	require.NoError(t, err)
	for _, key := range []string{"impact/conventions", "impact/service"} {
		step := stepOf(t, c, key)
		require.Equal(t, incident.NotChecked, step.Outcome, key)
		require.Contains(t, step.Advice, `svc has "order-service"`, key)
		advised := regexp.MustCompile(`set conventions\.requests in the data source's settings to (\{.*\})`).FindStringSubmatch(step.Advice)
		require.NotNil(t, advised, step.Advice)
		var requests map[string]any
		require.NoError(t, json.Unmarshal([]byte(advised[1]), &requests), step.Advice)
		requests["failed"] = map[string]string{"label": "outcome_status", "pattern": "5.."}
		requests["code"] = "outcome_status"
		requests["operation"] = map[string]string{"method": "verb", "route": "url_path_template"}
		settings["conventions"] = map[string]any{"requests": requests}
	}
	return next
}

// tenant is the address at which a store shows the series of one tenant alone.
func tenant(t *testing.T, address, name string) string {
	t.Helper()
	store, err := url.Parse(address)
	require.NoError(t, err)
	own := func(string) []promql.Matcher { return []promql.Matcher{promql.Equal(names.Tenant, name)} }
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(store) }}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		for _, key := range []string{"query", "match[]"} {
			for i, text := range r.Form[key] {
				narrowed, err := promql.Leaving(text, own)
				if err != nil {
					http.Error(w, err.Error(), http.StatusBadRequest)
					return
				}
				r.Form[key][i] = narrowed
			}
		}
		out := r.Clone(r.Context())
		out.URL.RawQuery = r.Form.Encode()
		if r.Method == http.MethodPost {
			body := r.Form.Encode()
			out.URL.RawQuery = ""
			out.Body, out.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
		}
		proxy.ServeHTTP(w, out)
	}))
	t.Cleanup(server.Close)
	return server.URL
}
