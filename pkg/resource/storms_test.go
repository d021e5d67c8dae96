package resource

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/storms"
)

// stormOf is the last event of an answer of POST storms.
func stormOf(t *testing.T, page *client) storms.Storm {
	t.Helper()
	types := page.types(t)
	require.Equal(t, "done", types[len(types)-1])
	var last stormEvent
	lines := strings.Split(strings.TrimSpace(string(page.responses[len(page.responses)-1].Body)), "\n")
	require.NoError(t, json.Unmarshal([]byte(lines[len(lines)-1]), &last))
	return last.Storm
}

func TestAStormIsToldWhileItIsLookedAt(t *testing.T) {
	t.Parallel()
	e := directly(t, alarmed(firingSeries("HighErrors", "order-service"), firingSeries("HighErrors", "payment-service")))
	t.Cleanup(e.Dispose)
	page := &client{}
	require.NoError(t, resourcesOf(t, e, never).CallResource(t.Context(), request("Viewer", http.MethodPost, "storms",
		`{"alerts":[{"labels":{"alertname":"Slow","service":"cart"},"annotations":{"summary":"x"},"since":"2026-01-02T10:00:00Z"}]}`), page))
	types := page.types(t)
	assert.GreaterOrEqual(t, len(types), 3)
	found := stormOf(t, page)
	require.Len(t, found.Alerts, 3)
	assert.Equal(t, []string{"Grafana"}, found.Alerts[2].Sources)
	assert.Len(t, found.Unplaced, 3, "nothing is known of who calls whom")
	assert.Contains(t, found.Sentence, "3 alerts are firing; no cause was found")
	assert.Contains(t, strings.Join(found.Problems, " "), "No metric of calls between services is known")
}

func TestAlertsOfTheWebhookAreOfTheStorm(t *testing.T) {
	t.Parallel()
	e := directly(t, emptyStores)
	t.Cleanup(e.Dispose)
	handler := resourcesOf(t, e, never)
	now := time.Now().UTC().Format(time.RFC3339)
	message := fmt.Sprintf(`{"alerts":[{"status":"firing","labels":{"alertname":"Slow","service":"cart"},"startsAt":%q},{"status":"resolved","labels":{"alertname":"Slow","service":"desk"},"startsAt":%[1]q}]}`, now)
	require.NoError(t, handler.CallResource(t.Context(), request("Editor", http.MethodPost, "alerts", message), &client{}))
	page := &client{}
	require.NoError(t, handler.CallResource(t.Context(), request("Viewer", http.MethodPost, "storms", `{}`), page))
	found := stormOf(t, page)
	require.Len(t, found.Alerts, 1)
	assert.Equal(t, []string{"webhook"}, found.Alerts[0].Sources)
	assert.Equal(t, "cart", found.Alerts[0].Subject.Service)
	page = &client{}
	require.NoError(t, handler.CallResource(t.Context(), request("Viewer", http.MethodPost, "storms", `{"at":"2026-01-02T10:00:00Z"}`), page))
	assert.Empty(t, stormOf(t, page).Alerts, "the webhook knows of now alone")
}

func TestAlertmanagerIsAskedWhatFiresWhereTheSettingsNameIt(t *testing.T) {
	t.Parallel()
	stores := server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v2/alerts" {
			user, password, _ := r.BasicAuth()
			assert.Equal(t, "me open", user+" "+password)
			_, _ = fmt.Fprintf(w, `[{"labels":{"alertname":"Late","service":"desk"},"annotations":{},"startsAt":%q}]`, time.Now().Format(time.RFC3339))
			return
		}
		emptyStores(w, r)
	})
	e := secretly(t, fmt.Sprintf(`{"metrics":{"url":%[1]q},"traces":{"url":%[1]q},"logs":{"url":%[1]q},"alertmanager":{"url":%[1]q,"user":"me"}}`, stores), map[string]string{"alertmanagerPassword": "open"})
	t.Cleanup(e.Dispose)
	page := &client{}
	require.NoError(t, resourcesOf(t, e, never).CallResource(t.Context(), request("Viewer", http.MethodPost, "storms", `{}`), page))
	found := stormOf(t, page)
	require.Len(t, found.Alerts, 1)
	assert.Equal(t, []string{"Alertmanager"}, found.Alerts[0].Sources)
	assert.WithinDuration(t, time.Now(), found.Alerts[0].Began.To, time.Minute)
}

func TestWhatIsNoStormIsRefused(t *testing.T) {
	t.Parallel()
	e := directly(t, func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		if asked, _ := url.QueryUnescape(r.Form.Get("query")); strings.Contains(asked, "ALERTS") {
			http.Error(w, "down", http.StatusInternalServerError)
			return
		}
		emptyStores(w, r)
	})
	t.Cleanup(e.Dispose)
	handler := resourcesOf(t, e, never)
	for body, status := range map[string]int{`{"at":"yesterday"}`: http.StatusBadRequest, `{"alert":1}`: http.StatusBadRequest,
		`{"alerts":[` + strings.TrimSuffix(strings.Repeat("{},", mostFiring+1), ",") + `]}`: http.StatusBadRequest, `{}`: http.StatusBadGateway} {
		page := &client{}
		require.NoError(t, handler.CallResource(t.Context(), request("Viewer", http.MethodPost, "storms", body), page))
		assert.Equal(t, status, page.responses[0].Status, string(page.responses[0].Body))
	}
}

func TestTheRuleThatKeepsAlertsQuietComesWithItsTrial(t *testing.T) {
	t.Parallel()
	e := directly(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/query_range") {
			_, _ = w.Write([]byte(`{"status":"success","data":{"resultType":"matrix","result":[]}}`))
			return
		}
		emptyStores(w, r)
	})
	t.Cleanup(e.Dispose)
	status, said := as(t, e, "Viewer", http.MethodPost, "inhibition", `{"sources":[{"labels":{"alertname":"Disk","service":"stock"}}],"targets":[{"labels":{"alertname":"Slow","service":"cart"}}]}`)
	require.Equal(t, http.StatusOK, status, said)
	assert.Contains(t, said, `alertname=\\\"Disk\\\"`)
	assert.Contains(t, said, "so the rule could not be tried")
	status, said = as(t, e, "Viewer", http.MethodPost, "inhibition", `{"sources":[{"labels":{"alertname":"Disk"}}],"targets":[]}`)
	assert.Equal(t, http.StatusBadRequest, status)
	assert.Contains(t, said, "service_name")
}
