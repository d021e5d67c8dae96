package links_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/links"
)

// example is one of the examples that the browser's half is tested with too.
type example struct {
	Name string
	URL  string
	Link struct {
		incident.Scope

		DS, Service, Operation, From, To, At, Alert string
		Labels                                      map[string]string
	}
	Subject incident.Subject
}

func examples(tb testing.TB) []example {
	tb.Helper()
	content, err := os.ReadFile("testdata/links.json")
	require.NoError(tb, err)
	var all []example
	require.NoError(tb, json.Unmarshal(content, &all))
	require.NotEmpty(tb, all)
	return all
}

func TestEveryExampleIsReadAndWritten(t *testing.T) {
	t.Parallel()
	for _, e := range examples(t) {
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			link := links.Link{DataSource: e.Link.DS, Service: e.Link.Service, Operation: e.Link.Operation, Scope: e.Link.Scope, From: e.Link.From, To: e.Link.To,
				At: e.Link.At, Alert: e.Link.Alert, Labels: e.Link.Labels}
			read, ok := links.Parse(e.URL)
			require.True(t, ok)
			assert.Equal(t, link, read)
			again, ok := links.Parse(link.String())
			require.True(t, ok)
			assert.Equal(t, link, again)
			subject, known := link.Subject()
			assert.Equal(t, e.Subject.Service != "", known)
			if known {
				assert.Equal(t, e.Subject, subject)
			}
		})
	}
}

func TestWhateverIsWrittenIsReadAgain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String()
		link := links.Link{DataSource: text.Draw(t, "ds"), Service: text.Draw(t, "service"), Operation: text.Draw(t, "operation"),
			Scope: incident.Scope{Namespace: text.Draw(t, "namespace"), Environment: text.Draw(t, "environment"), Cluster: text.Draw(t, "cluster")},
			From:  text.Draw(t, "from"), To: text.Draw(t, "to"), At: text.Draw(t, "at"), Alert: text.Draw(t, "alert")}
		if labels := rapid.MapOf(rapid.StringN(1, 10, -1), text).Draw(t, "labels"); len(labels) > 0 {
			link.Labels = labels
		}
		read, ok := links.Parse("https://grafana.example/sub" + link.String())
		require.True(t, ok)
		require.Equal(t, link, read)
	})
}

func TestAnAddressOfSomethingElseIsNoLink(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "https://example.com/runbook", "/a/faultline-investigation-app", ":", "/a/faultline-investigation-app/investigate/x"} {
		_, ok := links.Parse(address)
		assert.False(t, ok, address)
	}
}

func TestTheFirstOfARepeatedParameterCounts(t *testing.T) {
	t.Parallel()
	link, ok := links.Parse(links.Path + "?service=a&service=b&label.x=1&label.x=2&label.=none&theme=light")
	require.True(t, ok)
	assert.Equal(t, links.Link{Service: "a", Labels: map[string]string{"x": "1"}}, link)
}

func TestTheWindowOfAnAlertIsTheTimeAroundIt(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 10, 10, 30, 0, 0, time.UTC)
	assert.Equal(t, incident.Window{From: at.Add(-time.Hour), To: at.Add(10 * time.Minute)}, links.Around(at, at.Add(10*time.Minute)))
	assert.Equal(t, incident.Window{From: at.Add(-time.Hour), To: at.Add(time.Hour)}, links.Around(at, at.Add(5*time.Hour)))
}
