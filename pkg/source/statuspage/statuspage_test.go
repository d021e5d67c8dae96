package statuspage_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/statuspage"
)

var noon = time.Date(2025, 1, 21, 12, 0, 0, 0, time.UTC)

// standIn is a stand-in for a status page: a server on this machine that answers paths with texts.
func standIn(t *testing.T, pages map[string]string) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, there := pages[r.URL.Path]
		switch {
		case !there:
			http.NotFound(w, r)
		case strings.HasPrefix(page, "http"):
			http.Redirect(w, r, page, http.StatusFound)
		default:
			_, _ = w.Write([]byte(page))
		}
	}))
	t.Cleanup(server.Close)
	return server
}

// internal are configured addresses of one's own network, where all stand-ins are.
func internal(configured ...string) []statuspage.Page {
	var pages []statuspage.Page
	for _, address := range configured {
		pages = append(pages, statuspage.Page{Address: address, Internal: true})
	}
	return pages
}

func ask(t *testing.T, address string, configured ...string) source.Answer {
	t.Helper()
	return statuspage.New(internal(configured...)...).Ask(t.Context(), source.Question{Name: "page", Kind: source.StatusPage, Text: address,
		Window: incident.Window{From: noon.Add(-time.Hour), To: noon}})
}

func TestAStatuspageTellsHowItFaresAndWhichIncidentsWereThen(t *testing.T) {
	t.Parallel()
	page := standIn(t, map[string]string{
		"/api/v2/summary.json": `{"status":{"indicator":"major","description":"Partial outage"},"incidents":[]}`,
		"/api/v2/incidents.json": `{"incidents":[
			{"name":"Charges fail","impact":"major","status":"investigating","created_at":"2025-01-21T11:40:00Z","started_at":"2025-01-21T11:30:00Z"},
			{"name":"Of yesterday","impact":"minor","status":"resolved","created_at":"2025-01-20T11:40:00Z","resolved_at":"2025-01-20T12:40:00Z"},
			{"name":"Of later","impact":"minor","status":"investigating","created_at":"2025-01-21T13:40:00Z"}]}`})
	answer := ask(t, page.URL, page.URL)
	require.Nil(t, answer.Problem)
	require.Equal(t, &incident.StatusReport{Indicator: "major", Description: "Partial outage", Answered: 200, Incidents: []incident.StatusIncident{
		{Name: "Charges fail", Impact: "major", Status: "investigating", Started: noon.Add(-30 * time.Minute)}}}, answer.Status)
	require.Positive(t, answer.Bytes)
	require.Equal(t, 2, answer.Rows())
	require.Equal(t, "status page", answer.Query().Language)
}

func TestAListOfIncidentsThatCannotBeReadIsSaidToLack(t *testing.T) {
	t.Parallel()
	for broken, says := range map[string]string{"<html>": "invalid character", "http://127.0.0.1:1/": "private network"} {
		page := standIn(t, map[string]string{"/api/v2/summary.json": `{"status":{"indicator":"none","description":"Fine"}}`, "/api/v2/incidents.json": broken})
		answer := ask(t, page.URL, page.URL)
		require.Nil(t, answer.Problem)
		require.Len(t, answer.Warnings, 1, "one that has ended may have been going on then")
		require.Contains(t, answer.Warnings[0], "its incidents that have ended could not be read: ")
		require.Contains(t, answer.Warnings[0], says)
	}
	without := standIn(t, map[string]string{"/api/v2/summary.json": `{"status":{"indicator":"none","description":"Fine"}}`})
	require.Empty(t, ask(t, without.URL, without.URL).Warnings, "it keeps no such list")
}

func TestAPageThatIsNoStatuspageIsOnlySeenToAnswer(t *testing.T) {
	t.Parallel()
	old := standIn(t, map[string]string{"/api/v2/status.json": `{"status":{"indicator":"none","description":"Fine"}}`})
	require.Equal(t, "Fine", ask(t, old.URL, old.URL).Status.Description)
	plain := standIn(t, map[string]string{"/health": "ok", "/health/api/v2/summary.json": "<html>"})
	require.Equal(t, &incident.StatusReport{Answered: 200, Incidents: []incident.StatusIncident{}}, ask(t, plain.URL+"/health", plain.URL+"/health").Status)
	require.Equal(t, 404, ask(t, plain.URL, plain.URL).Status.Answered)
}

func TestNothingIsCalledThatIsNotConfigured(t *testing.T) {
	t.Parallel()
	called := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	t.Cleanup(other.Close)
	answer := ask(t, other.URL, "https://status.example.com")
	require.Equal(t, source.BadQuestion, answer.Problem.Kind)
	require.Contains(t, answer.Problem.Sentence, "is no configured status page, and is not called")
	require.False(t, called)
}

func TestARedirectIntoAPrivateNetworkIsRefused(t *testing.T) {
	t.Parallel()
	called := false
	inner := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	t.Cleanup(inner.Close)
	page := standIn(t, map[string]string{"/api/v2/summary.json": inner.URL + "/secret"})
	answer := ask(t, page.URL, page.URL)
	require.Contains(t, answer.Problem.Sentence, "redirects into a private network, which is not followed")
	require.Contains(t, answer.Problem.Advice, "to where it finally leads")
	require.False(t, called)
}

func TestAPageAtAPrivateAddressIsQueriedOnlyWhereTheSettingsSayInternal(t *testing.T) {
	t.Parallel()
	called := false
	inner := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	t.Cleanup(inner.Close)
	_, port, _ := strings.Cut(strings.TrimPrefix(inner.URL, "http://"), ":")
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]", "127.1", "[::ffff:127.0.0.1]", "0.0.0.0"} {
		address := "http://" + host + ":" + port
		answer := statuspage.New(statuspage.Page{Address: address}).Ask(t.Context(), source.Question{Kind: source.StatusPage, Text: address})
		require.NotNil(t, answer.Problem, host)
		require.Nil(t, answer.Status, host)
	}
	address := "http://localhost:" + port
	answer := statuspage.New(statuspage.Page{Address: address}).Ask(t.Context(), source.Question{Kind: source.StatusPage, Text: address})
	require.Contains(t, answer.Problem.Sentence, "is at a private address, and was not queried")
	require.Contains(t, answer.Problem.Advice, `"internal": true`)
	require.False(t, called)
}

func TestIncidentsThatAreNothingAreNone(t *testing.T) {
	t.Parallel()
	page := standIn(t, map[string]string{"/api/v2/summary.json": `{"status":{"indicator":"none","description":"Fine"}}`,
		"/api/v2/incidents.json": `{"incidents":[null,{},{"name":"Old","created_at":"0000-01-01T00:00:00+01:00"}]}`})
	answer := ask(t, page.URL, page.URL)
	require.Nil(t, answer.Problem)
	require.Len(t, answer.Status.Incidents, 1)
	_, err := json.Marshal(answer.Status)
	require.NoError(t, err)
}

func TestAPageThatIsTooLargeSlowOrGoneIsAProblemWithItsReason(t *testing.T) {
	t.Parallel()
	large := standIn(t, map[string]string{"/api/v2/summary.json": strings.Repeat("x", 3<<20)})
	require.Contains(t, ask(t, large.URL, large.URL).Problem.Sentence, "it is larger than 2 MiB")
	large.Close()
	require.Contains(t, ask(t, large.URL, large.URL).Problem.Sentence, "connection refused")

	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(slow.Close)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	late := statuspage.New(internal(slow.URL)...).Ask(ctx, source.Question{Kind: source.StatusPage, Text: slow.URL})
	require.Equal(t, source.Timeout, late.Problem.Kind)
}
