//go:build grafana

package grafana_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/lab/grafana"
	"github.com/faultline-investigation/faultline/pkg/resource"
)

// way is a way to the plugin's data that Grafana offers.
type way struct {
	method, path string
	body         any
}

// waysTo are all of them: every resource that the plugin itself knows of, and what Grafana has beside them.
func waysTo(uid string, l *lab.Lab) []way {
	of := "/api/datasources/uid/" + uid
	ways := []way{
		{http.MethodGet, of, nil},
		{http.MethodGet, of + "/health", nil},
		{http.MethodGet, of + "/resources/", nil},
		{http.MethodPost, "/api/ds/query", query(uid, l)},
		{http.MethodGet, "/api/datasources/proxy/uid/" + uid + "/", nil},
	}
	for _, pattern := range resource.Patterns() {
		method, path, _ := strings.Cut(pattern, " ")
		path = strings.NewReplacer("{id}", "any", "{fingerprint}", "any").Replace(path)
		ways = append(ways, way{method, of + "/resources" + path, investigation(l)})
	}
	return ways
}

// foreignViewer tries every way to the plugin's data, and claims the other organization in each.
func foreignViewer(t *testing.T, l *lab.Lab, g *grafana.Grafana) {
	t.Helper()
	someDataSource(t, g, grafana.First, grafana.First, "first-alone")
	viewer := &grafana.Client{URL: g.Client.URL, User: "viewer-2", Password: "viewer-2"}
	for _, claimed := range []int64{0, grafana.First, grafana.Second} {
		for _, way := range waysTo("first-alone", l) {
			path := way.path
			if claimed != 0 {
				path += "?orgId=" + strconv.FormatInt(claimed, 10)
			}
			body := way.body
			if way.method == http.MethodGet {
				body = nil
			}
			var refused *grafana.Refused
			require.ErrorAs(t, viewer.Do(context.Background(), claimed, way.method, path, body, nil), &refused, path)
			assert.GreaterOrEqual(t, refused.Status, http.StatusBadRequest)
			// Grafana says 500 where it finds no such data source in the organization, so that what is said counts.
			assert.NotContains(t, refused.Message, l.Request().Subject.Service, path)
			assert.NotContains(t, refused.Message, "Metrics, traces and logs", path)
		}
	}
	require.NoError(t, viewer.Do(context.Background(), grafana.Second, http.MethodPost, "/api/ds/query", query(grafana.DataSource, l), nil))
}

// disabled takes the app away from the second organization, and gives it back.
func disabled(t *testing.T, l *lab.Lab, g *grafana.Grafana) {
	t.Helper()
	ctx := context.Background()
	enable := func(on bool) {
		require.NoError(t, g.Client.Do(ctx, grafana.Second, http.MethodPost, "/api/plugins/faultline-investigation-app/settings", map[string]bool{"enabled": on, "pinned": on}, nil))
	}
	reaches := func(organization int64) error {
		return g.Client.Do(ctx, organization, http.MethodGet, "/api/datasources/uid/"+grafana.DataSource+"/resources/conventions", nil, nil)
	}
	require.NoError(t, reaches(grafana.Second))
	enable(false)
	defer enable(true)
	require.Eventually(t, func() bool {
		err := reaches(grafana.Second)
		return err != nil && strings.Contains(err.Error(), "422")
	}, 2*time.Minute, time.Second)
	require.ErrorContains(t, g.Client.Do(ctx, grafana.Second, http.MethodGet, "/api/datasources/uid/"+grafana.DataSource+"/resources/alerts/any", nil, nil), "422")
	_, err := g.Client.Health(ctx, grafana.Second)
	require.ErrorContains(t, err, "The Faultline app is disabled in this organization.")
	require.Error(t, g.Client.Do(ctx, grafana.Second, http.MethodPost, "/api/ds/query", query(grafana.DataSource, l), nil))
	require.NoError(t, reaches(grafana.First), "the other organization has it still")
}

// roles says that each person may do what the role allows, and that a refusal says which role it takes.
func roles(t *testing.T, l *lab.Lab, g *grafana.Grafana) {
	t.Helper()
	ctx := context.Background()
	of := "/api/datasources/uid/" + grafana.DataSource + "/resources/cases"
	r := l.Request()
	document := map[string]any{"id": "by-role", "case": map[string]any{"version": 1, "subject": r.Subject, "window": r.Window, "started": r.Window.To, "steps": []any{}}}
	note := map[string]string{"id": "note", "kind": "note", "text": "Looked at it."}
	as := func(user string) *grafana.Client {
		return &grafana.Client{URL: g.Client.URL, User: user, Password: user}
	}
	viewer, editor, admin := as("viewer"), as("editor"), g.Client
	require.ErrorContains(t, viewer.Do(ctx, grafana.First, http.MethodPost, of, document, nil), "403")
	require.NoError(t, editor.Do(ctx, grafana.First, http.MethodPost, of, document, nil))
	require.NoError(t, editor.Do(ctx, grafana.First, http.MethodPost, of+"/by-role/entries", note, nil))
	require.NoError(t, viewer.Do(ctx, grafana.First, http.MethodGet, of+"/by-role", nil, nil))
	require.ErrorContains(t, viewer.Do(ctx, grafana.First, http.MethodPost, of+"/by-role/entries", note, nil), "This needs the role Editor")
	require.ErrorContains(t, editor.Do(ctx, grafana.First, http.MethodDelete, of+"/by-role", nil, nil), "This needs the role Admin")
	require.ErrorContains(t, as("viewer-2").Do(ctx, grafana.Second, http.MethodGet, of+"/by-role", nil, nil), "404")
	require.NoError(t, admin.Do(ctx, grafana.First, http.MethodDelete, of+"/by-role", nil, nil))
}

// firstCases has two environments of a new organization keep a case, the second while Grafana still remembers what its token
// might do before the first one's had made the folder.
func firstCases(t *testing.T, l *lab.Lab, g *grafana.Grafana) {
	t.Helper()
	ctx := context.Background()
	var made struct {
		ID int64 `json:"orgId"`
	}
	require.NoError(t, g.Client.Do(ctx, grafana.First, http.MethodPost, "/api/orgs", map[string]string{"name": "New"}, &made))
	require.NoError(t, g.Client.Do(ctx, made.ID, http.MethodPost, "/api/plugins/faultline-investigation-app/settings", map[string]bool{"enabled": true, "pinned": true}, nil))
	r := l.Request()
	document := map[string]any{"version": 1, "subject": r.Subject, "window": r.Window, "started": r.Window.To, "steps": []any{}}
	cases := func(uid string) string { return "/api/datasources/uid/" + uid + "/resources/cases" }
	environments := []string{"new-one", "new-other"}
	for _, uid := range environments {
		environmentOf(t, g, made.ID, made.ID, uid, "Editor")
		require.NoError(t, g.Client.Do(ctx, made.ID, http.MethodGet, cases(uid), nil, nil))
	}
	for _, uid := range environments {
		require.NoError(t, g.Client.Do(ctx, made.ID, http.MethodPost, cases(uid), map[string]any{"id": "first-of-" + uid, "case": document}, nil), uid)
	}
}

// rulesEvaluate makes alert rules on the plugin's own numbers and waits for Grafana to say what it thinks of them.
func rulesEvaluate(t *testing.T, l *lab.Lab, g *grafana.Grafana) {
	t.Helper()
	ctx := context.Background()
	require.NoError(t, g.Client.Do(ctx, grafana.First, http.MethodPost, "/api/folders", map[string]string{"uid": "own-rules", "title": "Own rules"}, nil))
	r := l.Request()
	for queryType, number := range map[string]string{"impact": "error_rate", "recovery": "open", "readiness": "lacking"} {
		ask := map[string]any{"refId": "A", "queryType": queryType, "number": number, "service": r.Subject.Service, "operation": r.Subject.Operation}
		// A threshold that everything is above: the rule fires when the query has given a number.
		limit := map[string]any{"refId": "B", "type": "threshold", "expression": "A",
			"conditions": []any{map[string]any{"evaluator": map[string]any{"type": "gt", "params": []int{-1}}}}}
		rule := map[string]any{"title": "own-" + queryType, "uid": "own-" + queryType, "ruleGroup": "own", "folderUID": "own-rules", "orgID": 1, "condition": "B",
			"for": "0s", "noDataState": "NoData", "execErrState": "Error", "labels": map[string]string{"service": r.Subject.Service},
			"data": []any{
				map[string]any{"refId": "A", "datasourceUid": grafana.DataSource, "relativeTimeRange": map[string]int{"from": 3600, "to": 0}, "model": ask},
				map[string]any{"refId": "B", "datasourceUid": "__expr__", "relativeTimeRange": map[string]int{"from": 0, "to": 0}, "model": limit}}}
		require.NoError(t, g.Client.Do(ctx, grafana.First, http.MethodPost, "/api/v1/provisioning/alert-rules", rule, nil), queryType)
	}
	states := func() map[string]string {
		var told struct {
			Data struct {
				Groups []struct {
					Rules []struct{ Name, State, Health, LastError string }
				}
			}
		}
		require.NoError(t, g.Client.Do(ctx, grafana.First, http.MethodGet, "/api/prometheus/grafana/api/v1/rules?folder_uid=own-rules", nil, &told))
		found := map[string]string{}
		for _, group := range told.Data.Groups {
			for _, rule := range group.Rules {
				found[rule.Name] = fmt.Sprint(rule.State, " ", rule.Health, " ", rule.LastError)
			}
		}
		return found
	}
	want := map[string]string{"own-impact": "firing ok ", "own-recovery": "firing ok ", "own-readiness": "firing ok "}
	assert.Eventually(t, func() bool { return assert.ObjectsAreEqual(want, states()) }, 5*time.Minute, time.Second)
	require.Equal(t, want, states())
}
