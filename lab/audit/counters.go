package audit

import (
	"context"
	"errors"
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

// grown is by how much a counter rose within its samples, with what it lost when it began anew. A counter that is born after a moment had
// counted nothing before its first sample.
func grown(s series, born time.Time) float64 {
	increase := 0.0
	if len(s.Values) > 0 && s.Values[0].at.After(born) {
		increase = s.Values[0].value
	}
	for i := 1; i < len(s.Values); i++ {
		d := s.Values[i].value - s.Values[i-1].value
		if d < 0 {
			d = s.Values[i].value
		}
		increase += d
	}
	return increase
}

// spread is the time of the first and of the last sample of some series, and how far samples lie apart.
func spread(all []series) (first, last time.Time, apart time.Duration) {
	for _, s := range all {
		for i, v := range s.Values {
			if first.IsZero() || v.at.Before(first) {
				first = v.at
			}
			if v.at.After(last) {
				last = v.at
			}
			if i == 0 {
				continue
			}
			if between := v.at.Sub(s.Values[i-1].at); apart == 0 || between < apart {
				apart = between
			}
		}
	}
	return first, last, apart
}

// perSecond is by how much some series rose together, over the time that there are samples of any of all.
func perSecond(all []series, keep func(labels map[string]string) bool) float64 {
	first, last, apart := spread(all)
	if !last.After(first) {
		return 0
	}
	sum := 0.0
	for _, s := range all {
		if keep(s.Metric) {
			sum += grown(s, first.Add(apart*3/2))
		}
	}
	return sum / last.Sub(first).Seconds()
}

// once leaves one of the series that differ in nothing but which replica of a server wrote them.
func once(all []series) []series {
	known, kept := map[string]bool{}, []series{}
	for _, s := range all {
		labels, replicated := []string{}, false
		for name, value := range s.Metric {
			if strings.Contains(name, "replica") {
				replicated = true
				continue
			}
			labels = append(labels, name+"="+value)
		}
		sort.Strings(labels)
		key := strings.Join(labels, "\x00")
		if replicated && known[key] {
			continue
		}
		known[key] = true
		kept = append(kept, s)
	}
	return kept
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

// requests are the labels with which the requests of one of the subject's operations stand in the metric, or of all of them.
func (a *auditor) requests(operation string) (metric *incident.RequestMetric, labels map[string]string, err error) {
	conventions, service := a.c.Facts.Conventions, a.c.Facts.Service
	if conventions == nil || conventions.Requests == nil || service == nil {
		return nil, nil, fmt.Errorf("the case does not say which metric has the requests")
	}
	metric = conventions.Requests
	labels = map[string]string{service.Label: service.Value}
	for name, value := range metric.Only {
		labels[name] = value
	}
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

var (
	errNoRequests = errors.New("there are no requests")
	errFall       = errors.New("the counters go up and down, and so tell no rate")
)

// fall says that a counter falls at more than a tenth of its samples, as none does that merely begins anew.
func fall(all []series) bool {
	return slices.ContainsFunc(all, func(s series) bool {
		falls := 0
		for i := 1; i < len(s.Values); i++ {
			if s.Values[i].value < s.Values[i-1].value {
				falls++
			}
		}
		return falls > 1 && 10*falls > len(s.Values)
	})
}

// counted is the rate of the subject's requests of a window whose status matches a pattern; an empty pattern means all.
func (a *auditor) counted(ctx context.Context, w incident.Window, pattern string) (float64, error) {
	return a.countedOf(ctx, a.c.Subject.Operation, w, pattern)
}

// countedOf is counted for one of the subject's operations.
func (a *auditor) countedOf(ctx context.Context, operation string, w incident.Window, pattern string) (float64, error) {
	metric, labels, err := a.requests(operation)
	if err != nil {
		return 0, err
	}
	return a.countedBy(ctx, metric, labels, w, pattern)
}

func (a *auditor) countedBy(ctx context.Context, metric *incident.RequestMetric, labels map[string]string, w incident.Window, pattern string) (float64, error) {
	if metric.Native && metric.Counter == "" {
		return 0, errors.New("native histograms have no samples of one number")
	}
	all, err := a.prometheus.raw(ctx, selection(metric.Counts(), labels), w.From, w.To)
	if err != nil {
		return 0, err
	}
	if all = once(all); fall(all) {
		return 0, errFall
	}
	if pattern == "" {
		return perSecond(all, everything), nil
	}
	status := regexp.MustCompile("^(?:" + pattern + ")$")
	return perSecond(all, func(l map[string]string) bool { return status.MatchString(l[metric.Failed.Label]) }), nil
}

// share is the share of the subject's requests whose status matches a pattern.
func (a *auditor) share(ctx context.Context, w incident.Window, pattern string) (float64, error) {
	return a.shareOf(ctx, a.c.Subject.Operation, w, pattern)
}

func (a *auditor) shareOf(ctx context.Context, operation string, w incident.Window, pattern string) (float64, error) {
	metric, labels, err := a.requests(operation)
	if err != nil {
		return 0, err
	}
	return a.failedShare(ctx, metric, labels, w, pattern)
}

func (a *auditor) failedShare(ctx context.Context, metric *incident.RequestMetric, labels map[string]string, w incident.Window, pattern string) (float64, error) {
	some, err := a.countedBy(ctx, metric, labels, w, pattern)
	if err != nil {
		return 0, err
	}
	all, err := a.countedBy(ctx, metric, labels, w, "")
	if err == nil && all == 0 {
		err = errNoRequests
	}
	return some / all, err
}

// quantile is the p99 of the subject's requests, between the bounds of the bucket that it lies in as the last 1 % divide it.
func (a *auditor) quantile(ctx context.Context, w incident.Window) (seconds, bucket float64, err error) {
	metric, labels, err := a.requests(a.c.Subject.Operation)
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
	if fall(all) {
		return 0, 0, errFall
	}
	upTo := map[float64]float64{}
	for _, s := range once(all) {
		if bound, err := strconv.ParseFloat(s.Metric["le"], 64); err == nil {
			upTo[bound] += grown(s, w.To)
		}
	}
	bounds := make([]float64, 0, len(upTo))
	for bound := range upTo {
		bounds = append(bounds, bound)
	}
	slices.Sort(bounds)
	if len(bounds) == 0 || upTo[bounds[len(bounds)-1]] == 0 {
		return 0, 0, errNoRequests
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
