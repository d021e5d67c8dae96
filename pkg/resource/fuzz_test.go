package resource

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/casebook/grafana/grafanatest"
	"github.com/faultline-investigation/faultline/pkg/defect/provoke"
	"github.com/faultline-investigation/faultline/pkg/environment"
)

// bodies are what requests send to those resources that take something.
var bodies = []string{checkout, newCase, `{"id":"n","kind":"note","text":"**mine**","at":"2026-01-02T11:00:00Z"}`, `{"id":"s","service":"coredns","why":"x","asked":[{"step":"impact/latency"}],"spent":{"impact":1}}`,
	`{"status":"firing","alerts":[{"status":"firing","labels":{"service":"order-service"},"startsAt":"2026-01-02T10:00:00Z","fingerprint":"f"}]}`, ``}

// FuzzRequests sends whatever a browser or a webhook could, in any role, with a value of the body replaced: the answer is a resource's own or
// a refusal with a sentence and an advice, and never says that Faultline itself failed.
func FuzzRequests(f *testing.F) {
	for i, pattern := range Patterns() {
		method, path, _ := strings.Cut(pattern, " /")
		path = strings.NewReplacer("{id}", "x", "{stream}", "s", "{fingerprint}", "f", "{phase}", "impact", "{step}", "latency").Replace(path)
		for j, body := range bodies {
			f.Add(uint8(i+j), method, path, []byte(body), uint16(3*i+j), []byte(`[null,-1]`))                 // #nosec G115 -- few
			f.Add(uint8(3), method, path+"?zone=x&save=true&limit=-1", []byte(body), uint16(0), []byte(body)) // #nosec G115 -- few
		}
	}
	stores := keptFor(f)
	f.Fuzz(func(t *testing.T, role uint8, method, path string, body []byte, place uint16, value []byte) {
		at, err := url.Parse(path)
		if err != nil || strings.ContainsAny(method, " \t\r\n") {
			return // the plugin protocol carries what Grafana's own server took for a request
		}
		e := stores(t)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		page := &client{sent: func(*backend.CallResourceResponse) { cancel() }} // whoever sent it has seen enough
		sent := request([]string{"", "Viewer", "Editor", "Admin"}[role%4], method, "", string(provoke.Replaced(body, int(place), value)))
		sent.Path, sent.URL = at.Path, path
		_ = resourcesOf(t, e, never).CallResource(ctx, sent, page) // the error is that of a request that ended early
		page.mu.Lock()
		defer page.mu.Unlock()
		if len(page.responses) == 0 {
			return // left before there was anything to answer
		}
		soundRefusal(t, page.responses[0])
	})
}

// soundRefusal checks that an answer which is none says why.
func soundRefusal(t *testing.T, answer *backend.CallResourceResponse) {
	t.Helper()
	if answer.Status/100 <= 3 {
		return
	}
	require.NotEqual(t, http.StatusInternalServerError, answer.Status, string(answer.Body))
	if answer.Status == http.StatusMethodNotAllowed {
		return // the multiplexer's own words
	}
	var refused refusal
	require.NoError(t, json.Unmarshal(answer.Body, &refused), string(answer.Body))
	require.NotEmpty(t, refused.Sentence)
	require.NotEmpty(t, refused.Advice)
	require.NotContains(t, refused.Advice, "bug")
}

// keptFor makes environments whose stores hold nothing, and whose cases one fake Grafana keeps, the case x among them.
func keptFor(tb testing.TB) func(testing.TB) *environment.Environment {
	tb.Helper()
	settings, err := json.Marshal(map[string]any{"metrics": map[string]string{"url": server(tb, emptyStores)}, "grafanaUrl": server(tb, grafanatest.New().ServeHTTP)})
	require.NoError(tb, err)
	made := func(tb testing.TB) *environment.Environment {
		tb.Helper()
		e, err := environment.New(tb.Context(), backend.DataSourceInstanceSettings{UID: "prod", Name: "Production", JSONData: settings,
			DecryptedSecureJSONData: map[string]string{"token": grafanatest.Token}})
		require.NoError(tb, err)
		tb.Cleanup(e.Dispose)
		return e
	}
	page := &client{}
	require.NoError(tb, resourcesOf(tb, made(tb), never).CallResource(tb.Context(), request("Editor", http.MethodPost, "cases", newCase), page))
	require.Equal(tb, http.StatusCreated, page.responses[0].Status)
	return made
}
