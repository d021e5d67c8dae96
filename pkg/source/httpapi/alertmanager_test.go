package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/httpapi"
)

// alertmanagerAt is a querier with an Alertmanager that answers below a prefix.
func alertmanagerAt(t *testing.T, prefix, body string) *httpapi.Querier {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != prefix+"/api/v2/alerts" || r.URL.RawQuery != "active=true" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	q, err := httpapi.New(httpapi.Options{Alertmanager: httpapi.Store{URL: server.URL, Name: "am"}, Client: server.Client()})
	require.NoError(t, err)
	return q
}

var active = source.Question{Name: "alerts", Kind: source.ActiveAlerts}

func TestAlertmanagerTellsWhatFires(t *testing.T) {
	t.Parallel()
	const body = `[{"labels":{"alertname":"Slow"},"annotations":{"summary":"x"},"startsAt":"2026-03-02T12:00:00.5+01:00","endsAt":"2026-03-02T12:05:00Z","fingerprint":"f","receivers":[{"name":"r"}],"status":{"state":"suppressed"}}]`
	for _, prefix := range []string{"", "/alertmanager"} { // Alertmanager itself, and Mimir's
		answer := alertmanagerAt(t, prefix, body).Ask(t.Context(), active)
		require.Nil(t, answer.Problem)
		require.Equal(t, 1, answer.Rows())
		require.Equal(t, "am", answer.DataSource)
		require.Equal(t, "Slow", answer.Alerts[0].Labels["alertname"])
		require.Equal(t, time.Date(2026, 3, 2, 11, 0, 0, 5e8, time.UTC), answer.Alerts[0].Since)
	}
}

func TestWhatIsNoListOfAlertsIsABadAnswer(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `[null]`, `[{"labels":{}}]`, `[{"labels":1}]`} {
		require.Equal(t, source.BadAnswer, alertmanagerAt(t, "", body).Ask(t.Context(), active).Problem.Kind, body)
	}
	require.Equal(t, source.NotFound, alertmanagerAt(t, "/elsewhere", `[]`).Ask(t.Context(), active).Problem.Kind)
	none, err := httpapi.New(httpapi.Options{Client: http.DefaultClient})
	require.NoError(t, err)
	require.Equal(t, source.Unconfigured, none.Ask(t.Context(), active).Problem.Kind)
}
