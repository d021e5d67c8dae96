package impact

import (
	"fmt"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// The questions that are asked where no usual label names the service.
const (
	allLabels   = "labels of the request metrics"
	placesAsked = "where the name occurs"
	servicesAt  = "services under another label"
	likeNames   = "metrics that may be requests"
)

// place is where the subject's name occurs: a label of a metric, with the values that mean the service.
type place struct {
	metric, label string
	values        []string
}

// moreAboutService asks, where no usual label of the known metrics names the service, which labels they have and in which of these the
// name occurs, and which other metrics may be requests.
func moreAboutService(c *incident.Case, answers source.Answers) ([]source.Question, error) {
	if answers.Problem("services") != nil {
		return nil, nil //nolint:nilerr // Read says why the step cannot look
	}
	if at, is := located(c, answers); is {
		return operationQuestions(c, at, answers)
	}
	metrics := tried(c)
	if _, asked := answers[allLabels]; !asked {
		return searchQuestions(c, metrics)
	}
	likely := likelyIn(c, answers)
	if questions := likelyLabels(c, likely, answers); len(questions) > 0 {
		return questions, nil
	}
	if _, asked := answers[placesAsked]; !asked {
		return placesQuestion(c, countsOf(metrics), likely, answers)
	}
	if at, is := placeOf(c, metrics, answers); is && answers[servicesAt].Question.Name == "" {
		return placedQuestion(c, at, metrics)
	}
	return nil, nil
}

func countsOf(metrics []incident.RequestMetric) []string {
	var counts []string
	for _, m := range metrics {
		counts = append(counts, m.Counts())
	}
	return counts
}

func searchQuestions(c *incident.Case, metrics []incident.RequestMetric) ([]source.Question, error) {
	labels, err := promql.SelectMetrics(countsOf(metrics)...).Text()
	if err != nil {
		return nil, err
	}
	like, err := likeQuestion(c)
	return []source.Question{{Name: allLabels, Kind: source.MetricLabels, Text: labels, Window: c.Window}, like}, err
}

// likeQuestion asks for the names of metrics that may be requests.
func likeQuestion(c *incident.Case) (source.Question, error) {
	pattern, err := promql.Pattern("__name__", convention.LikeRequests)
	if err != nil {
		return source.Question{}, err
	}
	text, err := promql.SelectAny(pattern).Text()
	return source.Question{Name: likeNames, Kind: source.MetricNames, Text: text, Window: c.Window}, err
}

// likelyIn are the metrics that may be requests, with the labels that are known of them by now.
func likelyIn(c *incident.Case, answers source.Answers) []incident.LikelyMetric {
	likely := convention.LikelyRequests(answers[likeNames].Names, convention.Names(c.Naming))
	for i, metric := range likely {
		likely[i] = convention.WithLabels(metric, answers[likelyLabelsOf(metric)].Names)
	}
	return likely
}

func likelyLabelsOf(metric incident.LikelyMetric) string { return "labels of " + metric.Counts() }

// likelyLabels ask for the labels of metrics that may be requests, those that were not asked for.
func likelyLabels(c *incident.Case, likely []incident.LikelyMetric, answers source.Answers) []source.Question {
	var questions []source.Question
	for _, metric := range likely {
		if _, asked := answers[likelyLabelsOf(metric)]; asked {
			continue
		}
		if text, err := promql.Select(metric.Counts()).Text(); err == nil {
			questions = append(questions, source.Question{Name: likelyLabelsOf(metric), Kind: source.MetricLabels, Text: text, Window: c.Window})
		}
	}
	return questions
}

// placesQuestion asks in which labels of the metrics, known ones and likely ones, the subject's name occurs.
func placesQuestion(c *incident.Case, counts []string, likely []incident.LikelyMetric, answers source.Answers) ([]source.Question, error) {
	labels := slices.Clone(answers[allLabels].Names)
	for _, metric := range likely {
		counts, labels = append(counts, metric.Counts()), append(labels, metric.Labels...)
	}
	var parts []phase.Part
	for _, label := range convention.PlacesFor(labels, knownPlaces(c), c.Naming.Labels) {
		means, err := promql.Pattern(label, convention.Spelled(c.Subject.Service))
		if err != nil {
			return nil, err
		}
		series := promql.SelectAny(promql.OneOf("__name__", counts...), means)
		parts = append(parts, phase.Part{Name: label, Expr: promql.CountBy(promql.LastOverTime(series, sampled), "__name__", label)})
	}
	if len(parts) == 0 {
		return nil, nil
	}
	text, err := phase.Joined(parts...)
	return []source.Question{{Name: placesAsked, Kind: source.Instant, Text: text, Window: c.Window}}, err
}

// knownPlaces are the labels that are known to hold services in the metrics that were tried.
func knownPlaces(c *incident.Case) []string {
	known := convention.ServiceLabels()
	if c.Facts.Conventions != nil && c.Facts.Conventions.Requests != nil {
		for _, metric := range tried(c) {
			known = append(known, metric.Services...)
		}
	}
	return known
}

// placesIn are where the name occurs, by metric and label.
func placesIn(answers source.Answers) map[string]map[string]*place {
	all := map[string]map[string]*place{}
	for label, series := range phase.Parted(answers[placesAsked]) {
		for _, s := range series {
			metric := s.Labels["__name__"]
			if all[metric] == nil {
				all[metric] = map[string]*place{}
			}
			if all[metric][label] == nil {
				all[metric][label] = &place{metric: metric, label: label}
			}
			all[metric][label].values = append(all[metric][label].values, s.Labels[label])
		}
	}
	return all
}

// placeOf is the best label of the best known metric in which the name occurs without doubt.
func placeOf(c *incident.Case, metrics []incident.RequestMetric, answers source.Answers) (place, bool) {
	places := placesIn(answers)
	order := convention.PlacesFor(answers[allLabels].Names, knownPlaces(c), c.Naming.Labels)
	for _, metric := range metrics {
		for _, label := range order {
			if at := places[metric.Counts()][label]; at != nil && at.certain(c.Subject.Service) {
				return *at, true
			}
		}
	}
	return place{}, false
}

// certain says that one value means the service: its plain name, or the only one.
func (p place) certain(service string) bool {
	return len(p.values) == 1 || slices.ContainsFunc(p.values, func(v string) bool { return convention.Plainly(v, service) })
}

// placedQuestion asks for the service's series under the label that was found.
func placedQuestion(c *incident.Case, at place, metrics []incident.RequestMetric) ([]source.Question, error) {
	metric := metricAt(at, metrics)
	means, err := promql.Pattern(at.label, convention.Spelled(c.Subject.Service))
	if err != nil {
		return nil, err
	}
	counts := promql.Select(metric.Counts(), append(promql.EqualAll(metric.Only), means)...)
	text, err := promql.Max(promql.CountOverTime(counts, sampled), keptLabels(c, metric)...).Text()
	return []source.Question{{Name: servicesAt, Kind: source.Instant, Text: text, Window: c.Window}}, err
}

// metricAt is the metric of a place, whose label comes before its usual ones.
func metricAt(at place, metrics []incident.RequestMetric) incident.RequestMetric {
	metric := metrics[slices.IndexFunc(metrics, func(m incident.RequestMetric) bool { return m.Counts() == at.metric })]
	metric.Services = append([]string{at.label}, slices.DeleteFunc(slices.Clone(metric.Services), func(l string) bool { return l == at.label })...)
	return metric
}

// likelyFound are the metrics that may be requests, with the label that holds the subject's name; those that have one come first.
func likelyFound(c *incident.Case, answers source.Answers) []incident.LikelyMetric {
	likely, places := likelyIn(c, answers), placesIn(answers)
	for i, metric := range likely {
		for _, label := range convention.PlacesFor(metric.Labels, knownPlaces(c), c.Naming.Labels) {
			if at := places[metric.Counts()][label]; at != nil && metric.Service == "" {
				metric.Service = label
			}
		}
		likely[i] = metric
	}
	slices.SortStableFunc(likely, func(a, b incident.LikelyMetric) int { return strings.Compare(none(a.Service), none(b.Service)) })
	return likely
}

// none orders what has no label after what has one.
func none(label string) string {
	if label == "" {
		return "none"
	}
	return "a label"
}

// closest says which metrics come nearest to requests; empty where there are none.
func closest(service string, likely []incident.LikelyMetric) string {
	if len(likely) == 0 {
		return ""
	}
	var names []string
	for _, metric := range likely {
		said := metric.Name()
		if len(metric.Labels) > 0 {
			const enough = 12
			labels := metric.Labels
			if len(labels) > enough {
				labels = append(slices.Clone(labels[:enough]), "others")
			}
			said += " (labels: " + strings.Join(labels, ", ")
			if metric.Service != "" {
				said += fmt.Sprintf("; %s has %q", metric.Service, service)
			}
			said += ")"
		}
		names = append(names, said)
	}
	return "The closest metrics in the store: " + wording.List(names) + "."
}

// proposed says it with what to set to have the first of them read.
func proposed(service string, likely []incident.LikelyMetric) string {
	if len(likely) == 0 {
		return ""
	}
	best := likely[0]
	text := closest(service, likely) + fmt.Sprintf(" If %s is of the requests that services serve, set conventions.requests in the data source's settings to %s",
		best.Name(), convention.SettingFor(best))
	var open []string
	if best.Service == "" {
		open = append(open, "services (the label of the service's name)")
	}
	if best.Code == "" {
		open = append(open, "failed (the label and pattern of failed requests)")
	}
	if len(open) > 0 {
		text += ", and add " + wording.List(open)
	}
	if _, said := convention.UnitOf(best.Histogram); best.Histogram != "" && !said {
		text += ". Set seconds to 0.001 if it is in milliseconds"
	}
	return text + "."
}
