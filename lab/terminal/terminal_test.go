package terminal

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

var update = flag.Bool("update", false, "write the golden files anew")

// handMade is the case that the reports of package report are checked with, too.
func handMade(t *testing.T) *incident.Case {
	t.Helper()
	written, err := os.ReadFile(filepath.Join("..", "..", "pkg", "report", "testdata", "case.json"))
	require.NoError(t, err)
	var c incident.Case
	require.NoError(t, json.Unmarshal(written, &c))
	return &c
}

func printed(t *testing.T, c *incident.Case, width int) string {
	t.Helper()
	var screen bytes.Buffer
	require.NoError(t, Print(&screen, c, width))
	return screen.String()
}

// fits checks that no line is wider than the width and that nothing but colours is left to act on the screen.
func fits(t *testing.T, screen string, width int) {
	t.Helper()
	for line := range strings.Lines(screen) {
		line = strings.TrimSuffix(line, "\n")
		assert.LessOrEqual(t, ansi.StringWidth(line), width, "%q", line)
		for _, r := range ansi.Strip(line) {
			assert.False(t, unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r), "%q in %q", r, line)
		}
		for _, sequence := range strings.Split(line, "\x1b")[1:] {
			assert.Regexp(t, `^\[[0-9;]*m`, sequence, "only colours may escape")
		}
	}
}

func TestSeveralServicesOfANameAreChosenBetweenBySettings(t *testing.T) {
	t.Parallel()
	for part, setting := range map[incident.ScopePart]string{incident.Namespace: "NAMESPACE", incident.Environment: "ENVIRONMENT", incident.Cluster: "CLUSTER"} {
		c := handMade(t)
		c.Facts.Apart = &incident.Apart{Part: part, Systems: []incident.System{{Scope: incident.Scope{}.With(part, "blue")}, {Scope: incident.Scope{}.With(part, "it's $(green)")}}}
		require.Contains(t, ansi.Strip(printed(t, c, 140)), "To choose one, run this again with "+setting+"=blue or "+setting+`='it'\''s $(green)'.`)
	}
	require.NotContains(t, printed(t, handMade(t), 140), "run this again")
}

func TestACaseIsPrintedForScreensOfAnyWidth(t *testing.T) {
	t.Parallel()
	for _, width := range []int{60, 100, 140} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			t.Parallel()
			screen := ansi.Strip(printed(t, handMade(t), width))
			fits(t, screen, width)
			path := filepath.Join("testdata", fmt.Sprintf("case-%d.golden.txt", width))
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(screen), 0o600))
			}
			golden, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, string(golden), screen, "if the text was meant to change, run this package's tests with -update")
		})
	}
}

func TestScreensNarrowerOrWiderThanIsReadableGetTheNearestThatIs(t *testing.T) {
	t.Parallel()
	c := handMade(t)
	assert.Equal(t, printed(t, c, leastWidth), printed(t, c, 1))
	assert.Equal(t, printed(t, c, mostWidth), printed(t, c, 1000))
}

func TestPrintingDoesNotChangeTheCase(t *testing.T) {
	t.Parallel()
	c := handMade(t)
	c.Subject.Service = "\x1b[2Jorder"
	printed(t, c, 100)
	assert.Equal(t, "\x1b[2Jorder", c.Subject.Service)
}

// hostile are texts that telemetry can hold.
var hostile = map[string]string{
	"clears the screen":  "\x1b[2J\x1b[1;1Hgotcha",
	"sets the title":     "\x1b]0;gotcha\x07",
	"links":              "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
	"an 8-bit sequence":  "\u009b31mred",
	"forges a line":      "fine\n✓ everything is normal\r\nagain",
	"tabs":               "a\tb\t\tc",
	"backspaces":         "evil\b\b\b\bgood",
	"turns around":       "\u202egnp.exe\u2066",
	"separates lines":    "a\u2028b\u2029c\u0085d",
	"wide":               strings.Repeat("決済サービス", 20),
	"pictures":           strings.Repeat("👩‍👩‍👧‍👦🇫🇷", 20),
	"combining":          strings.Repeat("e\u0301\u0323", 100),
	"from right to left": strings.Repeat("שירות תשלומים ", 10),
	"one long word":      strings.Repeat("x", 500),
	"not UTF-8":          "a\xff\xfeb",
	"a format":           "%s %d %!",
}

func TestNothingThatTelemetryHoldsBreaksTheScreen(t *testing.T) {
	t.Parallel()
	for name, text := range hostile {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := handMade(t)
			infect(c, text)
			for _, width := range []int{60, 61, 100, 140} {
				fits(t, printed(t, c, width), width)
			}
		})
	}
}

// infect puts a text wherever a case holds one that came from telemetry.
func infect(c *incident.Case, text string) {
	c.Subject, c.Environment = incident.Subject{Service: text, Operation: text}, text
	c.Verdict.Sentence, c.Verdict.Unchecked = text, []string{text}
	c.Verdict.Candidates = []incident.Candidate{{Service: text, Component: text, Because: []string{text}}}
	c.Verdict.Chain[0].Sentence = text
	structured, _ := json.Marshal(map[string]string{"message": text, text: text, "user": text})
	for i := range c.Steps {
		s := &c.Steps[i]
		s.Title, s.Reason, s.Advice = text, text, text
		for j := range s.Findings {
			f := &s.Findings[j]
			f.Sentence = text
			for k := range f.Evidence.Rows {
				f.Evidence.Rows[k].Service, f.Evidence.Rows[k].Health = text, incident.Health(text)
			}
			for k := range f.Evidence.Lines {
				f.Evidence.Lines[k].Text, f.Evidence.Lines[k].Labels = text, map[string]string{"service_name": text}
			}
			f.Evidence.Lines = append(f.Evidence.Lines, incident.Line{Text: string(structured), Level: text})
			if f.Evidence.Trace != nil {
				for k := range f.Evidence.Trace.Spans {
					f.Evidence.Trace.Spans[k].Service, f.Evidence.Trace.Spans[k].Name = text, text
				}
			}
		}
	}
}

func TestTheTablesColumnsStandTwoSpacesApart(t *testing.T) {
	t.Parallel()
	screen := ansi.Strip(printed(t, handMade(t), 140))
	assert.Contains(t, screen, "p99              errors        calls   status")
	assert.Contains(t, screen, "2.3 s (410 ms)   7.1% (0.02%)  27.2/s  failing")
}

func TestALogLineIsShownAsAPersonReadsIt(t *testing.T) {
	t.Parallel()
	at := handMade(t).Window.From
	payment := map[string]string{"service_name": "payment"}
	for text, shown := range map[string]string{
		`charging card`:             "09:47:00.000 payment error charging card",
		`level=error msg="no luck"`: `09:47:00.000 payment error level=error msg="no luck"`,
		`{"timestamp":"2026-01-02","level":"error","service":"payment","trace_id":"1","span_id":"2","message":"no luck","user":"u 1","tries":3}`: `09:47:00.000 payment error no luck user="u 1" tries=3`,
		`{"msg":"no luck","nested":{"a": [1, 2]},"none":null,"empty":""}`:                                                                        `09:47:00.000 payment error no luck nested={"a":[1,2]} none=null empty=""`,
		`{"user":"u1"}`:         "09:47:00.000 payment error user=u1",
		`{}`:                    "09:47:00.000 payment error",
		`{"message":"cut`:       `09:47:00.000 payment error {"message":"cut`,
		`{"message":"a"} trail`: `09:47:00.000 payment error {"message":"a"} trail`,
		`["a"]`:                 `09:47:00.000 payment error ["a"]`,
	} {
		assert.Equal(t, shown, lineText(incident.Line{Time: at, Level: "error", Text: text, Labels: payment}))
	}
	assert.Equal(t, "09:47:00.000 cart hello", lineText(incident.Line{Time: at, Text: `{"service":"cart","message":"hello"}`}),
		"the line's own service, where no label names it")
}

func TestALongTraceShowsTheWayToItsCulpritAndItsLongestSpans(t *testing.T) {
	t.Parallel()
	c := handMade(t)
	trace := c.Steps[3].Findings[0].Evidence.Trace
	for i := range 100 {
		trace.Spans = append(trace.Spans, incident.Span{ID: fmt.Sprint("x", i), Parent: "1", Service: "cache-service", Name: fmt.Sprint("get ", i), Start: trace.Start, Duration: 3e9})
	}
	screen := ansi.Strip(printed(t, c, 100))
	assert.Contains(t, screen, "payment-service: POST api.stripe.com")
	assert.Contains(t, screen, "… and 64 shorter spans")
	fits(t, screen, 100)
}

func TestTheLongestChainOfQuestionsIsPrintedOnceItIsKnown(t *testing.T) {
	t.Parallel()
	c := handMade(t)
	text := func() string { return strings.Join(strings.Fields(ansi.Strip(printed(t, c, 140))), " ") }
	assert.NotContains(t, text(), "longest chain")
	c.Cost.ChainMilliseconds = 770
	assert.Contains(t, text(), "The longest chain of questions that need each other took them 770 ms.")
}
