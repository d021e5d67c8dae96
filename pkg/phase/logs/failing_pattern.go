package logs

import (
	"fmt"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/logpattern"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/logql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	counted   = 5 * time.Minute // what "now" counts
	compared  = time.Hour       // what "before" counts
	muchMore  = 3.0             // how many times the rate before is a rise
	fewestNow = 5               // lines in five minutes that can be a rise
)

// anyBefore names the question for lines of any kind from before: a time without any is no time without errors.
const anyBefore = "any lines before"

// FailingPattern counts the line with which the example failed, now and in the hour before the onset.
func FailingPattern() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseLogs,
		ID:     "failing-pattern",
		Title:  "Error log volume",
		Needs:  []incident.Fact{incident.FactTraceLines},
		Awaits: []incident.Fact{incident.FactOnset, incident.FactCulprit, incident.FactLogLabels, incident.FactTraffic},
		Learns: []incident.Fact{incident.FactPattern},
		Plan:   planFailingPattern,
		Read:   readFailingPattern,
	}
}

func planFailingPattern(c *incident.Case) ([]source.Question, error) {
	text, found := pattern(c)
	if !found {
		what := "error line"
		if c.Facts.Culprit.Refused != "" {
			what = "error line or warning"
		}
		return nil, phase.Skipf("Look at the lines of the trace above.", "%s wrote no %s in the trace whose text could be counted.", c.Facts.Culprit.Span.Service, what)
	}
	selection := logql.Streams(c.Facts.LogLabels.Service, c.Facts.Culprit.Span.Service).Containing(text)
	current, err := selection.CountOverTime(counted)
	if err != nil {
		return nil, err
	}
	baseline := beforeOnset(c)
	before, err := selection.CountOverTime(baseline.Length())
	if err != nil {
		return nil, err
	}
	ofAnyKind, err := logql.Streams(c.Facts.LogLabels.Service, c.Facts.Culprit.Span.Service).CountOverTime(baseline.Length())
	return []source.Question{
		{Name: "now", Kind: source.LogCount, Text: current, Window: c.Window.Last(counted)},
		{Name: "before", Kind: source.LogCount, Text: before, Window: baseline},
		{Name: anyBefore, Kind: source.LogCount, Text: ofAnyKind, Window: baseline},
	}, err
}

// beforeOnset is the hour before the onset, or before what is counted now; where the service's requests are known for less than that,
// only since then: a time without telemetry is no time without such lines.
func beforeOnset(c *incident.Case) incident.Window {
	end := c.Window.Last(counted).From
	w := incident.Window{From: end.Add(-compared), To: end}
	if c.Facts.Onset != nil {
		w = c.Facts.Onset.Baseline
	}
	t := c.Facts.Traffic
	if t == nil || t.Baseline.Length() >= compared || !t.Baseline.From.After(w.From) || w.To.Sub(t.Baseline.From) < time.Minute {
		return w
	}
	w.From = t.Baseline.From.Truncate(time.Second)
	return w
}

// pattern is the longest part of the failing line's message that its like have in common, without the punctuation around it.
func pattern(c *incident.Case) (string, bool) {
	line, _, found := lastError(c, c.Facts.TraceLines.Lines)
	if !found {
		return "", false
	}
	kind := logpattern.Mine([]logpattern.Line{{Line: line}}).All[0]
	text := strings.Trim(kind.Constant(), " .:;,=-/([{|")
	const enough = 8 // characters; shorter texts stand in lines of any kind
	return text, len(text) >= enough
}

func readFailingPattern(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem("now", "before", anyBefore); problem != nil {
		return phase.Reading{}, problem
	}
	text, _ := pattern(c)
	p := incident.FailingPattern{Service: c.Facts.Culprit.Span.Service, Text: text, Now: total(answers["now"]), Before: total(answers["before"]),
		Window: c.Window.Last(counted), Baseline: beforeOnset(c), NoBaseline: total(answers[anyBefore]) == 0}
	finding := incident.Finding{
		Severity: incident.Normal,
		Sentence: fmt.Sprintf("%s stands in %s of %s's lines of the last %s; in the %s before %s it stood in %s.", wording.Quoted(p.Text), numbers.Count(p.Now), p.Service,
			numbers.Duration(p.Window.Length().Seconds()), hours(p.Baseline), phase.BeforeWhat(c), numbers.Count(p.Before)),
		Values: []incident.Value{{Name: "lines", Measure: incident.MeasureLines, Value: p.Now, Unit: incident.Count, Baseline: incident.Baselined(p.Before),
			Labels: map[string]string{"service": p.Service, "pattern": p.Text}},
			{Name: "counted over", Measure: incident.MeasureCountedOver, Value: p.Window.Length().Seconds(), Unit: incident.Seconds, Baseline: incident.Baselined(p.Baseline.Length().Seconds())}},
		Interval: &p.Window, Baseline: &p.Baseline,
		Method: "lines holding the constant part of the failing line's message; the baseline is the count of its whole hour",
	}
	if p.NoBaseline {
		finding.Severity, finding.Baseline, finding.Values[0].Baseline = incident.Info, nil, nil
		finding.Sentence = fmt.Sprintf("%s stands in %s of %s's lines of the last %s; the log store has no lines of it from the %s before %s to compare with.",
			wording.Quoted(p.Text), numbers.Count(p.Now), p.Service, numbers.Duration(p.Window.Length().Seconds()), hours(p.Baseline), phase.BeforeWhat(c))
		return phase.FoundThat(finding).Teaching(func(f *incident.Facts) { f.Pattern = &p }), nil
	}
	reading := phase.ClearBecause(finding)
	if p.Now >= fewestNow && p.Now/p.Window.Length().Seconds() >= muchMore*p.Before/p.Baseline.Length().Seconds() {
		finding.Severity = incident.Critical
		reading = phase.FoundThat(finding)
	}
	return reading.Teaching(func(f *incident.Facts) { f.Pattern = &p }), nil
}

func hours(w incident.Window) string {
	if w.Length() == time.Hour {
		return "hour"
	}
	return numbers.Duration(w.Length().Seconds())
}

// total is the count that a log count answers; nothing counted is an empty answer.
func total(a source.Answer) float64 {
	sum := 0.0
	for _, s := range a.Series {
		for _, p := range s.Points {
			sum += p.Value
		}
	}
	return sum
}
