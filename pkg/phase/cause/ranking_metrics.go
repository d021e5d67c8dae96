package cause

import (
	"regexp"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

const (
	metricsQuestion = "metrics"
	metricsSpacing  = time.Minute // between two points
)

// metricQuestion asks for the infrastructure metrics of all services of the requests, named by a service label or by the
// pod.
func metricQuestion(c *incident.Case) (source.Question, error) {
	services := c.Facts.Neighbours.Services
	name, err := promql.Pattern("__name__", convention.InfrastructureNames)
	if err != nil {
		return source.Question{}, err
	}
	quoted := make([]string, len(services))
	for i, s := range services {
		quoted[i] = regexp.QuoteMeta(s)
	}
	pods, err := promql.Pattern("pod", "("+strings.Join(quoted, "|")+")-.+")
	if err != nil {
		return source.Question{}, err
	}
	text, err := promql.Or(promql.SelectAny(name, promql.OneOf(metricsLabel(c), services...)), promql.SelectAny(name, pods)).Text()
	return source.Question{Name: metricsQuestion, Kind: source.Range, Text: text, Window: c.Window, Step: metricsSpacing}, err
}

// metricsLabel is the label under which the service's request metric has it, or the usual one.
func metricsLabel(c *incident.Case) string {
	if c.Facts.Service != nil && c.Facts.Service.Label != "service" {
		return c.Facts.Service.Label
	}
	return "service_name"
}

// metricsOf reads series as metrics of the services; counters become rates.
func metricsOf(c *incident.Case, series []incident.Series) []rank.Metric {
	var metrics []rank.Metric
	for _, s := range series {
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

func serviceOfSeries(c *incident.Case, labels map[string]string) string {
	services := c.Facts.Neighbours.Services
	for _, label := range []string{metricsLabel(c), "service_name", "service"} {
		value := labels[label]
		value = value[strings.LastIndexByte(value, '/')+1:]
		if slices.Contains(services, value) {
			return value
		}
	}
	if workload := workloadOf(firstOf(labels, "pod", "k8s_pod_name")); slices.Contains(services, workload) {
		return workload
	}
	return ""
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
