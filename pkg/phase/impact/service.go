package impact

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// sampled is how far back the service's samples are counted.
const sampled = 15 * time.Minute

// Service finds out under which label the request metric keeps the subject's service, and how often it is sampled.
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

func planService(c *incident.Case) ([]source.Question, error) {
	metric := c.Facts.Conventions.Requests
	if metric == nil {
		return nil, phase.Skipf("Have the services report a request histogram, or name yours under conventions in the data source's settings.",
			"No histogram of served requests is known in this metrics store.")
	}
	counts := promql.Select(metric.Histogram+"_count", promql.EqualAll(metric.Only)...)
	text, err := promql.Max(promql.CountOverTime(counts, sampled), metric.Services...).Text()
	return []source.Question{{Name: "services", Kind: source.Instant, Text: text, Window: c.Window}}, err
}

func readService(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem("services"); problem != nil {
		return phase.Reading{}, problem
	}
	series := answers["services"].Series
	metric := c.Facts.Conventions.Requests
	label, value, samples := locate(c.Subject.Service, metric.Services, series)
	if label == "" {
		return phase.Reading{}, unknownService(c.Subject.Service, metric, series)
	}
	interval := (sampled / time.Duration(max(samples, 1))).Round(time.Second)
	finding := incident.Finding{
		Severity: incident.Info,
		Sentence: fmt.Sprintf("%s reports %s every %s.", c.Subject.Service, metric.Histogram, phase.Duration(interval.Seconds())),
		Values:   []incident.Value{{Name: "sample interval", Value: interval.Seconds(), Unit: incident.Seconds, Samples: samples}},
	}
	return phase.FoundThat(finding).Teaching(func(f *incident.Facts) {
		f.Service = &incident.ServiceSeries{Label: label, Value: value, Interval: interval}
	}), nil
}

// locate finds the first label whose value is the service, or ends in it after a slash, as OpenTelemetry writes jobs
// ("namespace/service").
func locate(service string, labels []string, series []incident.Series) (label, value string, samples float64) {
	for _, l := range labels {
		for _, s := range series {
			v := s.Labels[l]
			if v != service && !strings.HasSuffix(v, "/"+service) || len(s.Points) == 0 {
				continue
			}
			if n := s.Points[0].Value; label == "" || n > samples {
				label, value, samples = l, v, n
			}
		}
		if label != "" {
			return label, value, samples
		}
	}
	return "", "", 0
}

func unknownService(service string, metric *incident.RequestMetric, series []incident.Series) *phase.Skip {
	seen := map[string]bool{}
	for _, s := range series {
		for _, l := range metric.Services {
			if v := s.Labels[l]; v != "" {
				seen[v] = true
				break
			}
		}
	}
	names := make([]string, 0, len(seen))
	for name := range seen {
		names = append(names, name)
	}
	sort.Strings(names)
	advice := "Check that the metrics data source is the one this service reports to."
	if len(names) > 0 {
		const enough = 12
		if len(names) > enough {
			names = append(names[:enough], "others")
		}
		advice = "Services that report it: " + phase.List(names) + "."
	}
	return phase.Skipf(advice, "No series of %s belongs to a service named %q in the last %s.", metric.Histogram, service, phase.Duration(sampled.Seconds()))
}
