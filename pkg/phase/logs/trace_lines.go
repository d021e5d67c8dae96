package logs

import (
	"fmt"
	"sort"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/logql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	lineLimit = 200
	around    = time.Minute // before and after the trace; clocks differ, and logs come late
)

// TraceLines fetches the log lines of the example trace by its id.
func TraceLines() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseLogs,
		ID:     "trace-lines",
		Title:  "Logs of the example trace",
		Needs:  []incident.Fact{incident.FactLogLabels, incident.FactExample, incident.FactCulprit},
		Learns: []incident.Fact{incident.FactTraceLines},
		Plan:   planTraceLines,
		Read:   readTraceLines,
	}
}

func planTraceLines(c *incident.Case) ([]source.Question, error) {
	trace := c.Facts.Example.Trace
	window := incident.Window{From: trace.Start.Add(-around), To: trace.Start.Add(trace.Duration + around)}
	writers := services(&trace)
	if len(writers) == 0 { // spans that do not say whose they are
		writers = []string{c.Subject.Service}
	}
	streams := logql.Streams(c.Facts.LogLabels.Service, writers...)
	inText, err := streams.ContainingAnyFold(spellings(trace.ID)...).Text()
	if err != nil {
		return nil, err
	}
	inMetadata, err := streams.WhereAnyEndsFold(idFields(), spellings(trace.ID)...).Text()
	return []source.Question{
		{Name: spelledInText, Kind: source.Lines, Text: inText, Window: window, Limit: lineLimit},
		{Name: spelledInMetadata, Kind: source.Lines, Text: inMetadata, Window: window, Limit: lineLimit},
	}, err
}

// services lists who took part in the trace, ordered.
func services(trace *incident.Trace) []string {
	seen := map[string]bool{}
	var names []string
	for _, s := range trace.Spans {
		if s.Service != "" && !seen[s.Service] {
			seen[s.Service] = true
			names = append(names, s.Service)
		}
	}
	sort.Strings(names)
	return names
}

func readTraceLines(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem(spelledInText, spelledInMetadata); problem != nil {
		return phase.Reading{}, problem
	}
	lines := merged(answers[spelledInText].Lines, answers[spelledInMetadata].Lines)
	id := c.Facts.Example.Trace.ID
	value := incident.Value{Name: "lines", Measure: incident.MeasureTraceLines, Value: float64(len(lines)), Unit: incident.Count,
		AtLeast: answers[spelledInText].Truncated || answers[spelledInMetadata].Truncated}
	if len(lines) == 0 {
		return phase.ClearBecause(incident.Finding{Severity: incident.Info, Values: []incident.Value{value}, Sentence: fmt.Sprintf(
			"No log line of %s holds trace id %s: searched as hex, as a UUID and in decimal, in the lines' text and in %s of their metadata.",
			wording.List(services(&c.Facts.Example.Trace)), id, wording.List(idFields()))}), nil
	}
	spelled := usual(lines, id)
	traceLines := incident.TraceLines{Lines: lines, Spelling: spelled.place, Field: spelled.field, Form: spelled.form}
	finding := incident.Finding{Severity: incident.Info, Sentence: sentenceOf(c, lines), Values: []incident.Value{value},
		Interval: &incident.Window{From: lines[0].Time, To: lines[len(lines)-1].Time.Add(1)},
		Method:   spelled.said(),
		Evidence: incident.Evidence{Lines: lines}}
	return phase.FoundThat(finding).Teaching(func(f *incident.Facts) { f.TraceLines = &traceLines }), nil
}

// merged joins two answers in the order of time, each line once.
func merged(a, b []incident.Line) []incident.Line {
	type key struct {
		at   time.Time
		text string
	}
	seen := map[key]bool{}
	var lines []incident.Line
	for _, line := range append(append([]incident.Line(nil), a...), b...) {
		if k := (key{line.Time, line.Text}); !seen[k] {
			seen[k] = true
			lines = append(lines, line)
		}
	}
	sort.SliceStable(lines, func(i, j int) bool { return lines[i].Time.Before(lines[j].Time) })
	return lines
}

func sentenceOf(c *incident.Case, lines []incident.Line) string {
	sentence := fmt.Sprintf("%d log %s of trace %s", len(lines), wording.Plural(len(lines), "line", "lines"), c.Facts.Example.Trace.ID)
	if last, word, found := lastError(c, lines); found {
		return fmt.Sprintf("%s; the last %s of %s: %s.", sentence, word, c.Facts.Culprit.Span.Service, wording.Quoted(messageOf(last)))
	}
	return sentence + "."
}
