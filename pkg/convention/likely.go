package convention

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// LikeRequests matches names of metrics that may tell of requests, whoever made them up.
const LikeRequests = `.*([rR]equest|[rR]esponse|[rR]eply|[hH]ttp|HTTP|[rR]pc|RPC|[lL]atenc|[dD]uration|[eE]lapsed|[cC]alls|[hH]its|[tT]ransaction|[hH]andle).*`

// mostLikely is how many metrics are proposed.
const mostLikely = 3

// speaking is what the words of a metric's name say about whether it tells of the requests that a service serves.
var speaking = map[string]int{
	"request": 3, "requests": 3, "req": 3, "reqs": 3, "response": 2, "responses": 2, "reply": 2, "http": 2, "https": 2, "rpc": 2, "grpc": 2, "calls": 1, "hits": 1,
	"transaction": 2, "transactions": 2, "server": 3, "served": 3, "handled": 3, "handler": 2, "handling": 2, "incoming": 3, "inbound": 3, "api": 1,
	"duration": 1, "durations": 1, "latency": 1, "latencies": 1, "elapsed": 1, "total": 1,

	"client": -6, "outgoing": -6, "outbound": -6, "upstream": -6, "egress": -6, "db": -6, "database": -6, "sql": -6, "query": -6, "redis": -6, "cache": -6, "queue": -6,
	"kafka": -6, "size": -6, "bytes": -6, "dns": -6, "lookup": -6, "gc": -6, "scrape": -6, "flight": -6, "inflight": -6, "active": -6, "progress": -6, "concurrent": -6,
	"prometheus": -6, "promhttp": -6, "alertmanager": -6, "grafana": -6, "loki": -6, "tempo": -6, "otelcol": -6, "kubelet": -6, "apiserver": -6, "etcd": -6, "coredns": -6,
	"rest": -6, "workqueue": -6, "kube": -6, "container": -6, "go": -6, "process": -6, "node": -6, "jvm": -6, "python": -6, "authorization": -6, "admission": -6,
	"authentication": -6, "cloudprovider": -6, "probe": -6, "net": -6, "created": -6, "timestamp": -6, "graph": -20,
}

var betweenWords = regexp.MustCompile(`[^a-z0-9]+`)

// LikelyRequests are those of a store's metrics that look most like requests which services serve, best first and few; those that are
// known already are left out. Their labels are not known yet.
func LikelyRequests(names []string, known []string) []incident.LikelyMetric {
	have := setOf(names)
	byCounts := map[string]incident.LikelyMetric{}
	scores := map[string]int{}
	for _, name := range names {
		metric, score := likely(name, have)
		if metric.Counts() == "" || slices.Contains(known, metric.Counts()) || slices.Contains(known, metric.Histogram) {
			continue
		}
		for _, word := range betweenWords.Split(strings.ToLower(metric.Name()), -1) {
			score += speaking[word]
		}
		const enough = 3
		if score >= enough {
			byCounts[metric.Name()], scores[metric.Name()] = metric, max(score, scores[metric.Name()])
		}
	}
	var all []incident.LikelyMetric
	for _, metric := range byCounts {
		all = append(all, metric)
	}
	slices.SortFunc(all, func(a, b incident.LikelyMetric) int {
		return cmp.Or(cmp.Compare(scores[b.Name()], scores[a.Name()]), cmp.Compare(a.Name(), b.Name()))
	})
	return all[:min(len(all), mostLikely)]
}

// likely is the metric that a name belongs to, and how much the kind of it speaks for requests.
func likely(name string, have map[string]bool) (incident.LikelyMetric, int) {
	const buckets, sums = 4, 2
	if family, is := strings.CutSuffix(name, "_bucket"); is {
		return incident.LikelyMetric{Histogram: family}, buckets
	}
	for _, ending := range []string{"_sum", "_count"} {
		family, is := strings.CutSuffix(name, ending)
		switch {
		case !is:
		case have[family+"_bucket"]:
			return incident.LikelyMetric{Histogram: family}, buckets
		case have[family+"_sum"] && have[family+"_count"]:
			return incident.LikelyMetric{Histogram: family}, sums
		}
	}
	if have[name+"_bucket"] || have[name+"_count"] { // a summary's quantiles
		return incident.LikelyMetric{}, 0
	}
	return incident.LikelyMetric{Counter: name}, 0
}

// WithLabels adds to a likely metric its labels, and what they may hold by their names.
func WithLabels(metric incident.LikelyMetric, labels []string) incident.LikelyMetric {
	open := openLabels()
	metric.Labels = slices.DeleteFunc(slices.Clone(labels), func(l string) bool { return l == "__name__" || l == "le" || l == "quantile" })
	metric.Code, _ = firstOf(labels, open.Codes)
	metric.Method, _ = firstOf(labels, open.Methods)
	metric.Route, _ = firstOf(labels, open.Routes)
	return metric
}

// SettingFor is what conventions.requests would be set to for a likely metric: JSON.
func SettingFor(metric incident.LikelyMetric) string {
	setting := struct {
		Histogram string            `json:"histogram,omitempty"`
		Counter   string            `json:"counter,omitempty"`
		Seconds   float64           `json:"seconds,omitempty"`
		Services  []string          `json:"services,omitempty"`
		Code      string            `json:"code,omitempty"`
		Operation map[string]string `json:"operation,omitempty"`
	}{Histogram: metric.Histogram, Counter: metric.Counter, Code: metric.Code}
	if metric.Histogram != "" {
		setting.Seconds, _ = UnitOf(metric.Histogram)
	}
	if metric.Service != "" {
		setting.Services = []string{metric.Service}
	}
	if metric.Route != "" {
		setting.Operation = map[string]string{"route": metric.Route}
		if metric.Method != "" {
			setting.Operation["method"] = metric.Method
		}
	}
	text, err := json.Marshal(setting)
	if err != nil { // of strings and numbers, which JSON can hold
		return fmt.Sprintf("{%q: %q}", "counter", metric.Counts())
	}
	return string(text)
}

// units are how many seconds the last word of a metric's name says.
var units = map[string]float64{"seconds": 1, "s": 1, "sec": 1, "secs": 1, "milliseconds": 1e-3, "millis": 1e-3, "ms": 1e-3, "msec": 1e-3, "microseconds": 1e-6, "micros": 1e-6, "us": 1e-6,
	"usec": 1e-6, "nanoseconds": 1e-9, "nanos": 1e-9, "ns": 1e-9, "minutes": 60}

// UnitOf is how many seconds a unit of a metric of durations is, as its name says it; seconds, and false, where it does not.
func UnitOf(metric string) (seconds float64, said bool) {
	words := betweenWords.Split(strings.ToLower(metric), -1)
	if seconds, said = units[words[len(words)-1]]; said {
		return seconds, true
	}
	return 1, false
}
