package phase

import (
	"regexp"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
)

// SelectOperation picks the subject's operation in a series of the request metric, by further matchers too.
func SelectOperation(c *incident.Case, series string, more ...promql.Matcher) promql.Expr {
	metric, service := c.Facts.Conventions.Requests, c.Facts.Service
	matchers := append(promql.EqualAll(metric.Only), promql.Equal(service.Label, service.Value))
	matchers = append(matchers, WithinMatchers(c)...)
	matchers = append(matchers, OperationMatchers(metric.Operation, c.Subject.Operation)...)
	return promql.Select(series, append(matchers, more...)...)
}

var methodAndRoute = regexp.MustCompile(`^([A-Z]+) (.+)$`)

// OperationMatchers spell an operation such as "POST /api/checkout" in the metric's labels. Where the labels cannot hold
// it, all operations of the service are meant.
func OperationMatchers(labels incident.OperationLabels, operation string) []promql.Matcher {
	if operation == "" {
		return nil
	}
	if labels.Whole != "" {
		return []promql.Matcher{promql.Equal(labels.Whole, operation)}
	}
	if labels.Procedures != "" {
		return procedureMatchers(labels, operation)
	}
	parts := methodAndRoute.FindStringSubmatch(operation)
	if parts == nil || labels.Route == "" {
		return nil
	}
	route := promql.Equal(labels.Route, parts[2])
	switch {
	case labels.Method == "":
		return []promql.Matcher{route}
	case labels.AnyCase:
		return []promql.Matcher{promql.OneOf(labels.Method, parts[1], strings.ToLower(parts[1])), route}
	}
	return []promql.Matcher{promql.Equal(labels.Method, parts[1]), route}
}

// procedureMatchers spell a procedure such as "shop.Basket/Add".
func procedureMatchers(labels incident.OperationLabels, operation string) []promql.Matcher {
	service, method, found := strings.Cut(strings.TrimPrefix(operation, "/"), "/")
	if !found || service == "" || method == "" {
		return nil
	}
	return []promql.Matcher{promql.Equal(labels.Procedures, service), promql.Equal(labels.Method, method)}
}
