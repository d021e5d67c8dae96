package impact

import (
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"

	"github.com/faultline-investigation/faultline/pkg/analysis/quantile"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	clientView = "client"
	serverView = "server"
	muchWorse  = 1.5   // how many times worse the caller's view must be to be shown instead of the callee's own
	leastGap   = 0.005 // least difference of the two views' error ratios that matters
)

// view is what one side sees of a service at one moment.
type view struct {
	rate   float64             // 1/s
	failed float64             // 1/s
	p99    *float64            // s; nil when it lies in the lowest bucket, whose bound is all that is known then
	upTo   map[float64]float64 // by upper bound, s: how many requests took no longer, 1/s; nil where durations are not told
}

// openEnded says that the p99 lies in the last bucket, whose lower bound is all that is known of it.
func (w *view) openEnded() bool {
	if w == nil || w.p99 == nil {
		return false
	}
	for bound := range w.upTo {
		if bound > *w.p99 && !math.IsInf(bound, 1) {
			return false
		}
	}
	return len(w.upTo) > 0
}

// views are both sides' views by service.
type views struct{ client, server map[string]*view }

func viewsOf(c *incident.Case, parts map[string][]incident.Series, moment string) views {
	v := views{client: map[string]*view{}, server: map[string]*view{}}
	edges := c.Facts.Conventions.Edges
	callViews(v.client, edges, parts, moment, func(s incident.Series) string {
		name, _ := convention.CalledService(s.Labels[edges.Server])
		return name
	})
	if service := c.Facts.Service; told(c) && untrusted(c) == nil { // the callees' counters are written by the same collectors
		requestViews(v.server, c.Facts.Conventions.Requests, parts, moment, func(s incident.Series) string { return service.Name(s.Labels[service.Label]) })
	}
	return v
}

// callViews reads the answers of callQueries, by what names one of the calls' ends.
func callViews(into map[string]*view, edges *incident.EdgeMetric, parts map[string][]incident.Series, moment string, name func(incident.Series) string) {
	buckets := parts[callBuckets+" "+moment]
	count(into, parts[calls+" "+moment], name, func(w *view, s incident.Series, n float64) {
		w.rate += n
		if edges.FailedCall != nil && matches(*edges.FailedCall, s) {
			w.failed += n
		}
	})
	if countedByBuckets(edges) {
		count(into, buckets, name, func(w *view, s incident.Series, n float64) {
			if s.Labels["le"] == "+Inf" { // the bucket of all calls
				w.rate += n
			}
		})
	}
	count(into, parts[failedCalls+" "+moment], name, func(w *view, _ incident.Series, n float64) { w.failed += n })
	quantiles(into, buckets, name, edges.Seconds)
}

// requestViews reads the answers of requestQueries, by what names whom they tell of.
func requestViews(into map[string]*view, metric *incident.RequestMetric, parts map[string][]incident.Series, moment string, name func(incident.Series) string) {
	count(into, parts[served+" "+moment], name, func(w *view, s incident.Series, n float64) {
		w.rate += n
		if metric.Failed.Label != "" && matches(metric.Failed, s) {
			w.failed += n
		}
	})
	quantiles(into, parts[servedBuckets+" "+moment], name, metric.Seconds)
}

// matches says whether a series has what a failure's labels look like.
func matches(failure incident.Match, s incident.Series) bool {
	return regexp.MustCompile("^(?:" + failure.Pattern + ")$").MatchString(s.Labels[failure.Label])
}

func count(into map[string]*view, series []incident.Series, named func(incident.Series) string, add func(*view, incident.Series, float64)) {
	for _, s := range series {
		if len(s.Points) == 0 {
			continue
		}
		name := named(s)
		if into[name] == nil {
			into[name] = &view{}
		}
		add(into[name], s, s.Points[0].Value)
	}
}

// quantiles estimates each service's p99 from bucket rates, as histogram_quantile does, but tells apart a p99 that only
// lies somewhere in the lowest bucket.
func quantiles(into map[string]*view, series []incident.Series, callee func(incident.Series) string, seconds float64) {
	counts := map[string]map[float64]float64{} // of several series of one callee, such as a host with and without its port, the sum
	for _, s := range series {
		bound, err := strconv.ParseFloat(s.Labels["le"], 64)
		if err != nil || len(s.Points) == 0 {
			continue
		}
		if name := callee(s); counts[name] == nil {
			counts[name] = map[float64]float64{}
		}
		counts[callee(s)][bound] += s.Points[0].Value
	}
	for name, byBound := range counts {
		lowest := slices.Min(slices.Collect(maps.Keys(byBound)))
		if into[name] != nil {
			into[name].upTo = map[float64]float64{}
			for bound, rate := range byBound {
				into[name].upTo[bound*seconds] = rate
			}
		}
		if q, told := quantile.OfBuckets(p99, byBound); told && q > lowest && into[name] != nil {
			q *= seconds
			into[name].p99 = &q
		}
	}
}

// p99 prefers the callee's own view, whose buckets are finer, unless the caller waits much longer than that.
func (v views) p99(name string) (seconds *float64, view string) {
	client, server := v.p99By(clientView, name), v.p99By(serverView, name)
	if server == nil || client != nil && *client > muchWorse**server {
		if client != nil {
			return client, clientView
		}
	}
	if server != nil {
		return server, serverView
	}
	return nil, ""
}

func (v views) p99By(side, name string) *float64 {
	if w := v.side(side)[name]; w != nil {
		return w.p99
	}
	return nil
}

// errors prefers the callee's own view, which counts all its requests, unless the caller sees many more failures:
// calls that never arrived, or were given up.
func (v views) errors(name string) (ratio *float64, rate float64, view string) {
	client, server := v.errorsBy(clientView, name), v.errorsBy(serverView, name)
	switch {
	case server == nil && client == nil:
		return nil, 0, ""
	case server == nil || client != nil && *client > muchWorse**server && *client-*server > leastGap:
		return client, v.client[name].rate, clientView
	}
	return server, v.server[name].rate, serverView
}

func (v views) errorsBy(side, name string) *float64 { return v.side(side)[name].errors() }

// errors is the ratio of failed requests; nil where there were none.
func (w *view) errors() *float64 {
	if w == nil || w.rate == 0 {
		return nil
	}
	ratio := w.failed / w.rate
	return &ratio
}

func (v views) side(name string) map[string]*view {
	if name == clientView {
		return v.client
	}
	return v.server
}
