package report_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

func handMade(t *testing.T) *incident.Case {
	t.Helper()
	written, err := os.ReadFile(filepath.Join("testdata", "case.json"))
	require.NoError(t, err)
	var c incident.Case
	require.NoError(t, json.Unmarshal(written, &c))
	return &c
}

func TestACaseIsWrittenAsMarkdown(t *testing.T) {
	t.Parallel()
	text := report.Markdown(handMade(t))
	path := filepath.Join("testdata", "case.golden.md")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	golden, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(golden), text, "if the report was meant to change, run this package's tests with -update")
}

func TestTheSameCaseAlwaysGivesTheSameReport(t *testing.T) {
	t.Parallel()
	first := report.Markdown(handMade(t))
	for range 10 {
		require.Equal(t, first, report.Markdown(handMade(t)))
	}
}

// outsideCode is a Markdown text without what stands between backticks, where nothing has a meaning.
func outsideCode(line string) string {
	var kept strings.Builder
	for line != "" {
		at := strings.IndexByte(line, '`')
		if at < 0 {
			break
		}
		if at > 0 && line[at-1] == '\\' {
			kept.WriteString(line[:at+1])
			line = line[at+1:]
			continue
		}
		fence := line[at : len(line)-len(strings.TrimLeft(line[at:], "`"))]
		kept.WriteString(line[:at])
		_, line, _ = strings.Cut(line[at+len(fence):], fence)
	}
	return kept.String() + line
}

func TestNothingThatTelemetryHoldsBecomesMarkup(t *testing.T) {
	t.Parallel()
	before := strings.Count(report.Markdown(handMade(t)), "\n")
	for name, c := range map[string]struct{ text, never string }{
		"HTML":             {`<script>alert(1)</script>`, "<script"},
		"an HTML entity":   {`&lt;b&gt;`, "&lt;b"},
		"a link":           {`[click](http://evil.example)`, "[click]("},
		"a picture":        {`![x](http://evil.example/pixel)`, "![x]("},
		"a bare address":   {`see http://evil.example now`, "http://evil"},
		"another":          {`see www.evil.example now`, "www.evil"},
		"a mention":        {`cc @everyone`, "@everyone"},
		"a table's cell":   {`a | b | c`, "a | b"},
		"bold":             {`**fine**`, "**fine"},
		"code":             {"a ` b `` c", "a ` b"},
		"struck out":       {`~~failed~~`, "~~failed"},
		"a heading":        {"fine\n# All clear", "\n# All clear"},
		"a list":           {"fine\n- all clear", "\n- all clear"},
		"an escape":        {`\<b>`, `\<b>`},
		"a screen's order": {"\x1b[2Jgotcha", "\x1b"},
		"a turn":           {"\u202egnp.exe", "\u202e"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			infected := handMade(t)
			infect(infected, c.text)
			text := report.Markdown(infected)
			assert.Equal(t, before, strings.Count(text, "\n"), "no line more than before")
			for line := range strings.Lines(text) {
				assert.NotContains(t, outsideCode(line), c.never)
			}
			if strings.ContainsAny(c.never, "\x1b\n\u202e") {
				assert.NotContains(t, text, c.never)
			}
		})
	}
}

// infect puts a text wherever a report shows one that came from telemetry.
func infect(c *incident.Case, text string) {
	c.Subject, c.Environment = incident.Subject{Service: text, Operation: text}, text
	c.Verdict.Sentence, c.Verdict.Unchecked = text, []string{text}
	c.Verdict.Candidates = []incident.Candidate{{Service: text, Component: text, Because: []string{text, text}}}
	for i := range c.Verdict.Chain {
		c.Verdict.Chain[i].Sentence = text
	}
	for i := range c.Steps {
		s := &c.Steps[i]
		s.Title, s.Reason, s.Advice = text, text, text
		for j := range s.Queries {
			s.Queries[j].Text, s.Queries[j].Language = text, text
		}
		for j := range s.Findings {
			f := &s.Findings[j]
			f.Sentence = text
			for k := range f.Evidence.Rows {
				f.Evidence.Rows[k].Service, f.Evidence.Rows[k].Health = text, incident.Health(text)
			}
			for k := range f.Evidence.Lines {
				f.Evidence.Lines[k].Text = text
			}
		}
	}
}

func TestATextThatLooksLikeAListIsNone(t *testing.T) {
	t.Parallel()
	for text, written := range map[string]string{"- all clear": `\- all clear`, "+ 1": `\+ 1`, "1. first": `1\. first`, "2) second": `2\) second`, "=====": `\=====`, "7.3%": `7.3%`} {
		c := handMade(t)
		c.Steps[0].Findings[0].Sentence = text
		assert.Contains(t, report.Markdown(c), "\n- "+written+"\n")
	}
}

func TestAQueryThatSeveralStepsReadIsSpelledOutOnce(t *testing.T) {
	t.Parallel()
	c := handMade(t)
	query := incident.Query{Language: "promql", Text: "sum(rate(requests[5m]))", Rows: 7, Milliseconds: 3, Window: c.Window}
	later := query
	later.Window.To = later.Window.To.Add(time.Hour)
	c.Steps = []incident.StepResult{
		{Phase: incident.PhaseImpact, ID: "error-rate", Title: "Error_rate", Queries: []incident.Query{query}},
		{Phase: incident.PhaseImpact, ID: "request-rate", Title: "Request rate", Queries: []incident.Query{query, later}},
	}
	text := report.Markdown(c)
	spelled := "  - promql: `sum(rate(requests[5m]))` (7 rows, 3 ms)\n"
	assert.Contains(t, text, spelled+"  - promql: as asked under *Error\\_rate*\n"+spelled, "of another time it is another question")
	assert.Equal(t, 2, strings.Count(text, spelled))
}
