//go:build grafana

package grafana_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/lab/grafana"
	"github.com/faultline-investigation/faultline/lab/stack"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

const resources = "/api/datasources/uid/" + grafana.DataSource + "/resources"

// person is one of the lab's people; the password is the login.
func person(g *grafana.Grafana, login string) *grafana.Client {
	return &grafana.Client{URL: g.Client.URL, User: login, Password: login}
}

// event is a line of a stream.
type event struct {
	Type string          `json:"type"`
	ID   string          `json:"id"`
	Case json.RawMessage `json:"case"`
}

// streamed reads the lines of a stream until one is of the type, and then leaves as a page does: it says so, and reads on to
// the end.
func streamed(t *testing.T, c *grafana.Client, method, path string, body any, last string) map[string]event {
	t.Helper()
	ctx, leave := context.WithTimeout(context.Background(), 3*time.Minute)
	defer leave()
	written, err := json.Marshal(body)
	require.NoError(t, err)
	name := strings.ToLower(rand.Text())
	address, err := url.Parse(c.URL + path)
	require.NoError(t, err)
	values := address.Query()
	values.Set("stream", name)
	address.RawQuery = values.Encode()
	request, err := http.NewRequestWithContext(ctx, method, address.String(), bytes.NewReader(written))
	require.NoError(t, err)
	request.SetBasicAuth(c.User, c.Password)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	require.Equal(t, http.StatusOK, response.StatusCode)
	seen := map[string]event{}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var e event
		require.NoError(t, json.Unmarshal(lines.Bytes(), &e))
		if _, left := seen[last]; !left && e.Type == last && last != "done" {
			require.NoError(t, c.Do(ctx, grafana.First, http.MethodDelete, resources+"/streams/"+name, nil, nil))
		}
		seen[e.Type] = e
	}
	require.NoError(t, lines.Err())
	require.Contains(t, seen, last)
	return seen
}

// investigated runs the walkthrough's investigation as one who may save it, and gives the id of its case.
func investigated(t *testing.T, l *lab.Lab, g *grafana.Grafana, login string) string {
	t.Helper()
	seen := streamed(t, person(g, login), http.MethodPost, resources+"/investigations?save=true", investigation(l), "done")
	require.Contains(t, seen, "saved", "the investigation says where it is kept")
	return seen["saved"].ID
}

// caseOf reads a case until its investigation is kept in it, which happens after the page has been told its end.
func caseOf(t *testing.T, c *grafana.Client, id string) (saved incident.SavedCase) {
	t.Helper()
	require.Eventually(t, func() bool {
		saved = incident.SavedCase{}
		return c.Do(context.Background(), grafana.First, http.MethodGet, resources+"/cases/"+id, nil, &saved) == nil && len(saved.Case.Steps) > 0
	}, time.Minute, 200*time.Millisecond)
	return saved
}

// appends has two people write into one case at the same time.
func appends(t *testing.T, l *lab.Lab, g *grafana.Grafana) {
	t.Helper()
	id := investigated(t, l, g, "editor")
	before := len(caseOf(t, person(g, "editor"), id).Entries)
	const each, atOnce = 2, 25 // of each person: fifty write at the same time, each two entries one after the other
	var writing sync.WaitGroup
	for _, login := range []string{"editor", "admin"} {
		for hand := range atOnce {
			writing.Go(func() {
				for n := range each {
					entry := incident.NewEntry{ID: fmt.Sprintf("%s-%d-%d", login, hand, n), Kind: incident.EntryNote, Text: fmt.Sprint(n)}
					for range 2 { // as a page does that has not heard of the first
						assert.NoError(t, person(g, login).Do(context.Background(), grafana.First, http.MethodPost, resources+"/cases/"+id+"/entries", entry, nil))
					}
				}
			})
		}
	}
	writing.Wait()
	time.Sleep(5 * time.Second) // for what a write of another could have undone
	entries := caseOf(t, person(g, "viewer"), id).Entries[before:]
	assert.Len(t, entries, 2*atOnce*each, "none is lost, and none is there twice")
	next := map[string]int{} // of each hand
	for i, e := range entries {
		hand := e.ID[:len(e.ID)-2]
		assert.Equal(t, fmt.Sprintf("%s-%d", hand, next[hand]), e.ID, "what a hand wrote stands in its order")
		next[hand]++
		assert.Contains(t, hand, e.By.Login+"-")
		if i > 0 {
			assert.False(t, e.At.Before(entries[i-1].At), "times never go back")
		}
	}
}

// shown is a dashboard of a case.
type shown struct {
	Dashboard struct {
		Panels []struct {
			Title   string            `json:"title"`
			Type    string            `json:"type"`
			Targets []json.RawMessage `json:"targets"`
		} `json:"panels"`
	} `json:"dashboard"`
}

// answersOf asks what a dashboard's panels ask, and gives how many rows of how many frames each shows.
func answersOf(t *testing.T, c *grafana.Client, d shown) map[string]string {
	t.Helper()
	told := map[string]string{}
	for i, panel := range d.Dashboard.Panels {
		if len(panel.Targets) == 0 {
			continue
		}
		var answer struct {
			Results map[string]struct {
				Error  string `json:"error"`
				Frames []struct {
					Data struct {
						Values [][]any `json:"values"`
					} `json:"data"`
				} `json:"frames"`
			} `json:"results"`
		}
		ask := map[string]any{"from": "now-1h", "to": "now", "queries": panel.Targets[:1]}
		require.NoError(t, c.Do(context.Background(), grafana.First, http.MethodPost, "/api/ds/query", ask, &answer), panel.Title)
		for _, result := range answer.Results {
			require.Empty(t, result.Error, panel.Title)
			rows := []int{}
			for _, frame := range result.Frames {
				require.NotEmpty(t, frame.Data.Values, panel.Title)
				rows = append(rows, len(frame.Data.Values[0]))
			}
			assert.NotEmpty(t, rows, "%s (%s) shows nothing", panel.Title, panel.Type)
			assert.NotContains(t, rows, 0, "%s (%s) shows nothing", panel.Title, panel.Type)
			told[fmt.Sprint(i, " ", panel.Type, " ", panel.Title)] = fmt.Sprint(rows)
		}
	}
	return told
}

// withoutStores keeps a case, ends the stores, and reads the case as a dashboard: for ever, so that this is the last of all.
func withoutStores(t *testing.T, l *lab.Lab, g *grafana.Grafana) {
	t.Helper()
	id := investigated(t, l, g, "editor")
	viewer := person(g, "viewer")
	caseOf(t, viewer, id)
	var kept shown
	require.NoError(t, viewer.Do(context.Background(), grafana.First, http.MethodGet, "/api/dashboards/uid/"+id, nil, &kept))
	before := answersOf(t, viewer, kept)
	kinds := map[string]int{}
	for _, panel := range kept.Dashboard.Panels {
		kinds[panel.Type]++
	}
	for _, kind := range []string{"timeseries", "table", "logs", "traces"} {
		assert.Positive(t, kinds[kind], "the case has a panel %s", kind)
	}
	l.Incident.Stop()
	for _, store := range []*stack.Server{l.Stack.Prometheus, l.Stack.Loki, l.Stack.Tempo} {
		require.NoError(t, store.Kill())
	}
	assert.Equal(t, before, answersOf(t, viewer, kept))
}
