//go:build grafana

package grafana_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/lab/grafana"
	"github.com/faultline-investigation/faultline/lab/host"
)

// pages is what the pager has shown; it is written and read at the same time.
type pages struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *pages) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *pages) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// inGrafana is a lab with a real Grafana, that the test ends.
func inGrafana(t *testing.T) (*lab.Lab, *grafana.Grafana, *pages) {
	t.Helper()
	home := os.Getenv("GRAFANA_HOME")
	require.NotEmpty(t, home, "set GRAFANA_HOME to the folder of an unpacked Grafana")
	whole, err := filepath.Abs(root)
	require.NoError(t, err)
	listener, err := host.Listen(context.Background(), "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	shown := &pages{}
	pager, err := grafana.Listen(context.Background(), "127.0.0.1:0", shown)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, pager.Close()) })
	backend := filepath.Join(whole, "dist", "datasource", fmt.Sprintf("gpx_faultline_%s_%s", runtime.GOOS, runtime.GOARCH))
	l, err := lab.Start(context.Background(), lab.Options{Scenario: "walkthrough", Backend: backend, Progress: os.Stderr, Log: os.Stderr})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, l.Stop()) })
	g, err := grafana.Start(context.Background(), l.Stack, grafana.Options{Home: home, Address: listener.Addr().String(),
		Plugin: filepath.Join(whole, "dist"), Provisioning: filepath.Join(whole, "provisioning"), Pager: pager.URL})
	require.NoError(t, err)
	return l, g, shown
}

// The parts share one Grafana, which takes long to start, and one of them changes what others see; so they follow each other.
func TestInARealGrafana(t *testing.T) { //nolint:paralleltest // see above
	l, g, shown := inGrafana(t)
	t.Run("both organizations are healthy", func(t *testing.T) { //nolint:paralleltest // see above
		for _, organization := range organizations {
			message, err := g.Client.Health(context.Background(), organization)
			require.NoError(t, err)
			assert.Contains(t, message, "Metrics, traces and logs answer.")
			assert.Contains(t, message, fmt.Sprintf("(%d)", organization), "whose the token is")
			assert.NotContains(t, message, "to keep cases", "the token may")
		}
	})
	t.Run("the token of another organization is refused", func(t *testing.T) { foreignToken(t, l, g) })                         //nolint:paralleltest // see above
	t.Run("a viewer of one organization reaches nothing of another", func(t *testing.T) { foreignViewer(t, l, g) })             //nolint:paralleltest // see above
	t.Run("a tour of all there is leaves no error in Grafana's log", func(t *testing.T) { tour(t, l, g) })                      //nolint:paralleltest // see above
	t.Run("an investigation that is left early is no failed request", func(t *testing.T) { leftEarly(t, l, g) })                //nolint:paralleltest // see above
	t.Run("each role may do what it may and is told what it may not", func(t *testing.T) { roles(t, l, g) })                    //nolint:paralleltest // see above
	t.Run("an app that is disabled in an organization is not reached there", func(t *testing.T) { disabled(t, l, g) })          //nolint:paralleltest // see above
	t.Run("alert rules on the plugin's own numbers evaluate", func(t *testing.T) { rulesEvaluate(t, l, g) })                    //nolint:paralleltest // see above
	t.Run("the alert fires, and its notification leads into the investigation", func(t *testing.T) { alertLeads(t, l, shown) }) //nolint:paralleltest // see above
	t.Run("two environments keep their first cases at the same time", func(t *testing.T) { firstCases(t, l, g) })               //nolint:paralleltest // see above
	t.Run("of fifty entries at once none is lost and none is there twice", func(t *testing.T) { appends(t, l, g) })             //nolint:paralleltest // see above
	t.Run("a case is whole as a dashboard when the stores are gone", func(t *testing.T) { withoutStores(t, l, g) })             //nolint:paralleltest // see above
}

// someDataSource makes a Faultline data source beside the provisioned one, with a Viewer's token of an organization.
func someDataSource(t *testing.T, g *grafana.Grafana, organization, tokenOf int64, uid string) {
	t.Helper()
	environmentOf(t, g, organization, tokenOf, uid, "Viewer")
}

func environmentOf(t *testing.T, g *grafana.Grafana, organization, tokenOf int64, uid, role string) {
	t.Helper()
	var account struct {
		ID int64 `json:"id"`
	}
	ctx := context.Background()
	require.NoError(t, g.Client.Do(ctx, tokenOf, http.MethodPost, "/api/serviceaccounts", map[string]string{"name": uid, "role": role}, &account))
	var token struct {
		Key string `json:"key"`
	}
	require.NoError(t, g.Client.Do(ctx, tokenOf, http.MethodPost, fmt.Sprintf("/api/serviceaccounts/%d/tokens", account.ID), map[string]string{"name": uid}, &token))
	store := func(uid string) map[string]string { return map[string]string{"uid": uid} }
	require.NoError(t, g.Client.Do(ctx, organization, http.MethodPost, "/api/datasources", map[string]any{
		"name": uid, "uid": uid, "type": "faultline-investigation-datasource", "access": "proxy",
		"jsonData":       map[string]any{"grafanaUrl": g.Client.URL, "metrics": store("prometheus"), "traces": store("tempo"), "logs": store("loki")},
		"secureJsonData": map[string]string{"token": token.Key}}, nil))
}

func investigation(l *lab.Lab) map[string]any {
	r := l.Request()
	return map[string]any{"subject": r.Subject, "window": r.Window}
}

func foreignToken(t *testing.T, l *lab.Lab, g *grafana.Grafana) {
	t.Helper()
	someDataSource(t, g, grafana.Second, grafana.First, "with-foreign-token")
	_, err := g.Client.HealthOf(context.Background(), grafana.Second, "with-foreign-token")
	require.ErrorContains(t, err, "The token belongs to organization 1, but this is organization 2.")
	err = g.Client.Do(context.Background(), grafana.Second, http.MethodPost,
		"/api/datasources/uid/with-foreign-token/resources/investigations", investigation(l), nil)
	require.ErrorContains(t, err, "422")
	err = g.Client.Do(context.Background(), grafana.Second, http.MethodPost, "/api/ds/query", query("with-foreign-token", l), nil)
	require.ErrorContains(t, err, "The token belongs to organization 1")
}

func query(uid string, l *lab.Lab) map[string]any {
	r := l.Request()
	return map[string]any{"from": strconv.FormatInt(r.Window.From.UnixMilli(), 10), "to": strconv.FormatInt(r.Window.To.UnixMilli(), 10),
		"queries": []map[string]any{{"refId": "A", "queryType": "findings", "service": r.Subject.Service,
			"datasource": map[string]string{"uid": uid, "type": "faultline-investigation-datasource"}}}}
}

var linked = regexp.MustCompile(`(?m)^Investigate: (\S+)$`)

func alertLeads(t *testing.T, l *lab.Lab, shown *pages) {
	t.Helper()
	seen := map[string]url.Values{}
	require.Eventually(t, func() bool {
		for _, found := range linked.FindAllStringSubmatch(shown.String(), -1) {
			if u, err := url.Parse(found[1]); err == nil {
				seen[u.Query().Get("orgId")] = u.Query()
			}
		}
		return len(seen) == len(organizations)
	}, 5*time.Minute, time.Second)
	for _, organization := range []string{"1", "2"} {
		values := seen[organization]
		assert.Equal(t, l.Request().Subject.Service, values.Get("service"))
		assert.Equal(t, l.Request().Subject.Operation, values.Get("operation"))
		assert.NotEmpty(t, values.Get("at"))
	}
}
