package services

import (
	"errors"
	"regexp"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

const (
	metricsQuestion   = "metrics"
	elsewhereQuestion = "metrics of services without traces"
	metricsSpacing    = time.Minute // between two points
)

// metricQuestions ask for the infrastructure metrics of all services of the requests, named by a service label or by the
// pod, and, apart from these since they may be many, for those of all others.
func metricQuestions(c *incident.Case) ([]source.Question, error) {
	var questions []source.Question
	ask := func(question string, selections [][]promql.Matcher) error {
		if len(selections) == 0 {
			return nil
		}
		text, err := anyOf(selections).Text()
		questions = append(questions, source.Question{Name: question, Kind: source.Range, Text: text, Window: c.Window, Step: metricsSpacing})
		return err
	}
	own, errOwn := ownSelections(c)
	others, errOthers := otherSelections(c)
	if err := errors.Join(errOwn, errOthers); err != nil {
		return nil, err
	}
	if risen := c.Facts.Risen; risen != nil && risen.Series > manySeries {
		others = risenSelections(c, risen)
	}
	return questions, errors.Join(ask(metricsQuestion, own), ask(elsewhereQuestion, others))
}

// anyOf picks the series of any of the selections.
func anyOf(selections [][]promql.Matcher) promql.Expr {
	all := make([]promql.Expr, len(selections))
	for i, matchers := range selections {
		all[i] = promql.SelectAny(matchers...)
	}
	return promql.Or(all...)
}

// usageMetrics pick metrics of how much is used of something.
func usageMetrics() ([]promql.Matcher, error) {
	used, errUsed := promql.Pattern("__name__", convention.InfrastructureNames)
	unused, errUnused := promql.NoPattern("__name__", convention.InfrastructureUnused)
	return []promql.Matcher{used, unused}, errors.Join(errUsed, errUnused)
}

// quotedServices are regular expressions for the names of the requests' services, and for those of their pods.
func quotedServices(c *incident.Case) (names, pods string) {
	services := requestsOf(c).Services
	quoted := make([]string, len(services))
	for i, s := range services {
		quoted[i] = regexp.QuoteMeta(s)
	}
	names = strings.Join(quoted, "|")
	return names, "(" + names + ")-.+"
}

// ownSelections pick the metrics of the requests' services; none where these are not known.
func ownSelections(c *incident.Case) ([][]promql.Matcher, error) {
	services := requestsOf(c).Services
	if len(services) == 0 {
		return nil, nil
	}
	usage, errUsage := usageMetrics()
	_, pods := quotedServices(c)
	own, errOwn := promql.Pattern("pod", pods)
	return [][]promql.Matcher{append(slices.Clone(usage), promql.OneOf(metricsLabel(c), services...)), append(slices.Clone(usage), own)}, errors.Join(errUsage, errOwn)
}

// otherSelections pick the metrics of all other services.
func otherSelections(c *incident.Case) ([][]promql.Matcher, error) {
	usage, err := usageMetrics()
	if err != nil {
		return nil, err
	}
	var selections [][]promql.Matcher
	for _, label := range []string{metricsLabel(c), "pod"} {
		selection := append(slices.Clone(usage), promql.NotEqual(label, ""))
		if len(requestsOf(c).Services) > 0 {
			names, pods := quotedServices(c)
			named, errNamed := promql.NoPattern(metricsLabel(c), names)
			own, errOwn := promql.NoPattern("pod", pods)
			if err := errors.Join(errNamed, errOwn); err != nil {
				return nil, err
			}
			selection = append(selection, named, own)
		}
		selections = append(selections, selection)
	}
	return selections, nil
}

// metricsLabel is the label under which the service's request metric has it, or the usual one.
func metricsLabel(c *incident.Case) string {
	if c.Facts.Service != nil && c.Facts.Service.Label != "service" {
		return c.Facts.Service.Label
	}
	return "service_name"
}

// metricsOf reads series as metrics of the services; counters become rates.
func metricsOf(c *incident.Case, answers source.Answers) []rank.Metric {
	var metrics []rank.Metric
	for _, s := range slices.Concat(answers[metricsQuestion].Series, answers[elsewhereQuestion].Series) {
		name := s.Labels["__name__"]
		kind, counter := convention.InfrastructureKind(name)
		service := serviceOfSeries(c, s.Labels)
		if kind == "" || service == "" {
			continue
		}
		points := s.Points
		if counter {
			points = ratesOf(points)
		}
		metrics = append(metrics, rank.Metric{Service: service, Pod: firstOf(s.Labels, "pod", "k8s_pod_name"), Name: name, Kind: rank.Kind(kind), Points: points})
	}
	sort.SliceStable(metrics, func(i, j int) bool {
		return slices.Compare([]string{metrics[i].Name, metrics[i].Service, metrics[i].Pod}, []string{metrics[j].Name, metrics[j].Service, metrics[j].Pod}) < 0
	})
	return metrics
}

// serviceOfSeries is the service of the requests that a series names, by a label or by its pod; of others, what it calls
// itself: its pod's workload first, since labels often name whoever measured.
func serviceOfSeries(c *incident.Case, labels map[string]string) string {
	services, named := requestsOf(c).Services, ""
	for _, label := range []string{metricsLabel(c), "service_name", "service"} {
		value := labels[label]
		value = value[strings.LastIndexByte(value, '/')+1:]
		if slices.Contains(services, value) {
			return value
		}
		if named == "" {
			named = value
		}
	}
	workload := cluster.WorkloadOf(firstOf(labels, "pod", "k8s_pod_name"))
	if slices.Contains(services, workload) || workload != "" {
		return workload
	}
	return named
}

func firstOf(labels map[string]string, names ...string) string {
	for _, name := range names {
		if labels[name] != "" {
			return labels[name]
		}
	}
	return ""
}

// ratesOf makes a counter's points increases per second; where it began anew, the new value is the increase.
func ratesOf(points []incident.Point) []incident.Point {
	var rates []incident.Point
	for i := 1; i < len(points); i++ {
		seconds := points[i].Time.Sub(points[i-1].Time).Seconds()
		grown := points[i].Value - points[i-1].Value
		if grown < 0 {
			grown = points[i].Value
		}
		if seconds > 0 {
			rates = append(rates, incident.Point{Time: points[i].Time, Value: grown / seconds})
		}
	}
	return rates
}
