package resource

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/alerts"
	"github.com/faultline-investigation/faultline/pkg/casebook"
	"github.com/faultline-investigation/faultline/pkg/casebook/grafana/grafanatest"
	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// keeping is an environment whose cases are kept in a fake Grafana, and whose stores hold nothing.
func keeping(t *testing.T) (*environment.Environment, *grafanatest.Grafana) {
	t.Helper()
	fake := grafanatest.New()
	settings, err := json.Marshal(map[string]any{"metrics": map[string]string{"url": server(t, emptyStores)}, "grafanaUrl": server(t, fake.ServeHTTP)})
	require.NoError(t, err)
	e, err := environment.New(t.Context(), backend.DataSourceInstanceSettings{UID: "prod", Name: "Production", JSONData: settings,
		DecryptedSecureJSONData: map[string]string{"token": grafanatest.Token}})
	require.NoError(t, err)
	t.Cleanup(e.Dispose)
	return e, fake
}

// as sends a request in somebody's name and gives status and body.
func as(t *testing.T, e *environment.Environment, role, method, path, body string) (int, string) {
	t.Helper()
	page := &client{}
	require.NoError(t, resourcesOf(t, e, never).CallResource(t.Context(), request(role, method, path, body), page))
	var whole strings.Builder
	for _, r := range page.responses {
		whole.Write(r.Body)
	}
	require.NotEmpty(t, page.responses)
	return page.responses[0].Status, whole.String()
}

func request(role, method, path, body string) *backend.CallResourceRequest {
	at, _ := url.Parse(path)
	return &backend.CallResourceRequest{PluginContext: backend.PluginContext{OrgID: 1, User: &backend.User{Login: strings.ToLower(role), Name: role, Role: role}},
		Method: method, Path: at.Path, URL: path, Body: []byte(body)}
}

const newCase = `{"id":"x","case":{"version":1,"subject":{"service":"order-service"},"window":{"from":"2026-01-02T10:00:00Z","to":"2026-01-02T11:00:00Z"},"started":"2026-01-02T11:00:00Z","steps":[]}}`

func TestACaseIsOpenedWrittenToReportedAndDeletedByThoseWhoMay(t *testing.T) {
	t.Parallel()
	e, _ := keeping(t)
	status, body := as(t, e, "Editor", "POST", "cases", newCase)
	assert.Equal(t, http.StatusCreated, status, body)
	status, body = as(t, e, "Editor", "POST", "cases", newCase)
	assert.Equal(t, http.StatusOK, status, "it is there already")
	assert.Contains(t, body, `"joined":true`)
	status, body = as(t, e, "Editor", "POST", "cases/x/entries", `{"id":"n","kind":"note","text":"**mine**"}`)
	assert.Equal(t, http.StatusOK, status, body)
	status, body = as(t, e, "Viewer", "GET", "cases/x", "")
	require.Equal(t, http.StatusOK, status, body)
	saved, err := incident.ReadSaved([]byte(body))
	require.NoError(t, err)
	assert.Equal(t, incident.Author{Login: "editor", Name: "Editor"}, saved.Entries[1].By)
	status, body = as(t, e, "Viewer", "GET", "cases?service=order-service&state=open", "")
	require.Equal(t, http.StatusOK, status, body)
	assert.Contains(t, body, `"id":"x"`)
	assert.Contains(t, body, `"lasting":true`)
	status, body = as(t, e, "Viewer", "GET", "cases/x/before", "")
	require.Equal(t, http.StatusOK, status, body)
	assert.JSONEq(t, `{"cases":[],"compared":0,"unread":0,"more":false}`, body)
	for format, begins := range map[string]string{"": "# Post-mortem: order-service", "markdown": "# Post-mortem", "chat": "order-service", "html": "<!doctype html>", "json": `{"id":"x"`} {
		status, body = as(t, e, "Viewer", "GET", "cases/x/report?zone=Europe/Berlin&format="+format, "")
		assert.Equal(t, http.StatusOK, status, body)
		assert.True(t, strings.HasPrefix(body, begins), "%s: %.40s", format, body)
	}
	status, _ = as(t, e, "Admin", "DELETE", "cases/x", "")
	assert.Equal(t, http.StatusOK, status)
	status, body = as(t, e, "Viewer", "GET", "cases/x", "")
	assert.Equal(t, http.StatusNotFound, status)
	assert.Contains(t, body, "There is no case x.")
}

func TestWhoMayNotIsRefusedWithTheRoleThatIsNeeded(t *testing.T) {
	t.Parallel()
	e, _ := keeping(t)
	for _, c := range []struct{ role, method, path, needs string }{
		{"Viewer", "POST", "cases", "Editor"}, {"Viewer", "POST", "cases/x/entries", "Editor"}, {"Editor", "DELETE", "cases/x", "Admin"}, {"Viewer", "POST", "alerts", "Editor"}, {"None", "GET", "cases", "Viewer"},
	} {
		status, body := as(t, e, c.role, c.method, c.path, `{}`)
		assert.Equal(t, http.StatusForbidden, status)
		assert.Contains(t, body, "This needs the role "+c.needs)
	}
}

func TestARequestAboutACaseThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	e, _ := keeping(t)
	as(t, e, "Editor", "POST", "cases", newCase)
	for _, c := range []struct {
		method, path, body, says string
		status                   int
	}{
		{"POST", "cases", `{`, "The request is not a case to be opened", 400},
		{"POST", "cases/x/entries", `{"text":"` + strings.Repeat("x", 128<<10) + `"}`, "The request has more than 128 KiB.", 413},
		{"POST", "cases", `{}`, "The case names no service.", 400},
		{"POST", "cases/x/entries", `{"id":"a","kind":"note"}`, "The entry is empty.", 400},
		{"GET", "cases/y/events", ``, "There is no case y.", 404},
		{"GET", "cases/x/report?format=pdf", ``, "There is no format pdf.", 400},
		{"GET", "cases/x/report?zone=Mars/North", ``, "There is no time zone Mars/North.", 400},
	} {
		status, body := as(t, e, "Editor", c.method, c.path, c.body)
		assert.Equal(t, c.status, status, c.path)
		assert.Contains(t, body, c.says)
	}
}

func TestAnInvestigationIsSavedWithoutAnybodyAsking(t *testing.T) {
	t.Parallel()
	e, fake := keeping(t)
	_, body := as(t, e, "Editor", "POST", "investigations?save=true", checkout)
	var types []string
	id := ""
	for line := range strings.Lines(body) {
		var event struct{ Type, ID string }
		require.NoError(t, json.Unmarshal([]byte(line), &event))
		types = append(types, event.Type)
		if event.Type == "saved" {
			id = event.ID
		}
	}
	assert.Contains(t, types, "saved")
	assert.Equal(t, "done", types[len(types)-1])
	_, there := fake.Dashboard(id)
	require.True(t, there)
	_, saved := as(t, e, "Viewer", "GET", "cases/"+id, "")
	s, err := incident.ReadSaved([]byte(saved))
	require.NoError(t, err)
	assert.NotEmpty(t, s.Case.Steps)
	assert.Equal(t, incident.EntryInvestigated, s.Entries[1].Kind)
}

// alerted is an investigation that a link of an alert leads to.
const alerted = `{"alert":"f1","subject":{"service":"order-service","operation":"POST /api/checkout","alert":{"name":"CheckoutErrors","began":"%s"}},` +
	`"window":{"from":"2026-01-02T10:00:00Z","to":"2026-01-02T11:00:00Z"}}`

func TestACaseThatALinkOfAnAlertLeadsToSaysOnceWhenTheAlertFired(t *testing.T) {
	t.Parallel()
	e, _ := keeping(t)
	fired := func(began string) []incident.Entry {
		as(t, e, "Editor", "POST", "investigations?save=true", fmt.Sprintf(alerted, began))
		_, list := as(t, e, "Viewer", "GET", "cases", "")
		var cases struct{ Cases []struct{ ID string } }
		require.NoError(t, json.Unmarshal([]byte(list), &cases), list)
		require.Len(t, cases.Cases, 1)
		_, body := as(t, e, "Viewer", "GET", "cases/"+cases.Cases[0].ID, "")
		s, err := incident.ReadSaved([]byte(body))
		require.NoError(t, err)
		return slices.DeleteFunc(s.Entries, func(entry incident.Entry) bool { return entry.Kind != incident.EntryAlert })
	}
	const at = "2026-01-02T10:47:00Z"
	fired(at)
	entries := fired(at)
	require.Len(t, entries, 1, "two people follow the same link")
	assert.Equal(t, "CheckoutErrors", entries[0].Text)
	assert.Equal(t, at, entries[0].When().Format(time.RFC3339))
	require.Len(t, fired(time.Now().Add(time.Hour).UTC().Format(time.RFC3339)), 1, "no alert fires in the future")
}

func TestAViewersInvestigationRunsAndSaysThatItIsNotSaved(t *testing.T) {
	t.Parallel()
	e, _ := keeping(t)
	_, body := as(t, e, "Viewer", "POST", "investigations?save=true", checkout)
	assert.Contains(t, body, `"type":"unsaved"`)
	assert.Contains(t, body, `"type":"done"`)
	_, list := as(t, e, "Viewer", "GET", "cases", "")
	assert.Contains(t, list, `"cases":[]`)
}

func TestTheEventsOfACaseBeginWithTheCase(t *testing.T) {
	t.Parallel()
	e, _ := keeping(t)
	as(t, e, "Editor", "POST", "cases", newCase)
	ctx, leave := context.WithCancel(t.Context())
	page := &client{sent: func(r *backend.CallResourceResponse) {
		if strings.Contains(string(r.Body), `"here"`) {
			leave()
		}
	}}
	require.NoError(t, resourcesOf(t, e, never).CallResource(ctx, request("Viewer", "GET", "cases/x/events", ""), page))
	assert.Equal(t, []string{"case", "here"}, page.types(t))
}

func TestAnAlertsInvestigationIsACaseThatPeopleJoin(t *testing.T) {
	t.Parallel()
	e, _ := keeping(t)
	to := time.Date(2026, 1, 2, 11, 0, 0, 0, time.UTC)
	found := &incident.Case{Version: incident.DocumentVersion, Environment: "Production", Subject: incident.Subject{Service: "order-service"},
		Window: incident.Window{From: to.Add(-time.Hour), To: to}, Started: to,
		Steps: []incident.StepResult{{Phase: incident.PhaseImpact, ID: "a", Title: "A", Outcome: incident.Clear, Findings: []incident.Finding{}}}}
	alert := alerts.Alert{Fingerprint: "a/b", StartsAt: to.Add(-time.Minute), Labels: map[string]string{"alertname": "TooManyErrors"}}
	require.NoError(t, AlertCases{Environment: e}.Open(t.Context(), 1, alert, found))
	status, body := as(t, e, "Viewer", "GET", "cases", "")
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, 1, strings.Count(body, `"order-service"`), body)
	status, body = as(t, e, "Editor", "POST", "cases", `{"case":{"version":1,"subject":{"service":"order-service"},"window":{"from":"2026-01-02T10:30:00Z","to":"2026-01-02T11:30:00Z"},"started":"2026-01-02T11:30:00Z","steps":[]}}`)
	assert.Equal(t, http.StatusOK, status, "its incident is a case already")
	assert.Contains(t, body, `"joined":true`)

	status, body = as(t, e, "Viewer", "GET", "cases/"+casebook.IDOf("prod", found), "")
	require.Equal(t, http.StatusOK, status, body)
	saved, err := incident.ReadSaved([]byte(body))
	require.NoError(t, err)
	fired := saved.Last(incident.EntryAlert)
	require.NotNil(t, fired)
	assert.Equal(t, "TooManyErrors", fired.Text)
	assert.Equal(t, to.Add(-time.Minute), fired.When())
	require.Error(t, AlertCases{Environment: e}.Open(t.Context(), 2, alerts.Alert{}, found), "the token is another organization's")
}

// practised is a case whose investigation is over, in an environment in which a fault was injected.
func practised(t *testing.T) *environment.Environment {
	t.Helper()
	settings, err := json.Marshal(map[string]any{"metrics": map[string]string{"url": server(t, emptyStores)}})
	require.NoError(t, err)
	e, err := environment.New(t.Context(), backend.DataSourceInstanceSettings{UID: "prod", Name: "Production", JSONData: settings,
		DecryptedSecureJSONData: map[string]string{"practiceTruth": `{"service":"ledger-db","component":"pool","cause":"The pool is exhausted."}`}})
	require.NoError(t, err)
	t.Cleanup(e.Dispose)
	return e
}

func TestSomebodyWhoPractisesIsToldNothingBeforeTheirAnswer(t *testing.T) {
	t.Parallel()
	e := practised(t)
	_, stream := as(t, e, "Editor", "POST", "investigations?save=true&practice=true", checkout)
	id := ""
	for line := range strings.Lines(stream) {
		var event struct {
			Type, ID string
			Case     *incident.Case
		}
		require.NoError(t, json.Unmarshal([]byte(line), &event))
		assert.NotEqual(t, "step", event.Type)
		if event.Type == "done" {
			assert.Empty(t, event.Case.Steps)
			assert.Empty(t, event.Case.Verdict)
			assert.Empty(t, event.Case.Facts)
		}
		if event.Type == "saved" {
			id = event.ID
		}
	}
	require.NotEmpty(t, id)
	status, hidden := as(t, e, "Viewer", "GET", "cases/"+id+"/practice", "")
	require.Equal(t, http.StatusOK, status, hidden)
	for _, never := range []string{"ledger-db", "exhausted", `"outcome"`, `"findings"`} {
		assert.NotContains(t, stream+hidden, never)
	}
	assert.NotContains(t, hidden, "verdict")
	status, step := as(t, e, "Viewer", "GET", "cases/"+id+"/practice/impact/error-rate", "")
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, step, `"outcome"`)
	status, _ = as(t, e, "Viewer", "GET", "cases/"+id+"/practice/cause/verdict", "")
	assert.Equal(t, http.StatusNotFound, status)

	answer := `{"id":"a1","service":"ledger-db","why":"**Full**.","asked":["impact/error-rate"],"spent":{"impact":61}}`
	status, sheet := as(t, e, "Viewer", "POST", "cases/"+id+"/practice", answer)
	require.Equal(t, http.StatusOK, status, sheet)
	assert.Contains(t, sheet, `"right":true`)
	assert.Contains(t, sheet, "The pool is exhausted.")
	assert.Contains(t, sheet, `"kept":false`, "a Viewer writes into no log")
	_, sheet = as(t, e, "Editor", "POST", "cases/"+id+"/practice", answer)
	assert.Contains(t, sheet, `"kept":true`)
	as(t, e, "Editor", "POST", "cases/"+id+"/practice", answer)
	_, body := as(t, e, "Viewer", "GET", "cases/"+id, "")
	saved, err := incident.ReadSaved([]byte(body))
	require.NoError(t, err)
	last := saved.Entries[len(saved.Entries)-1]
	assert.Equal(t, incident.EntryPractised, last.Kind)
	assert.Equal(t, incident.Author{Login: "editor", Name: "Editor"}, last.By)
	assert.Equal(t, "a1", last.ID)
	assert.Equal(t, 1, strings.Count(body, `"id":"a1","at"`), "sent twice, kept once")
	assert.Equal(t, incident.CaseOpen, saved.State(), "practice changes nothing")
}

func TestThereIsNothingToPractiseOnBeforeAnInvestigationIsOver(t *testing.T) {
	t.Parallel()
	e, _ := keeping(t)
	as(t, e, "Editor", "POST", "cases", newCase)
	status, body := as(t, e, "Viewer", "GET", "cases/x/practice", "")
	assert.Equal(t, http.StatusConflict, status)
	assert.Contains(t, body, "There is nothing to practise on")
}

// Grafana keeps what was found only after the page has seen its end.
func TestWhoPractisesWaitsUntilTheEndIsKept(t *testing.T) {
	t.Parallel()
	e := practised(t)
	page, ended := &client{}, make(chan error, 1)
	investigating := resourcesOf(t, e, never)
	go func() {
		ended <- investigating.CallResource(t.Context(), request("Editor", "POST", "investigations?save=true&practice=true", checkout), page)
	}()
	var id string
	require.Eventually(t, func() bool {
		_, list := as(t, e, "Viewer", "GET", "cases", "")
		var known struct{ Cases []struct{ ID string } }
		require.NoError(t, json.Unmarshal([]byte(list), &known))
		for _, c := range known.Cases {
			id = c.ID
		}
		return id != ""
	}, 20*time.Second, time.Millisecond)
	status, hidden := as(t, e, "Viewer", "GET", "cases/"+id+"/practice?wait=true", "")
	assert.Equal(t, http.StatusOK, status, hidden)
	require.NoError(t, <-ended)
}
