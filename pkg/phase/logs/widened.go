package logs

import (
	"fmt"
	"sort"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/significance"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/logql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	mentionLimit  = 1000 // lines of others that name the host
	shownMentions = 3    // of one service
	unlikely      = 0.01 // probability by chance below which a difference counts
)

// The questions of the search beyond the culprit's own service.
const (
	mentionsNow    = "mentions now"
	mentionsBefore = "mentions before"
)

// Widened searches the logs beyond the trace, step by step: the culprit's pod, its service, and whoever else names the
// host that it called.
func Widened() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseLogs,
		ID:     "widened",
		Title:  "Related logs: pod, service, dependencies",
		Needs:  []incident.Fact{incident.FactLogLabels, incident.FactCulprit},
		Awaits: []incident.Fact{incident.FactOnset, incident.FactDependencies},
		Learns: []incident.Fact{incident.FactMentions},
		Plan:   planWidened,
		Read:   readWidened,
	}
}

func planWidened(c *incident.Case) ([]source.Question, error) {
	lines, err := sampled(c, nowLines, c.Window.Last(counted))
	if err != nil || c.Facts.Culprit.External == "" {
		return []source.Question{lines}, err
	}
	label := c.Facts.LogLabels.Service
	others := logql.StreamsWithout(label, lookedInto(c)...).Containing(c.Facts.Culprit.External)
	text, err := others.Keeping(label, "level", "detected_level", "severity_text", "severity").Text()
	if err != nil {
		return nil, err
	}
	baseline := beforeOnset(c)
	before, err := others.CountBy(label, baseline.Length())
	return []source.Question{lines,
		{Name: mentionsNow, Kind: source.Lines, Text: text, Window: c.Window.Last(counted), Limit: mentionLimit},
		{Name: mentionsBefore, Kind: source.LogCount, Text: before, Window: baseline},
	}, err
}

func readWidened(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem(nowLines); problem != nil {
		return phase.Reading{}, problem
	}
	findings := ownFindings(c, answers[nowLines])
	var mentions *incident.Mentions
	if c.Facts.Culprit.External != "" {
		if problem := answers.Problem(mentionsNow, mentionsBefore); problem != nil {
			return phase.Reading{}, problem
		}
		found := mentionsOf(c, answers)
		mentions = &found
		findings = append(findings, mentionsFinding(found, answers[mentionsNow], c.Facts.LogLabels.Service))
	}
	reading := phase.ClearBecause(findings...)
	for _, f := range findings {
		if f.Severity != incident.Normal {
			reading.Outcome = incident.Found
		}
	}
	return reading.Teaching(func(f *incident.Facts) { f.Mentions = mentions }), nil
}

// mentionsOf counts who else names the host.
func mentionsOf(c *incident.Case, answers source.Answers) incident.Mentions {
	label := c.Facts.LogLabels.Service
	found := incident.Mentions{Host: c.Facts.Culprit.External, Services: []incident.Mention{}, Window: c.Window.Last(counted), Baseline: beforeOnset(c)}
	now, before := map[string]float64{}, map[string]float64{}
	for _, l := range answers[mentionsNow].Lines {
		now[l.Labels[label]]++
	}
	for _, s := range answers[mentionsBefore].Series {
		for _, p := range s.Points {
			before[s.Labels[label]] += p.Value
		}
	}
	for service, n := range now {
		found.Services = append(found.Services, incident.Mention{Service: service, Now: n, Before: before[service]})
	}
	sort.Slice(found.Services, func(i, j int) bool {
		a, b := found.Services[i], found.Services[j]
		return a.Now > b.Now || a.Now == b.Now && a.Service < b.Service
	})
	return found
}

func mentionsFinding(m incident.Mentions, answer source.Answer, label string) incident.Finding {
	seconds, hour := m.Window.Length().Seconds(), m.Baseline.Length().Seconds()
	finding := incident.Finding{Severity: incident.Normal, Interval: &m.Window, Baseline: &m.Baseline,
		Sentence: fmt.Sprintf("Searched every other service's log for %s: none named it in the last %s.", m.Host, numbers.Duration(seconds)),
		Values:   []incident.Value{{Name: "searched", Measure: incident.MeasureCountedOver, Value: seconds, Unit: incident.Seconds, Baseline: incident.Baselined(hour)}},
		Method:   "lines of services that hold the name of the host that the culprit called"}
	if len(m.Services) == 0 {
		return finding
	}
	var parts []string
	for _, s := range m.Services {
		finding.Values = append(finding.Values, incident.Value{Name: "lines that name " + m.Host, Measure: incident.MeasureLines, Value: s.Now, Unit: incident.Count,
			Baseline: incident.Baselined(s.Before), AtLeast: answer.Truncated, Labels: map[string]string{"service": s.Service, "pattern": m.Host}})
		if len(parts) < shownMentions {
			parts = append(parts, fmt.Sprintf("%s in %s %s (%s in the %s before)", s.Service, atLeast(s.Now, answer.Truncated),
				wording.Plural(int(s.Now), "line", "lines"), numbers.Count(s.Before), hours(m.Baseline)))
		}
		if rose(s, seconds, hour) {
			finding.Severity = incident.Critical
		}
	}
	finding.Sentence = fmt.Sprintf("Searched every other service's log for %s: named in the last %s by %s.", m.Host, numbers.Duration(seconds), wording.List(parts))
	finding.Evidence.Lines = examples(answer.Lines, label)
	return finding
}

func atLeast(n float64, truncated bool) string {
	if truncated {
		return "at least " + numbers.Count(n)
	}
	return numbers.Count(n)
}

// rose says that a service names the host much more often than before, and not by chance.
func rose(m incident.Mention, seconds, before float64) bool {
	return m.Now >= fewestNow && m.Now/seconds >= muchMore*m.Before/before &&
		significance.RateRatio(int(m.Now), seconds, int(m.Before), before) < unlikely
}

// examples are the first lines of each service, in the order of time.
func examples(lines []incident.Line, label string) []incident.Line {
	taken := map[string]int{}
	var shown []incident.Line
	for _, l := range lines {
		if service := l.Labels[label]; taken[service] < shownMentions && len(shown) < 3*shownMentions {
			taken[service]++
			shown = append(shown, l)
		}
	}
	return shown
}

// covering is the time that an answer's lines cover.
func covering(answer source.Answer) (time.Duration, string) {
	var s incident.LogSample
	read(&s, answer)
	if s.Truncated {
		return s.Covered, "the first "
	}
	return s.Covered, ""
}
