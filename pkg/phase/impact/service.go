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
	mostTried  = 6                // metrics that are looked into for the service
	metricMark = "metric"         // label that says which of them a series is from, other than the first
)

// Service finds out which request metric the subject's service reports, under which label it is kept there, and how often
// it is sampled.
func Service() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseImpact,
		ID:     "service",
		Title:  "The service in the metrics",
		Needs:  []incident.Fact{incident.FactConventions},
		Learns: []incident.Fact{incident.FactService},
		Plan:   planService,
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
		return nil, phase.Skipf("Have the services report a request histogram, or name yours under conventions in the data source's settings.",
			"No metric of served requests is known in this metrics store.")
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

// keptLabels are those that tell services apart, and services of one name.
func keptLabels(c *incident.Case, metric incident.RequestMetric) []string {
	kept := slices.Clone(metric.Services)
	for _, label := range convention.AllScopeLabels(c.Naming.Labels) {
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
	metrics := tried(c)
	for i, metric := range metrics {
		series := seriesOf(answers["services"].Series, metrics, i)
		found, samples := locate(c.Subject.Service, metric.Services, series)
		if found.Label == "" {
			continue
		}
		found = scoped(c, metric, found, series)
		if metric.Spellings != nil {
			if problem := answers.Problem(labelsOf(metric)); problem != nil {
				return phase.Reading{}, problem
			}
			metric = spelled(metric, answers[labelsOf(metric)].Names)
		}
		return serviceReading(c, metric, found, samples), nil
	}
	return phase.Reading{}, unknownService(c.Subject.Service, metrics, answers["services"].Series)
}

func serviceReading(c *incident.Case, metric incident.RequestMetric, found incident.ServiceSeries, samples float64) phase.Reading {
	found.Interval = (sampled / time.Duration(max(samples, 1))).Round(time.Second)
	conventions := *c.Facts.Conventions
	conventions.Requests = &metric
	finding := incident.Finding{
		Severity: incident.Info,
		Sentence: fmt.Sprintf("%s reports %s every %s.", c.Subject.Service, metric.Name(), numbers.Duration(found.Interval.Seconds())),
		Values:   []incident.Value{{Name: "sample interval", Value: found.Interval.Seconds(), Unit: incident.Seconds, Samples: samples}},
	}
	if operation := c.Subject.Operation; operation != "" && len(phase.OperationMatchers(metric.Operation, operation)) == 0 {
		finding.Severity = incident.Warning
		finding.Sentence += fmt.Sprintf(" It does not tell %s from the service's other operations: its numbers are of all of them together.", operation)
	}
	return phase.FoundThat(finding).Teaching(func(f *incident.Facts) { f.Service, f.Conventions = &found, &conventions })
}

// spelled settles a metric's labels on the best spellings that it has. What it has no label for is left out.
func spelled(metric incident.RequestMetric, has []string) incident.RequestMetric {
	best := func(spellings []string) string {
		for _, s := range spellings {
			if slices.Contains(has, s) {
				return s
			}
		}
		return ""
	}
	open := metric.Spellings
	metric.Spellings = nil
	metric.Operation = incident.OperationLabels{Method: best(open.Methods), Route: best(open.Routes), AnyCase: metric.Operation.AnyCase}
	metric.Code = best(open.Codes)
	metric.Failed.Label = metric.Code
	return metric
}

// seriesOf are the series of one of the metrics that were asked for together; the first one's have no mark.
func seriesOf(series []incident.Series, metrics []incident.RequestMetric, i int) []incident.Series {
	mark := ""
	if i > 0 {
		mark = metrics[i].Convention
	}
	return slices.DeleteFunc(slices.Clone(series), func(s incident.Series) bool { return s.Labels[metricMark] != mark })
}

// locate finds the first label whose value is the service, or ends in it after a slash, as OpenTelemetry writes jobs
// ("namespace/service"). Without one, the label is empty.
func locate(service string, labels []string, series []incident.Series) (found incident.ServiceSeries, samples float64) {
	for _, l := range labels {
		for _, s := range series {
			v := s.Labels[l]
			if v != service && !strings.HasSuffix(v, "/"+service) || len(s.Points) == 0 {
				continue
			}
			if n := s.Points[0].Value; found.Label == "" || n > samples {
				found, samples = incident.ServiceSeries{Label: l, Value: v, Prefix: strings.TrimSuffix(v, service)}, n
			}
		}
		if found.Label != "" {
			break
		}
	}
	return found, samples
}

func unknownService(service string, metrics []incident.RequestMetric, series []incident.Series) *phase.Skip {
	var names, looked []string
	for i, metric := range metrics {
		if !slices.Contains(looked, metric.Name()) {
			looked = append(looked, metric.Name())
		}
		for _, s := range seriesOf(series, metrics, i) {
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
	return phase.Skipf(advice, "No series of %s belongs to a service named %q in the last %s.", wording.List(looked), service, numbers.Duration(sampled.Seconds()))
}
