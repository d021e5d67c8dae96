package impact

import (
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
)

// The parts of a question about calls or requests, of one moment each.
const (
	beyond        = "failed calls beyond" // calls that callees make themselves
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

// callRates are the rates of the subject's calls, by callee.
func callRates(c *incident.Case, window time.Duration) promql.Expr {
	return rateOfCalls(c, callsOf, window, c.Facts.Conventions.Edges.Server)
}

func rateOfCalls(c *incident.Case, selected func(*incident.Case, string) promql.Expr, window time.Duration, by ...string) promql.Expr {
	edges := c.Facts.Conventions.Edges
	rates := promql.Rate(selected(c, edges.Counts()), window)
	if edges.CountsNatively() {
		rates = promql.NativeCount(rates)
	}
	return promql.Sum(rates, by...)
}

// callsTo picks the calls that others make to the subject's service.
func callsTo(c *incident.Case, series string) promql.Expr {
	edges := c.Facts.Conventions.Edges
	return promql.Select(series, append(promql.EqualAll(edges.Only), promql.Equal(edges.Server, c.Subject.Service))...)
}

// knowsCallers says whether the edge metric names the services at both ends: one that callers report of their own HTTP
// client names hosts instead.
func knowsCallers(c *incident.Case) bool {
	edges := c.Facts.Conventions.Edges
	return edges != nil && !edges.Hosts
}

// edgeQueries ask how the subject's service sees its callees, and which of their own calls fail.
func edgeQueries(c *incident.Case, window time.Duration) map[string]promql.Expr {
	edges := c.Facts.Conventions.Edges
	queries := callQueries(c, callsOf, edges.Server, window)
	if knowsCallers(c) && edges.Failed != "" {
		further := promql.Select(edges.Failed, append(promql.EqualAll(edges.Only), promql.OneOf(edges.Clients[0], c.Facts.Callees.Services...))...)
		queries[beyond] = promql.Sum(promql.Rate(further, window), edges.Clients[0], edges.Server)
	}
	return queries
}

// callQueries ask for selected calls, failed ones and durations by the label of one of their ends. All calls are read from
// the buckets where a counter tells the failed ones, which spares a part.
func callQueries(c *incident.Case, selected func(*incident.Case, string) promql.Expr, end string, window time.Duration) map[string]promql.Expr {
	edges := c.Facts.Conventions.Edges
	queries := map[string]promql.Expr{}
	by := []string{end}
	if edges.FailedCall != nil {
		by = append(by, edges.FailedCall.Label)
	}
	if !countedByBuckets(edges) {
		queries[calls] = rateOfCalls(c, selected, window, by...)
	}
	if edges.Failed != "" {
		queries[failedCalls] = promql.Sum(promql.Rate(selected(c, edges.Failed), window), end)
	}
	if edges.Histogram != "" {
		queries[callBuckets] = bucketRates(c, selected, edges.Histogram, edges.Native, window, end)
	}
	return queries
}

// countedByBuckets says whether all calls are counted by their durations.
func countedByBuckets(edges *incident.EdgeMetric) bool {
	return edges.FailedCall == nil && edges.Histogram != ""
}

// serverQueries ask how the callees see themselves, whoever calls them.
func serverQueries(c *incident.Case, window time.Duration) map[string]promql.Expr {
	return requestQueries(c, servedBy, window, c.Facts.Service.Label)
}

// requestQueries ask for selected requests by status, and their durations, by labels.
func requestQueries(c *incident.Case, selected func(*incident.Case, string) promql.Expr, window time.Duration, by ...string) map[string]promql.Expr {
	metric := c.Facts.Conventions.Requests
	queries := map[string]promql.Expr{served: promql.Sum(counted(c, selected(c, metric.Counts()), window), slices.Concat(by, byStatus(metric))...)}
	if metric.Histogram != "" {
		queries[servedBuckets] = bucketRates(c, selected, metric.Histogram, metric.Native, window, by...)
	}
	return queries
}

// ofService picks the requests that the subject's service serves in a series of the request metric.
func ofService(c *incident.Case, series string) promql.Expr {
	metric, service := c.Facts.Conventions.Requests, c.Facts.Service
	matchers := append(promql.EqualAll(metric.Only), promql.Equal(service.Label, service.Value))
	return promql.Select(series, append(matchers, phase.WithinMatchers(c)...)...)
}

// servedBy picks the requests that the callees serve in a series of the request metric.
func servedBy(c *incident.Case, series string) promql.Expr {
	metric, service := c.Facts.Conventions.Requests, c.Facts.Service
	return promql.Select(series, append(promql.EqualAll(metric.Only), promql.OneOf(service.Label, service.Spell(c.Facts.Callees.Services...)...))...)
}

// bucketRates are the rates of a histogram's buckets by labels. A native histogram is summed whole: its buckets are taken
// apart as its answer is read.
func bucketRates(c *incident.Case, selected func(*incident.Case, string) promql.Expr, histogram string, native bool, window time.Duration, by ...string) promql.Expr {
	if native {
		return promql.Sum(promql.Rate(selected(c, histogram), window), by...)
	}
	return promql.Sum(promql.Rate(selected(c, histogram+"_bucket"), window), append(slices.Clone(by), "le")...)
}
