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

// Operation is what a service is asked for, such as "POST /api/checkout".
type Operation struct {
	Name string  `json:"name"` // as an investigation takes it
	Rate float64 `json:"rate"` // requests, 1/s
}

// Operations are a service's that had requests, the busiest first.
type Operations struct {
	Operations []Operation `json:"operations"`
	// Doubt is why operations may be missing; nil where the store's answers are whole.
	Doubt *Doubt `json:"doubt,omitempty"`
}

// List asks which operations of a service had requests in the last 5 minutes, within the scope that the names stand for. Limits and errors
// are those of Look.
func List(ctx context.Context, querier source.Querier, naming incident.Naming, service string, most time.Duration, now time.Time) (*Operations, error) {
	ask := within(querier, most)
	metric, known, err := requestsOf(ctx, ask, naming, now)
	if err != nil {
		return nil, err
	}
	listed := &Operations{Operations: []Operation{}, Doubt: doubtOf(known)}
	if metric == nil {
		listed.Doubt = &Doubt{Sentence: "No request metric is known, so no operation is.", Advice: "Say in the data source's settings what yours is called."}
		return listed, nil
	}
	if len(metric.Operation.Names()) == 0 {
		listed.Doubt = &Doubt{Sentence: fmt.Sprintf("The labels of %s do not tell operations apart.", metric.Name()), Advice: "Type the operation as spans name it."}
		return listed, nil
	}
	for _, label := range metric.Services { // the best first; those that follow are for series without it
		text, err := operationsQuestion(metric, naming, label, service)
		if err != nil {
			return nil, err
		}
		answer := ask(ctx, source.Question{Name: "operations", Kind: source.Instant, Text: text, Window: endingAt(now)})
		if answer.Problem != nil {
			return nil, answer.Problem
		}
		listed.Doubt = cmp.Or(doubtOf(answer), listed.Doubt)
		if listed.Operations = operationsIn(metric, convention.WithinScope(answer.Series, naming), service); len(listed.Operations) > 0 {
			break
		}
	}
	return listed, nil
}

// operationsQuestion asks for the requests of the service that a label names. Its value may have the namespace before it.
func operationsQuestion(metric *incident.RequestMetric, naming incident.Naming, label, service string) (string, error) {
	named, err := promql.Pattern(label, "(?:.*/)?"+regexp.QuoteMeta(service))
	if err != nil {
		return "", err
	}
	rate := promql.Rate(promql.Select(metric.Counts(), append(promql.EqualAll(metric.Only), named)...), averaged)
	if metric.CountsNatively() {
		rate = promql.NativeCount(rate)
	}
	by := slices.Concat(metric.Services, metric.Operation.Names(), convention.SplitLabels(metric.Services, naming))
	slices.Sort(by)
	return promql.Sum(rate, slices.Compact(by)...).Text()
}

func operationsIn(metric *incident.RequestMetric, series []incident.Series, service string) []Operation {
	rates := map[string]float64{}
	for _, s := range series {
		name := metric.Operation.In(s.Labels)
		if strings.Trim(name, "/") == "" || len(s.Points) == 0 || convention.ServiceIn(s.Labels, metric.Services) != service {
			continue
		}
		rates[name] += s.Points[0].Value
	}
	found := make([]Operation, 0, len(rates))
	for name, rate := range rates {
		found = append(found, Operation{Name: name, Rate: rate})
	}
	slices.SortFunc(found, func(a, b Operation) int { return cmp.Or(cmp.Compare(b.Rate, a.Rate), strings.Compare(a.Name, b.Name)) })
	return found
}
