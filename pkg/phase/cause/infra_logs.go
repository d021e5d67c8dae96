package cause

import (
	"slices"
	"sort"
	"strings"
	"time"
	"unicode"

	"github.com/faultline-investigation/faultline/pkg/analysis/logpattern"
	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/logql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	mostErrors  = 5000            // lines around the incident, the most that Loki gives by default
	enoughLines = 1000            // lines of the hour before, to compare with
	lately      = 5 * time.Minute // in which infrastructure that logs at all has logged something
	fewestLines = 3               // of a pattern that was there before and can be a rise
)

// levelled says whether any of the lines that were counted by their levels has one.
func levelled(counts []incident.Series) bool {
	return slices.ContainsFunc(counts, func(s incident.Series) bool {
		return slices.ContainsFunc(convention.LevelLabels(), func(l string) bool { return s.Labels[l] != "" && s.Labels[l] != "unknown" })
	})
}

// InfraLogs looks for errors in the logs of what every service leans on that were not there before.
func InfraLogs() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseCause,
		ID:     "infra-logs",
		Title:  "Infrastructure logs",
		Needs:  []incident.Fact{incident.FactLogLabels},
		Awaits: []incident.Fact{incident.FactOnset, incident.FactCulprit},
		Learns: []incident.Fact{incident.FactInfraLogs},
		Plan:   planInfraLogs,
		Read:   readInfraLogs,
	}
}

func planInfraLogs(c *incident.Case) ([]source.Question, error) {
	label := c.Facts.LogLabels.Namespace
	if label == "" {
		return nil, phase.Skipf("Have the log collector label lines with their namespace.",
			"None of the log store's labels is one that names a Kubernetes namespace (%s).", wording.List(convention.LogNamespaceLabels()))
	}
	streams, err := logql.StreamsLike(label, convention.InfrastructureNamespaces)
	if err != nil {
		return nil, err
	}
	present, err := streams.CountOverTime(lately, append([]string{label}, convention.LevelLabels()...)...)
	if err != nil {
		return nil, err
	}
	errors, err := streams.WhereAny(convention.ErrorLevels, convention.LevelLabels()...)
	if err != nil {
		return nil, err
	}
	text, err := errors.Text()
	return []source.Question{
		{Name: "present", Kind: source.LogCount, Text: present, Window: c.Window.Last(lately)},
		{Name: "around", Kind: source.Lines, Text: text, Window: c.Around(), Limit: mostErrors},
		{Name: "before", Kind: source.Lines, Text: text, Window: c.HourBefore(), Limit: enoughLines},
	}, err
}

func readInfraLogs(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem("present", "around", "before"); problem != nil {
		return phase.Reading{}, problem
	}
	now, earlier := answers["around"], answers["before"]
	if len(answers["present"].Series)+len(now.Lines)+len(earlier.Lines) == 0 {
		return phase.Reading{}, phase.Skipf("Have the log collector send the logs of kube-system and its like too.",
			"The log store has no lines of the namespaces in which clusters keep their infrastructure.")
	}
	if len(now.Lines)+len(earlier.Lines) == 0 && !levelled(answers["present"].Series) {
		return phase.Reading{}, phase.Skipf("Turn on the log store's level detection (discover_log_levels in Loki), or have the log collector label lines with their level.",
			"The infrastructure's lines carry no level (%s), so errors cannot be distinguished from others.", wording.List(convention.LevelLabels()))
	}
	patterns := newPatterns(c, now, earlier)
	logs := incident.InfraLogs{Patterns: []incident.InfraPattern{}}
	findings := []incident.Finding{}
	const each = 5
	for i, p := range patterns {
		logs.Patterns = append(logs.Patterns, p.InfraPattern)
		if i < each {
			findings = append(findings, patternFinding(c, p, now.Truncated))
		}
	}
	if len(patterns) == 0 && now.Truncated {
		return phase.Reading{}, phase.Skipf("Look at the newest of them in Explore.",
			"There are more than %s error lines in the infrastructure's logs; the first of them are as usual, and the newest could not be read.",
			numbers.Count(mostErrors))
	}
	if len(patterns) == 0 {
		near, far := c.Around(), c.HourBefore()
		nothing := incident.Finding{Severity: incident.Normal, Interval: &near, Baseline: &far, Method: infraMethod,
			Sentence: "The infrastructure's logs hold no error that is new or more frequent than before.",
			Values: []incident.Value{{Name: "error lines", Measure: incident.MeasureInfraErrors, Value: float64(len(now.Lines)), Unit: incident.Count,
				Labels:   map[string]string{"namespaces": convention.InfrastructureNamespaces},
				Baseline: incident.Baselined(float64(len(earlier.Lines))), AtLeast: now.Truncated}}}
		return phase.ClearBecause(nothing).Teaching(func(f *incident.Facts) { f.InfraLogs = &logs }), nil
	}
	return phase.FoundThat(findings...).Teaching(func(f *incident.Facts) { f.InfraLogs = &logs }), nil
}

const infraMethod = "error lines of the infrastructure's namespaces from the hour before the onset to now, grouped by what they have in common; " +
	"those that are new or three times as frequent as in the hour before"

// pattern is lines of one kind with examples.
type pattern struct {
	incident.InfraPattern
	examples []incident.Line
}

// textOf is what the line has in common with others of its kind.
func textOf(line incident.Line) string {
	message, _ := logpattern.Parse(line)
	return logpattern.Of(message)
}

// newPatterns groups error lines and keeps what is new, in the order of the first lines.
func newPatterns(c *incident.Case, now, earlier source.Answer) []pattern {
	type key struct{ namespace, service, text string }
	keyOf := func(line incident.Line) key {
		return key{line.Labels[c.Facts.LogLabels.Namespace], line.Labels[c.Facts.LogLabels.Service], textOf(line)}
	}
	then := map[key]float64{}
	for _, line := range earlier.Lines {
		then[keyOf(line)]++
	}
	groups := map[key]*pattern{}
	for _, line := range now.Lines {
		k := keyOf(line)
		p := groups[k]
		if p == nil {
			p = &pattern{InfraPattern: incident.InfraPattern{Namespace: k.namespace, Service: k.service, Text: k.text, First: line.Time, Names: []string{},
				Before: then[k]}}
			groups[k] = p
		}
		p.add(line)
	}
	var found []pattern
	for _, p := range groups {
		if strings.ContainsFunc(p.Text, unicode.IsLetter) && phase.MuchOftener(c, p.Count, p.Before) && (p.Before == 0 || p.Count >= fewestLines) {
			found = append(found, *p)
		}
	}
	sort.Slice(found, func(i, j int) bool {
		if !found[i].First.Equal(found[j].First) {
			return found[i].First.Before(found[j].First)
		}
		return found[i].Service+found[i].Text < found[j].Service+found[j].Text
	})
	return found
}

// add counts a line and keeps the first few, and the host names that it speaks of.
func (p *pattern) add(line incident.Line) {
	const examples, names = 2, 20
	p.Count++
	if len(p.examples) < examples {
		p.examples = append(p.examples, line)
	}
	if len(p.Names) < names {
		p.Names = append(p.Names, logpattern.Hosts(line.Text)...)
		slices.Sort(p.Names)
		p.Names = slices.Compact(p.Names)
	}
}

func patternFinding(c *incident.Case, p pattern, truncated bool) incident.Finding {
	near, far := c.Around(), c.HourBefore()
	times, of := wording.Times(p.Count), map[string]string{"service": p.Service, "pattern": p.Text}
	said := wording.Textf("%s logged %s %s, since %s", cluster.Named(p.Service, p.Namespace), times, wording.Quoted(p.Text), wording.Clock(p.First))
	if p.Before > 0 {
		said = wording.Textf("%s; in the hour before, %s", said, wording.Times(p.Before))
	}
	if host := c.Facts.FailedHost(); host != "" && slices.Contains(p.Names, host) {
		said = wording.Textf("%s. It speaks of %s, the host that could not be reached", said, host)
	}
	said = wording.Textf("%s.", said)
	return incident.Finding{
		Severity: incident.Warning, Sentence: said.Plain(), Moments: said.Moments(), Interval: &near, Baseline: &far, Method: infraMethod,
		Values: []incident.Value{
			{Name: "lines", Measure: incident.MeasureLines, Value: p.Count, Unit: incident.Count, Baseline: incident.Baselined(p.Before), AtLeast: truncated, Labels: of},
			{Name: "since", Measure: incident.MeasureFirstLine, Value: float64(p.First.Unix()), Unit: incident.UnixTime, Labels: of},
		},
		Evidence: incident.Evidence{Lines: p.examples},
	}
}
