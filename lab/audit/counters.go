package audit

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// grown is by how much a counter rose within its samples, with what it lost when it began anew, and the time from the first to the
// last of them.
func grown(s series) (increase float64, seconds float64) {
	for i := 1; i < len(s.Values); i++ {
		d := s.Values[i].value - s.Values[i-1].value
		if d < 0 {
			d = s.Values[i].value
		}
		increase += d
	}
	if n := len(s.Values); n > 1 {
		seconds = s.Values[n-1].at.Sub(s.Values[0].at).Seconds()
	}
	return increase, seconds
}

// perSecond is the sum of the rates of some series, each over the time that it has samples of.
func perSecond(all []series, keep func(labels map[string]string) bool) float64 {
	sum := 0.0
	for _, s := range all {
		if n, seconds := grown(s); seconds > 0 && keep(s.Metric) {
			sum += n / seconds
		}
	}
	return sum
}

func everything(map[string]string) bool { return true }

// selection writes a PromQL selector by hand.
func selection(metric string, labels map[string]string) string {
	names := make([]string, 0, len(labels))
	for name := range labels {
		names = append(names, name)
	}
	sort.Strings(names)
	parts := make([]string, len(names))
	for i, name := range names {
		parts[i] = fmt.Sprintf("%s=%s", name, strconv.Quote(labels[name]))
	}
	return metric + "{" + strings.Join(parts, ",") + "}"
}

// requests are the labels with which the subject's requests stand in the metric.
func (a *auditor) requests() (metric *incident.RequestMetric, labels map[string]string, err error) {
	conventions, service := a.c.Facts.Conventions, a.c.Facts.Service
	if conventions == nil || conventions.Requests == nil || service == nil {
		return nil, nil, fmt.Errorf("the case does not say which metric has the requests")
	}
	metric = conventions.Requests
	labels = map[string]string{service.Label: service.Value}
	for name, value := range metric.Only {
		labels[name] = value
	}
	operation := a.c.Subject.Operation
	method, route, parted := strings.Cut(operation, " ")
	switch o := metric.Operation; {
	case operation == "":
	case o.Whole != "":
		labels[o.Whole] = operation
	case o.Procedures != "":
		labels[o.Procedures], labels[o.Method], _ = strings.Cut(operation, "/")
	case o.Route != "" && parted:
		labels[o.Route] = route
		if o.Method != "" && !o.AnyCase {
			labels[o.Method] = method
		}
	}
	return metric, labels, nil
}

// counted is the rate of the subject's requests of a window whose status matches a pattern; an empty pattern means all.
func (a *auditor) counted(ctx context.Context, w incident.Window, pattern string) (float64, error) {
	metric, labels, err := a.requests()
	if err != nil {
		return 0, err
	}
	if metric.Native && metric.Counter == "" {
		return 0, fmt.Errorf("native histograms have no samples of one number")
	}
	all, err := a.prometheus.raw(ctx, selection(metric.Counts(), labels), w.From, w.To)
	if err != nil {
		return 0, err
	}
	if pattern == "" {
		return perSecond(all, everything), nil
	}
	status := regexp.MustCompile("^(?:" + pattern + ")$")
	return perSecond(all, func(l map[string]string) bool { return status.MatchString(l[metric.Failed.Label]) }), nil
}

// share is the share of requests whose status matches a pattern.
func (a *auditor) share(ctx context.Context, w incident.Window, pattern string) (float64, error) {
	some, err := a.counted(ctx, w, pattern)
	if err != nil {
		return 0, err
	}
	all, err := a.counted(ctx, w, "")
	if err != nil {
		return 0, err
	}
	if all == 0 {
		return 0, fmt.Errorf("there are no requests")
	}
	return some / all, nil
}

// quantile is the p99 of the subject's requests, between the bounds of the bucket that it lies in as the last 1 % divide it.
func (a *auditor) quantile(ctx context.Context, w incident.Window) (seconds, bucket float64, err error) {
	metric, labels, err := a.requests()
	if err != nil {
		return 0, 0, err
	}
	if metric.Histogram == "" || metric.Native {
		return 0, 0, fmt.Errorf("there are no buckets")
	}
	all, err := a.prometheus.raw(ctx, selection(metric.Histogram+"_bucket", labels), w.From, w.To)
	if err != nil {
		return 0, 0, err
	}
	upTo := map[float64]float64{}
	for _, s := range all {
		bound, err := strconv.ParseFloat(s.Metric["le"], 64)
		if n, seconds := grown(s); err == nil && seconds > 0 {
			upTo[bound] += n / seconds
		}
	}
	bounds := make([]float64, 0, len(upTo))
	for bound := range upTo {
		bounds = append(bounds, bound)
	}
	slices.Sort(bounds)
	if len(bounds) == 0 || upTo[bounds[len(bounds)-1]] == 0 {
		return 0, 0, fmt.Errorf("there are no requests")
	}
	wanted, lower, below := 0.99*upTo[bounds[len(bounds)-1]], 0.0, 0.0
	for _, bound := range bounds {
		if upTo[bound] >= wanted {
			if math.IsInf(bound, 1) {
				return lower * metric.Seconds, 0, nil
			}
			at := lower + (bound-lower)*(wanted-below)/math.Max(upTo[bound]-below, 1e-9)
			return at * metric.Seconds, (bound - lower) * metric.Seconds, nil
		}
		lower, below = bound, upTo[bound]
	}
	return lower * metric.Seconds, 0, nil
}

// minutes are windows of a length within a longer one, spread evenly, for what is too much to count whole.
func minutes(w incident.Window, n int, length time.Duration) []incident.Window {
	if w.Length() <= time.Duration(n)*length {
		return []incident.Window{w}
	}
	all := make([]incident.Window, n)
	for i := range all {
		middle := w.From.Add(w.Length() * time.Duration(2*i+1) / time.Duration(2*n)).Truncate(time.Second)
		all[i] = incident.Window{From: middle.Add(-length / 2), To: middle.Add(length / 2)}
	}
	return all
}
