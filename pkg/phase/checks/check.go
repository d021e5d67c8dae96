// Package checks has people's own checks asked: queries from the data source's settings, in the fourth phase.
package checks

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/baseline"
	"github.com/faultline-investigation/faultline/pkg/analysis/rise"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/check"
	"github.com/faultline-investigation/faultline/pkg/source"
)

const (
	checkLimit = 100 // lines or traces that a check counts
	shownLines = 5   // of a check that counts lines
	checked    = "check"

	now = 5 * time.Minute // what "now" averages over
)

// Steps are the steps of all checks.
func Steps(checks []incident.Check) []phase.Step {
	steps := make([]phase.Step, len(checks))
	for i, k := range checks {
		steps[i] = Check(i, k)
	}
	return steps
}

// Check is the step of a question of people's own. Its id is made of the check's place and name.
func Check(place int, k incident.Check) phase.Step {
	return phase.Step{
		Phase:  incident.PhaseCause,
		ID:     checkID(place, k.Name),
		Title:  k.Name,
		Awaits: []incident.Fact{incident.FactOnset, incident.FactService},
		Own:    true,
		Plan:   func(c *incident.Case) ([]source.Question, error) { return planCheck(c, k) },
		Read:   func(c *incident.Case, answers source.Answers) (phase.Reading, error) { return readCheck(c, k, answers) },
	}
}

var notOfName = regexp.MustCompile(`[^a-z0-9]+`)

func checkID(place int, name string) string {
	return strings.TrimRight(fmt.Sprintf("check-%d-%s", place+1, strings.Trim(notOfName.ReplaceAllString(strings.ToLower(name), "-"), "-")), "-")
}

func planCheck(c *incident.Case, k incident.Check) ([]source.Question, error) {
	if len(k.Services) > 0 && !slices.Contains(k.Services, c.Subject.Service) {
		return nil, nil
	}
	text, err := check.Text(k, c.Subject)
	if err != nil {
		return nil, phase.Skipf("Fix it in the data source's settings.", "The query of the check %q cannot be used: %s.", k.Name, err)
	}
	question := source.Question{Name: checked, Text: text, Window: c.Window.Last(now)}
	switch {
	case k.Language == check.PromQL:
		question.Kind, question.Window, question.Step = source.Range, phase.Lookback(c), phase.Spacing(c)
	case check.CountsLines(k):
		question.Kind, question.Limit = source.Lines, checkLimit
	case k.Language == check.LogQL:
		question.Kind = source.LogCount
	default:
		question.Kind, question.Limit = source.TraceSearch, checkLimit
	}
	return []source.Question{question}, nil
}

func readCheck(c *incident.Case, k incident.Check, answers source.Answers) (phase.Reading, error) {
	if _, asked := answers[checked]; !asked {
		return phase.ClearBecause(incident.Finding{Severity: incident.Normal,
			Sentence: fmt.Sprintf("The check %q is not meant for %s.", k.Name, c.Subject.Service)}), nil
	}
	if problem := answers.Problem(checked); problem != nil {
		return phase.Reading{}, problem
	}
	value, found := checkValue(c, k, answers[checked])
	if !found {
		return phase.Reading{}, phase.Skipf("Check its query in Explore, and that its metric or log is there.", "The check %q brought no number for the last %s.",
			k.Name, numbers.Duration(now.Seconds()))
	}
	finding := checkFinding(c, k, value)
	finding.Evidence = checkEvidence(k, answers[checked])
	if finding.Severity == incident.Normal {
		return phase.ClearBecause(finding), nil
	}
	return phase.FoundThat(finding), nil
}

// checkValue is the number that a check comes to: of several series the worst one's, of lines and traces their number.
func checkValue(c *incident.Case, k incident.Check, answer source.Answer) (incident.Value, bool) {
	unit := k.Unit
	if unit == "" {
		unit = incident.Count
	}
	value := incident.Value{Name: k.Name, Unit: unit}
	if kind := answer.Question.Kind; kind == source.Lines || kind == source.TraceSearch {
		value.Value, value.AtLeast = float64(len(answer.Lines)+len(answer.Traces)), answer.Truncated
		return value, true
	}
	found := false
	for _, s := range answer.Series {
		seen, normal, ok := checkSeries(c, s, answer.Question.Kind)
		if ok && (!found || worseFor(k, seen, value.Value)) {
			found = true
			value.Value, value.Baseline, value.Labels = seen, normal, s.Labels
		}
	}
	return value, found
}

// checkSeries is a series' mean of the last minutes, and its median before the onset where it has points there.
func checkSeries(c *incident.Case, s incident.Series, kind source.Kind) (seen float64, normal *float64, ok bool) {
	if kind == source.LogCount {
		if len(s.Points) == 0 {
			return 0, nil, false
		}
		return s.Points[0].Value, nil, true
	}
	usual := phase.Lookback(c)
	usual.To = c.Window.Last(now).From
	if c.Facts.Onset != nil {
		usual = c.Facts.Onset.Baseline
	}
	compared, known, ok := rise.Level(s.Points, rise.Options{Now: c.Window.Last(now), Usual: usual, Average: baseline.Mean})
	if known {
		normal = incident.Baselined(compared.Normal)
	}
	return compared.Now, normal, ok
}

// worseFor says whether one number is worse than another by what the check calls bad; a larger one where it says nothing.
func worseFor(k incident.Check, a, b float64) bool {
	if k.Below != nil && k.Above == nil {
		return a < b
	}
	return a > b
}

func checkFinding(c *incident.Case, k incident.Check, v incident.Value) incident.Finding {
	window := c.Window.Last(now)
	normal := "not known"
	if v.Baseline != nil {
		normal = numbers.Say(*v.Baseline, v.Unit)
	}
	said := numbers.Say(v.Value, v.Unit)
	if v.AtLeast {
		said = "at least " + said
	}
	finding := incident.Finding{Severity: incident.Info, Values: []incident.Value{v}, Interval: &window, Method: "a check of your own, from the data source's settings",
		Sentence: strings.NewReplacer("{value}", said, "{normal}", normal, "{service}", c.Subject.Service, "{operation}", c.Subject.Operation).Replace(k.Sentence)}
	bad := func(limit *float64, beyond func(v, limit float64) bool, word string) {
		if limit == nil {
			return
		}
		finding.Values = append(finding.Values, incident.Value{Name: "bad " + word, Value: *limit, Unit: v.Unit})
		switch {
		case beyond(v.Value, *limit):
			finding.Severity = incident.Critical
		case finding.Severity == incident.Info:
			finding.Severity = incident.Normal
		}
	}
	bad(k.Above, func(v, limit float64) bool { return v >= limit }, "from")
	bad(k.Below, func(v, limit float64) bool { return v <= limit }, "up to")
	return finding
}

// checkEvidence is what a check's answer has to show beside its number.
func checkEvidence(k incident.Check, answer source.Answer) incident.Evidence {
	evidence := incident.Evidence{Lines: answer.Lines[:min(shownLines, len(answer.Lines))]}
	if answer.Question.Kind == source.Range {
		for _, s := range answer.Series[:min(shownLines, len(answer.Series))] {
			s.Name, s.Unit = k.Name, k.Unit
			evidence.Series = append(evidence.Series, s)
		}
	}
	return evidence
}
