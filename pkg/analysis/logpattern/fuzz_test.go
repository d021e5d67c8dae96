package logpattern_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/analysis/logpattern"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// FuzzLines reads whatever applications log: text, JSON, logfmt, heads of all loggers, several lines with a stack trace. Seeds are
// lines of such loggers in testdata/fuzz/FuzzLines.
func FuzzLines(f *testing.F) {
	f.Add("panic: nil map\ngoroutine 1 [running]:\n\tmain.go:12", "")
	f.Fuzz(func(t *testing.T, text, level string) {
		line := incident.Line{Text: text, Level: level}
		message, said := logpattern.Parse(line)
		require.True(t, utf8.ValidString(message))
		require.NotContains(t, message, "\n", "a message is one line")
		require.Equal(t, strings.ToLower(said), said)
		if strings.TrimSpace(text) != "" && !strings.HasPrefix(strings.TrimSpace(text), "{") {
			require.NotEmpty(t, message, "%q", text)
		}
		require.Contains(t, text, logpattern.Said(text))
		logpattern.IsFrame(text)
		soundTemplates(t, line)
	})
}

// soundTemplates mines a line, each line of its text, and its text from two services: every line belongs to a template that it matches.
func soundTemplates(t *testing.T, line incident.Line) {
	t.Helper()
	lines := []logpattern.Line{{Line: line, Service: "a"}, {Line: line, Service: "a", Whole: true}, {Line: line, Service: "b"}}
	for part := range strings.Lines(line.Text) {
		lines = append(lines, logpattern.Line{Line: incident.Line{Text: part, Level: line.Level}, Service: "a"})
	}
	found := logpattern.Mine(lines)
	require.Len(t, found.Of, len(lines))
	for i, place := range found.Of {
		template := found.All[place]
		require.True(t, template.Matches(lines[i]), "%q does not match %q", lines[i].Text, template.Text())
		require.True(t, utf8.ValidString(template.Text()))
		require.Contains(t, template.Example.Text, template.Constant())
	}
	same := logpattern.Sample{Lines: lines, Exposure: 60}
	require.Empty(t, logpattern.Compare(same, same).Changed)
}
