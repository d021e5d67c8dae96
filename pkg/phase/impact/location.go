package impact

import (
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// location is where the subject's service is in the metrics.
type location struct {
	metric  incident.RequestMetric
	found   incident.ServiceSeries
	samples float64
	series  []incident.Series // of the metric
	unusual bool              // under a label that is none of the metric's usual ones, or written otherwise
}

// located is the first of the tried metrics that has the service under one of its labels; else the one in which its name was found
// elsewhere.
func located(c *incident.Case, answers source.Answers) (location, bool) {
	metrics := tried(c)
	for i, metric := range metrics {
		series := seriesOf(answers["services"].Series, metrics, i)
		if found, samples := locate(c.Subject.Service, metric.Services, series); found.Label != "" {
			return location{metric: metric, found: found, samples: samples, series: series}, true
		}
	}
	placed, asked := answers[servicesAt]
	at, is := placeOf(c, metrics, answers)
	if !asked || !is {
		return location{}, false
	}
	l := location{metric: metricAt(at, metrics), series: placed.Series, unusual: true}
	if l.found, l.samples = locate(c.Subject.Service, []string{at.label}, placed.Series); l.found.Label == "" && len(placed.Series) > 0 {
		value := placed.Series[0].Labels[at.label]
		l.found, l.samples = incident.ServiceSeries{Label: at.label, Value: value}, samplesOf(placed.Series[0])
	}
	return l, l.found.Label != ""
}

// operationAsked is the question in which of its labels a metric holds the subject's operation.
const operationAsked = "where the operation occurs"

// operationQuestions ask which of the labels that may hold a route has the subject's operation, where the metric's convention leaves
// its labels open: a label named endpoint or handler may hold the name of a function.
func operationQuestions(c *incident.Case, at location, answers source.Answers) ([]source.Question, error) {
	if _, asked := answers[operationAsked]; asked || at.metric.Spellings == nil || c.Subject.Operation == "" {
		return nil, nil
	}
	var parts []phase.Part
	metric := spelled(at.metric, answers[labelsOf(at.metric)].Names)
	for _, route := range routesIn(at.metric, answers) {
		metric.Operation.Route = route
		matchers := append(promql.EqualAll(metric.Only), promql.Equal(at.found.Label, at.found.Value))
		operation := phase.OperationMatchers(metric.Operation, c.Subject.Operation)
		if len(operation) > 0 {
			counts := promql.Select(metric.Counts(), append(matchers, operation...)...)
			parts = append(parts, phase.Part{Name: route, Expr: promql.Sum(promql.CountOverTime(counts, phase.Lookback(c).Length()))})
		}
	}
	if len(parts) == 0 {
		return nil, nil
	}
	text, err := phase.Joined(parts...)
	return []source.Question{{Name: operationAsked, Kind: source.Instant, Text: text, Window: c.Window}}, err
}

// routesIn are the labels of a metric that may hold a route.
func routesIn(metric incident.RequestMetric, answers source.Answers) []string {
	has := answers[labelsOf(metric)].Names
	return slices.DeleteFunc(slices.Clone(metric.Spellings.Routes), func(l string) bool { return !slices.Contains(has, l) })
}

// holding settles the label of the route on the one that has the subject's operation, and on none where none has: all operations are
// looked at then, and the finding says so.
func holding(metric incident.RequestMetric, answers source.Answers) incident.RequestMetric {
	answer, asked := answers[operationAsked]
	if !asked || answer.Problem != nil {
		return metric
	}
	had := phase.Parted(answer)
	for _, route := range metric.Spellings.Routes {
		if len(had[route]) > 0 {
			metric.Operation.Route = route
			return metric
		}
	}
	metric.Operation = incident.OperationLabels{}
	return metric
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
	metric.Operation = incident.OperationLabels{Method: best(open.Methods), Route: best(open.Routes), AnyCase: metric.Operation.AnyCase}
	metric.Code = best(open.Codes)
	metric.Failed.Label = metric.Code
	return metric
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
