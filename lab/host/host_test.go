package host_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/host"
	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

func TestThePageHoldsWhatGrafanaWouldTellIt(t *testing.T) {
	t.Parallel()
	page := started(t)
	status, body := get(t, page.URL+"/a/faultline-investigation-app/investigate?x", nil)
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, body, `"module":"public/plugins/faultline-investigation-app/module.js"`)
	require.Contains(t, body, `"uid":"lab"`)
	require.NotContains(t, body, "s3cret", "secrets never reach the page")
	require.NotContains(t, body, "</script><b>", "a name cannot leave the script it stands in")
}

func TestThePluginsFilesAreServedAndNoOthers(t *testing.T) {
	t.Parallel()
	page := started(t)
	for path, want := range map[string]int{
		"/public/plugins/faultline-investigation-app/module.js":         http.StatusOK,
		"/public/build/host.js":                                         http.StatusOK,
		"/public/plugins/faultline-investigation-app/":                  http.StatusNotFound,
		"/public/plugins/faultline-investigation-app/%2e%2e/secret.txt": http.StatusNotFound,
		"/api/dashboards/home":                                          http.StatusNotFound,
		"/api/datasources/uid/other/health":                             http.StatusNotFound,
		"/api/datasources/uid/other/resources/investigations":           http.StatusNotFound,
	} {
		status, _ := get(t, page.URL+path, nil)
		require.Equal(t, want, status, path)
	}
}

func TestAnotherSiteIsNotAnswered(t *testing.T) {
	t.Parallel()
	page := started(t)
	status, body := get(t, page.URL, func(r *http.Request) { r.Host = "rebound.example:80" })
	require.Equal(t, http.StatusMisdirectedRequest, status)
	require.Contains(t, body, "answers at "+page.URL)

	status, _ = get(t, page.URL, func(r *http.Request) { r.Header.Set("Origin", "http://other.example") })
	require.Equal(t, http.StatusForbidden, status)
	status, _ = get(t, page.URL, func(r *http.Request) { r.Header.Set("Origin", page.URL) })
	require.Equal(t, http.StatusOK, status)
}

func TestWhatStandsInTheWayIsSaidInOneSentence(t *testing.T) {
	t.Parallel()
	taken, err := host.Listen(context.Background(), "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, taken.Close()) }()
	_, err = host.Listen(context.Background(), taken.Addr().String())
	require.EqualError(t, err, taken.Addr().String()+" is in use: stop what listens there, or choose another address, for example LISTEN=127.0.0.1:3001")

	_, err = host.Listen(context.Background(), "0.0.0.0:0")
	require.ErrorContains(t, err, "can be reached from other machines")

	free, err := host.Listen(context.Background(), "127.0.0.1:0")
	require.NoError(t, err)
	_, err = host.Start(free, host.Options{Plugin: t.TempDir()})
	require.ErrorContains(t, err, "module.js is missing: run this through `go tool mage demo`, which builds it")
}

func TestALinkHoldsTheWholeQuestion(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 10, 10, 47, 0, 0, time.UTC)
	link := started(t).Link("lab", investigate.Request{Subject: incident.Subject{Service: "order-service", Operation: "POST /api/checkout"},
		Window: incident.Window{From: at.Add(-time.Hour), To: at}})
	_, search, _ := strings.Cut(link, "?")
	require.Equal(t, "ds=lab&from=1773136020000&operation=POST+%2Fapi%2Fcheckout&service=order-service&to=1773139620000", search)
}

// started is a host of a plugin that consists of manifests and an empty module; it has no backend.
func started(t *testing.T) *host.Host {
	t.Helper()
	folder := t.TempDir()
	for name, content := range map[string]string{
		"secret.txt":                    "not yours",
		"plugin/module.js":              "",
		"plugin/plugin.json":            `{"id": "faultline-investigation-app", "info": {}}`,
		"plugin/datasource/plugin.json": `{"id": "faultline-investigation-datasource", "info": {}}`,
		"page/build/host.js":            "",
	} {
		file := filepath.Join(folder, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
	}
	listener, err := host.Listen(context.Background(), "127.0.0.1:0")
	require.NoError(t, err)
	page, err := host.Start(listener, host.Options{Plugin: filepath.Join(folder, "plugin"), Page: filepath.Join(folder, "page"),
		Content: host.Content{Instances: []plugin.Instance{{UID: "lab", Name: "</script><b>", Settings: map[string]any{}, Secrets: map[string]string{"token": "s3cret"}}}},
		Notice:  func() host.Notice { return host.Notice{Text: "Building Loki.", Busy: true} }})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, page.Close()) })
	return page
}

func get(t *testing.T, url string, change func(*http.Request)) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	require.NoError(t, err)
	if change != nil {
		change(request)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(body)
}

func TestThePageGoesOnWithWhatIsAddedToIt(t *testing.T) {
	t.Parallel()
	page := started(t)
	status, said := get(t, page.URL+"/lab/notice", nil)
	assert.Equal(t, http.StatusOK, status)
	assert.JSONEq(t, `{"text": "Building Loki.", "busy": true}`, said)
	_, before := get(t, page.URL+"/a/faultline-investigation-app", nil)
	require.NotContains(t, before, "live-incident")
	_, alerts := get(t, page.URL+"/api/prometheus/grafana/api/v1/alerts", nil)
	require.NotContains(t, alerts, "Checkout fails")

	require.NoError(t, page.Add(host.Content{Instances: []plugin.Instance{{UID: "live-incident", Name: "Live", Settings: map[string]any{}}},
		Alerts: []host.FiringAlert{{Labels: map[string]string{"alertname": "Checkout fails"}}}}))
	_, after := get(t, page.URL+"/a/faultline-investigation-app", nil)
	assert.Contains(t, after, "live-incident")
	assert.Contains(t, after, `"uid":"lab"`, "what was known stays known")
	_, alerts = get(t, page.URL+"/api/prometheus/grafana/api/v1/alerts", nil)
	assert.Contains(t, alerts, "Checkout fails")
}
