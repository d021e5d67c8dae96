package plugin_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/pkg/casebook/grafana/grafanatest"
	"github.com/faultline-investigation/faultline/pkg/resource"
)

// ours is in everything that organization 1 has, and in nothing that organization 2 says.
const ours = "of-organization-1"

// guarded is a fake Grafana that knows one token, which is organization 1's, and whose stores hold things of organization 1.
type guarded struct {
	mu    sync.Mutex
	cases *grafanatest.Grafana
	asked []string
}

func (g *guarded) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	g.asked = append(g.asked, r.URL.Path)
	g.mu.Unlock()
	switch {
	case strings.HasSuffix(r.URL.Path, "/api/v1/label/__name__/values"):
		_, _ = w.Write([]byte(`{"status":"success","data":["http_requests_total"]}`))
	case strings.Contains(r.URL.Path, "/api/datasources/proxy/"):
		_, _ = fmt.Fprintf(w, `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"service":"%s"},"value":[%d,"1"]}]},"traces":[],"metrics":{}}`,
			ours, time.Now().Unix())
	default:
		g.cases.ServeHTTP(w, r)
	}
}

// since gives the addresses that were asked for since the last time.
func (g *guarded) since() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	asked := g.asked
	g.asked = nil
	return asked
}

func answerOf(t *testing.T, b *plugin.Backend, i plugin.Instance, pattern, body string) (status int, said string) {
	t.Helper()
	method, path, _ := strings.Cut(pattern, " /")
	path = strings.NewReplacer("{id}", "kept-case", "{fingerprint}", "alert").Replace(path)
	require.NoError(t, b.Stream(t.Context(), i, plugin.Request{Method: method, Path: path, Body: []byte(body), Headers: http.Header{"Accept": {"application/json, text/event-stream"}}}, func(p plugin.Part) error {
		if status == 0 {
			status = p.Status
		}
		said += string(p.Body)
		return nil
	}))
	return status, said
}

// bodies are what resources take; those that are not here take none.
func bodies(service string) map[string]string {
	subject := `"subject":{"service":"` + service + `"},"window":{"from":"2026-01-02T10:00:00Z","to":"2026-01-02T11:00:00Z"}`
	return map[string]string{
		"POST /investigations":     `{` + subject + `,"alert":"alert"}`,
		"POST /cases":              `{"id":"` + map[bool]string{true: "kept-case", false: "another-case"}[service == ours] + `","case":{"version":1,` + subject + `,"started":"2026-01-02T11:00:00Z","steps":[]}}`,
		"POST /cases/{id}/entries": `{"id":"n","kind":"note","text":"mine"}`,
		"POST /alerts": `{"alerts":[{"status":"firing","fingerprint":"alert","startsAt":"` + time.Now().UTC().Format(time.RFC3339) +
			`","labels":{"service":"` + service + `"},"annotations":{}}]}`,
		"POST /mcp":    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"investigate","arguments":{"service":"` + service + `"}}}`,
		"POST /report": `{"version":1,` + subject + `,"started":"2026-01-02T11:00:00Z","steps":[]}`,
	}
}

// Every resource there is is tried in the name of organization 2 with the settings, and so with the token, of organization 1.
func TestAnotherOrganizationGetsNothingByAnyResource(t *testing.T) {
	t.Parallel()
	grafana := &guarded{cases: grafanatest.New()}
	server := httptest.NewServer(grafana)
	t.Cleanup(server.Close)
	b := started(t)
	store := func(uid string) map[string]string { return map[string]string{"uid": uid} }
	first := plugin.Instance{Organization: 1, UID: "prod", Name: "Production", Secrets: map[string]string{"token": grafanatest.Token},
		Settings: map[string]any{"grafanaUrl": server.URL, "metrics": store("m"), "traces": store("t"), "logs": store("l")}}

	for _, pattern := range []string{"POST /cases", "POST /alerts", "POST /mcp", "GET /cases", "GET /cases/{id}", "GET /services", "GET /alerts/{fingerprint}"} {
		status, said := answerOf(t, b, first, pattern, bodies(ours)[pattern])
		require.Less(t, status, 300, "%s: %s", pattern, said)
		require.True(t, strings.HasPrefix(pattern, "POST") || strings.Contains(said, ours), "%s shows it to its own: %s", pattern, said)
	}
	// The alert's investigation goes on by itself and becomes a case, after which nothing more is asked.
	done := func() bool {
		_, said := answerOf(t, b, first, "GET /alerts/{fingerprint}", "")
		var alert struct{ Done bool }
		return json.Unmarshal([]byte(said), &alert) == nil && alert.Done
	}
	require.Eventually(t, func() bool { return done() && len(grafana.since()) == 0 }, time.Minute, time.Second)

	patterns := resource.Patterns()
	require.Greater(t, len(patterns), 10)
	for _, role := range []string{"Viewer", "Editor", "Admin"} {
		second := first
		second.Organization, second.Role = 2, role
		for _, pattern := range append(patterns, "GET /", "PUT /cases/{id}") {
			status, said := answerOf(t, b, second, pattern, bodies("of-another")[pattern])
			assert.NotContains(t, said, ours, "%s as %s", pattern, role)
			if pattern != "POST /report" { // it writes down what it is sent
				assert.GreaterOrEqual(t, status, 400, "%s as %s: %s", pattern, role, said)
			}
		}
	}
	for _, path := range grafana.since() {
		assert.Equal(t, "/api/org", path, "all that may be asked is whose the token is")
	}
	_, known := grafana.cases.Dashboard("another-case")
	assert.False(t, known)
	assert.True(t, slices.Contains(patterns, "DELETE /cases/{id}"))
	status, said := answerOf(t, b, first, "GET /cases/{id}", "")
	require.Equal(t, http.StatusOK, status, "nobody has deleted it: %s", said)
}
