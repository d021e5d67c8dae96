package impact

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	sampled    = 15 * time.Minute // how far back the service's samples are counted
	mostTried  = 8                // metrics that are looked into for the service
	metricMark = "metric"         // label that says which of them a series is from, other than the first
)

// Service finds out which request metric the subject's service reports, under which label it is kept there, and how often
// it is sampled.
func Service() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseImpact,
		ID:     "service",
		Title:  "Metrics of the service",
		Needs:  []incident.Fact{incident.FactConventions},
		Learns: []incident.Fact{incident.FactService},
		Plan:   planService,
		More:   moreAboutService,
		Read:   readService,
	}
}

// tried are the request metrics that may hold the service, best first.
func tried(c *incident.Case) []incident.RequestMetric {
	conventions := c.Facts.Conventions
	metrics := append([]incident.RequestMetric{*conventions.Requests}, conventions.OtherRequests...)
	return metrics[:min(len(metrics), mostTried)]
}

func planService(c *incident.Case) ([]source.Question, error) {
	if c.Facts.Conventions.Requests == nil {
		advice := proposed(c.Subject.Service, c.Facts.Conventions.Likely)
		if advice == "" {
			advice = "Have the services report a request histogram, or name yours under conventions in the data source's settings."
		}
		return nil, phase.Skipf(advice, "No metric of served requests is known in this metrics store.")
	}
	metrics := tried(c)
	var parts []promql.Expr
	for i, metric := range metrics {
		counts := promql.Select(metric.Counts(), promql.EqualAll(metric.Only)...)
		part := promql.Max(promql.CountOverTime(counts, sampled), keptLabels(c, metric)...)
		if i > 0 {
			part = promql.Marked(part, metricMark, metric.Convention)
		}
		parts = append(parts, part)
	}
	text, err := promql.Or(parts...).Text()
	if err != nil {
		return nil, err
	}
	questions := []source.Question{{Name: "services", Kind: source.Instant, Text: text, Window: c.Window}}
	return append(questions, labelQuestions(c, metrics)...), nil
}

// keptLabels are those that tell services apart, and services of one name. Labels with dots are asked for where the metric has some: older
// stores refuse them.
func keptLabels(c *incident.Case, metric incident.RequestMetric) []string {
	kept, scopes := slices.Clone(metric.Services), convention.AllScopeLabels(c.Naming.Labels)
	if slices.ContainsFunc(kept, func(l string) bool { return strings.Contains(l, ".") }) {
		for _, part := range incident.ScopeParts() {
			scopes = append(scopes, convention.ScopeAttributes(part, c.Naming.Labels)...)
		}
	}
	for _, label := range scopes {
		if !slices.Contains(kept, label) {
			kept = append(kept, label)
		}
	}
	return kept
}

// labelQuestions ask for the labels of the metrics whose convention leaves them open.
func labelQuestions(c *incident.Case, metrics []incident.RequestMetric) []source.Question {
	var questions []source.Question
	for _, metric := range metrics {
		if metric.Spellings == nil {
			continue
		}
		text, err := promql.Select(metric.Counts()).Text()
		if err == nil {
			questions = append(questions, source.Question{Name: labelsOf(metric), Kind: source.MetricLabels, Text: text, Window: c.Window})
		}
	}
	return questions
}

func labelsOf(metric incident.RequestMetric) string { return "labels of " + metric.Counts() }

func readService(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem("services"); problem != nil {
		return phase.Reading{}, problem
	}
	at, is := located(c, answers)
	if !is {
		return phase.Reading{}, unknownService(c, tried(c), answers)
	}
	at.found = scoped(c, at.metric, at.found, at.series)
	if at.metric.Spellings != nil {
		if problem := answers.Problem(labelsOf(at.metric)); problem != nil {
			return phase.Reading{}, problem
		}
		at.metric = holding(spelled(at.metric, answers[labelsOf(at.metric)].Names), answers)
	}
	return serviceReading(c, at), nil
}

func serviceReading(c *incident.Case, at location) phase.Reading {
	metric, found := at.metric, at.found
	metric.Spellings = nil
	found.Interval = (sampled / time.Duration(max(at.samples, 1))).Round(time.Second)
	conventions := *c.Facts.Conventions
	conventions.Requests = &metric
	finding := incident.Finding{
		Severity: incident.Info,
		Sentence: fmt.Sprintf("%s reports %s every %s.", c.Subject.Service, metric.Name(), numbers.Duration(found.Interval.Seconds())),
		Values:   []incident.Value{{Name: "sample interval", Measure: incident.MeasureInterval, Value: found.Interval.Seconds(), Unit: incident.Seconds, Samples: at.samples}},
	}
	if metric.Gateway {
		finding.Sentence = fmt.Sprintf("%s reports the requests that it passes to %s as %s every %s. Requests that do not come through it are not counted.",
			metric.Convention, c.Subject.Service, metric.Name(), numbers.Duration(found.Interval.Seconds()))
	}
	if at.unusual {
		finding.Severity = incident.Warning
		finding.Sentence += fmt.Sprintf(" The service was found by its name in the label %s (%q), since the labels that usually name a service do not have it."+
			" If this is another service, set labels.service in the data source's settings.", found.Label, found.Value)
	}
	if operation := c.Subject.Operation; operation != "" && len(phase.OperationMatchers(metric.Operation, operation)) == 0 {
		finding.Severity = incident.Warning
		finding.Sentence += fmt.Sprintf(" It does not tell %s from the service's other operations: its numbers are of all of them together.", operation)
	}
	return phase.FoundThat(finding).Teaching(func(f *incident.Facts) { f.Service, f.Conventions = &found, &conventions })
}

// seriesOf are the series of one of the metrics that were asked for together; the first one's have no mark.
func seriesOf(series []incident.Series, metrics []incident.RequestMetric, i int) []incident.Series {
	mark := ""
	if i > 0 {
		mark = metrics[i].Convention
	}
	return slices.DeleteFunc(slices.Clone(series), func(s incident.Series) bool { return s.Labels[metricMark] != mark })
}

func unknownService(c *incident.Case, metrics []incident.RequestMetric, answers source.Answers) *phase.Skip {
	var names, looked []string
	for i, metric := range metrics {
		if !slices.Contains(looked, metric.Name()) {
			looked = append(looked, metric.Name())
		}
		for _, s := range seriesOf(answers["services"].Series, metrics, i) {
			for _, l := range metric.Services {
				if v := s.Labels[l]; v != "" {
					names = append(names, v)
					break
				}
			}
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	advice := "Check that the metrics data source is the one this service reports to."
	if len(names) > 0 {
		const enough = 12
		if len(names) > enough {
			names = append(names[:enough], "others")
		}
		advice = "Services that report it: " + wording.List(names) + "."
	}
	advice += doubtful(c, metrics, answers) + unlooked(answers)
	if likely := slices.DeleteFunc(likelyFound(c, answers), func(m incident.LikelyMetric) bool { return m.Service == "" }); len(likely) > 0 {
		advice += " " + proposed(c.Subject.Service, likely)
	}
	return phase.Skipf(advice, "No series of %s belongs to a service named %q in the last %s.", wording.List(looked), c.Subject.Service, numbers.Duration(sampled.Seconds()))
}

// unlooked says why it is not known whether another label has the service; empty where it is.
func unlooked(answers source.Answers) string {
	for _, name := range []string{allLabels, placesAsked, servicesAt, likeNames} {
		if problem := answers[name].Problem; problem != nil {
			return " Whether other labels or metrics have it could not be looked up: " + problem.Sentence
		}
	}
	return ""
}

// doubtful says where several values may mean the service, so that none was taken; empty where there is no such label.
func doubtful(c *incident.Case, metrics []incident.RequestMetric, answers source.Answers) string {
	places := placesIn(answers)
	for _, metric := range metrics {
		for _, label := range convention.PlacesFor(answers[allLabels].Names, knownPlaces(c), c.Naming.Labels) {
			if at := places[metric.Counts()][label]; at != nil && len(at.values) > 1 {
				slices.Sort(at.values)
				return fmt.Sprintf(" Several values of the label %s of %s may mean %s: %s. Investigate one of these names.", label, metric.Name(), c.Subject.Service, wording.List(at.values))
			}
		}
	}
	return ""
}
