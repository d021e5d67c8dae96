// Package services tells how the services of an environment fare, the worst first, with a few questions to its metrics.
package services

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

const (
	averaged = 5 * time.Minute // what a number of now, and one of before, speaks of
	earlier  = time.Hour       // how long before now the comparison lies
)

// Service is one service's requests now and an hour before. Nil numbers are those that nobody measured.
type Service struct {
	incident.Scope // which of several services of this name; empty where there is one

	Service      string   `json:"service"`
	Rate         *float64 `json:"rate"`         // requests, 1/s
	RateBefore   *float64 `json:"rateBefore"`   // 1/s
	Errors       *float64 `json:"errors"`       // ratio of its requests
	ErrorsBefore *float64 `json:"errorsBefore"` // ratio
}

// Overview is every service that reports the environment's request metric, the worst first.
type Overview struct {
	Services []Service `json:"services"`
	At       time.Time `json:"at"`
	// Metric is what the numbers are from; empty where no request metric is known, and then Services is too.
	Metric string `json:"metric"`
	// Doubt is why services may be missing, or their numbers be of a part; nil where the store's answers are whole.
	Doubt *Doubt `json:"doubt,omitempty"`
}

// Doubt is why an answer may lack something, a sentence with advice.
type Doubt struct {
	Sentence string `json:"sentence"`
	Advice   string `json:"advice"`
}

// doubtOf is what an answer may lack; nil where its store gave no warning.
func doubtOf(a source.Answer) *Doubt {
	if len(a.Warnings) == 0 {
		return nil
	}
	return &Doubt{Sentence: fmt.Sprintf("The metrics store (%s) warned that its answer may lack something: %s.", a.DataSource,
		strings.TrimRight(strings.Join(a.Warnings, "; "), ".")), Advice: "Look again; the store's own log says more if this lasts."}
}

// Look asks for the overview of now, by the names that the settings give. No question may take longer than most, which must
// be positive. The error is a *source.Problem when the store could not be asked.
func Look(ctx context.Context, querier source.Querier, naming incident.Naming, most time.Duration, now time.Time) (*Overview, error) {
	ask := within(querier, most)
	now = now.UTC().Truncate(time.Second)
	overview := &Overview{Services: []Service{}, At: now}
	metric, known, err := requestsOf(ctx, ask, naming, now)
	if err != nil {
		return nil, err
	}
	overview.Doubt = doubtOf(known)
	if metric == nil {
		return overview, nil
	}
	overview.Metric = metric.Name()
	text, err := question(metric, naming)
	if err != nil {
		return nil, err
	}
	var series [2][]incident.Series
	for i, at := range []time.Time{now, now.Add(-earlier)} {
		answer := ask(ctx, source.Question{Name: "requests", Kind: source.Instant, Text: text, Window: endingAt(at)})
		if answer.Problem != nil {
			return nil, answer.Problem
		}
		overview.Doubt = cmp.Or(doubtOf(answer), overview.Doubt)
		series[i] = convention.WithinScope(answer.Series, naming)
	}
	apart := convention.Splits(slices.Concat(series[0], series[1]), metric.Services, naming)
	overview.Services = compared(countsOf(metric, series[0], apart), countsOf(metric, series[1], apart))
	return overview, nil
}

// asking asks one question.
type asking func(ctx context.Context, q source.Question) source.Answer

// within bounds each question's time.
func within(querier source.Querier, most time.Duration) asking {
	return func(ctx context.Context, q source.Question) source.Answer {
		ctx, cancel := context.WithTimeout(ctx, most)
		defer cancel()
		return querier.Ask(ctx, q)
	}
}

// requestsOf finds the environment's request metric, and gives the answer that it is read from; nil where none is known.
func requestsOf(ctx context.Context, ask asking, naming incident.Naming, now time.Time) (*incident.RequestMetric, source.Answer, error) {
	names, err := promql.SelectMetrics(convention.Names(naming)...).Text()
	if err != nil {
		return nil, source.Answer{}, err
	}
	known := ask(ctx, source.Question{Name: "names", Kind: source.MetricNames, Text: names, Window: endingAt(now)})
	if known.Problem != nil {
		return nil, known, known.Problem
	}
	return convention.Choose(known.Names, naming).Requests, known, nil
}

func endingAt(t time.Time) incident.Window { return incident.Window{From: t.Add(-averaged), To: t} }

func question(metric *incident.RequestMetric, naming incident.Naming) (string, error) {
	rate := promql.Rate(promql.Select(metric.Counts(), promql.EqualAll(metric.Only)...), averaged)
	if metric.CountsNatively() {
		rate = promql.NativeCount(rate)
	}
	by := slices.Clone(metric.Services)
	if metric.Failed.Label != "" {
		by = append(by, metric.Failed.Label)
	}
	return promql.Sum(rate, append(by, convention.SplitLabels(metric.Services, naming)...)...).Text()
}

// system is a service, or one of several of its name.
type system struct {
	service string
	scope   incident.Scope
}

func systemOf(s incident.Series, metric *incident.RequestMetric, apart map[string]convention.Split) system {
	found := system{service: convention.ServiceIn(s.Labels, metric.Services)}
	if split, several := apart[found.service]; several {
		found.scope = found.scope.With(split.Part, split.Value(s))
	}
	return found
}

// count is one service's requests, 1/s.
type count struct {
	all, failed float64
	tells       bool // which of them failed
}

func countsOf(metric *incident.RequestMetric, series []incident.Series, apart map[string]convention.Split) map[system]count {
	failure := regexp.MustCompile("^(?:" + metric.Failed.Pattern + ")$")
	counts := map[system]count{}
	for _, s := range series {
		name := systemOf(s, metric, apart)
		if name.service == "" || len(s.Points) == 0 {
			continue
		}
		c := counts[name]
		c.all += s.Points[0].Value
		c.tells = metric.Failed.Label != ""
		if c.tells && failure.MatchString(s.Labels[metric.Failed.Label]) {
			c.failed += s.Points[0].Value
		}
		counts[name] = c
	}
	return counts
}

// compared joins the counts of now and before. The worst are those with the most failed requests more than before; a
// service that was busy and has gone silent comes before those that are well.
func compared(now, before map[system]count) []Service {
	names := map[system]bool{}
	for _, counts := range []map[system]count{now, before} {
		for name := range counts {
			names[name] = true
		}
	}
	services := []Service{}
	for name := range names {
		s := Service{Service: name.service, Scope: name.scope}
		s.Rate, s.Errors = numbers(now, name)
		s.RateBefore, s.ErrorsBefore = numbers(before, name)
		services = append(services, s)
	}
	slices.SortFunc(services, func(a, b Service) int {
		switch worseA, worseB := worsening(a), worsening(b); {
		case worseA > worseB:
			return -1
		case worseA < worseB:
			return 1
		}
		return cmp.Or(strings.Compare(a.Service, b.Service), strings.Compare(a.Scope.String(), b.Scope.String()))
	})
	return services
}

func numbers(counts map[system]count, name system) (rate, errors *float64) {
	c, there := counts[name]
	if !there {
		return nil, nil
	}
	if c.all == 0 || !c.tells {
		return &c.all, nil
	}
	ratio := c.failed / c.all
	return &c.all, &ratio
}

// worsening is by how much the share of failed requests rose; a service without requests that had some has lost them all.
func worsening(s Service) float64 {
	if s.Errors == nil {
		if (s.Rate == nil || *s.Rate == 0) && s.RateBefore != nil && *s.RateBefore > 0 {
			return 1
		}
		return 0
	}
	before := 0.0
	if s.ErrorsBefore != nil {
		before = *s.ErrorsBefore
	}
	return *s.Errors - before
}
