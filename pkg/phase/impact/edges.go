package impact

import (
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
)

// The questions about one moment of the dependency table.
const (
	failedCalls   = "failed calls"
	calls         = "calls"
	callBuckets   = "call buckets"
	served        = "served"
	servedBuckets = "served buckets"
)

// callsOf picks the calls that the subject's service makes in a series of the edge metric. Where the callers report the
// calls themselves, they are found as in the request metric.
func callsOf(c *incident.Case, series string) promql.Expr {
	edges, service := c.Facts.Conventions.Edges, c.Facts.Service
	client := promql.Equal(edges.Clients[0], c.Subject.Service)
	if service != nil && slices.Contains(edges.Clients, service.Label) {
		client = promql.Equal(service.Label, service.Value)
	}
	return promql.Select(series, append(promql.EqualAll(edges.Only), client)...)
}

// callRates are the rates of the subject's calls, by callee and further labels.
func callRates(c *incident.Case, window time.Duration, by ...string) promql.Expr {
	edges := c.Facts.Conventions.Edges
	rates := promql.Rate(callsOf(c, edges.Counts()), window)
	if edges.CountsNatively() {
		rates = promql.NativeCount(rates)
	}
	return promql.Sum(rates, append([]string{edges.Server}, by...)...)
}

// edgeQueries ask how the subject's service sees its callees. All calls are read from the buckets where a counter tells
// the failed ones, which spares a question.
func edgeQueries(c *incident.Case, window time.Duration) map[string]promql.Expr {
	edges := c.Facts.Conventions.Edges
	queries := map[string]promql.Expr{}
	switch {
	case edges.FailedCall != nil:
		queries[calls] = callRates(c, window, edges.FailedCall.Label)
	case edges.Histogram == "":
		queries[calls] = callRates(c, window)
	}
	if edges.Failed != "" {
		queries[failedCalls] = promql.Sum(promql.Rate(callsOf(c, edges.Failed), window), edges.Server)
	}
	if edges.Histogram != "" {
		queries[callBuckets] = bucketRates(callsOf, c, edges.Histogram, edges.Native, window, edges.Server)
	}
	return queries
}

// serverQueries ask how the callees see themselves, whoever calls them; none where their metric is not known.
func serverQueries(c *incident.Case, window time.Duration) map[string]promql.Expr {
	metric, service := c.Facts.Conventions.Requests, c.Facts.Service
	if metric == nil || service == nil {
		return nil
	}
	by := []string{service.Label}
	if metric.Failed.Label != "" {
		by = append(by, metric.Failed.Label)
	}
	queries := map[string]promql.Expr{served: promql.Sum(counted(metric, servedBy(c, metric.Counts()), window), by...)}
	if metric.Histogram != "" {
		queries[servedBuckets] = bucketRates(servedBy, c, metric.Histogram, metric.Native, window, service.Label)
	}
	return queries
}

// servedBy picks the requests that the callees serve in a series of the request metric.
func servedBy(c *incident.Case, series string) promql.Expr {
	metric, service := c.Facts.Conventions.Requests, c.Facts.Service
	return promql.Select(series, append(promql.EqualAll(metric.Only), promql.OneOf(service.Label, service.Spell(c.Facts.Callees.Services...)...))...)
}

// bucketRates are the rates of a histogram's buckets by a label. A native histogram is summed whole: its buckets are taken
// apart as its answer is read.
func bucketRates(selected func(*incident.Case, string) promql.Expr, c *incident.Case, histogram string, native bool, window time.Duration, by string) promql.Expr {
	if native {
		return promql.Sum(promql.Rate(selected(c, histogram), window), by)
	}
	return promql.Sum(promql.Rate(selected(c, histogram+"_bucket"), window), by, "le")
}
