package audit

import (
	"context"
	"errors"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

const ofBuckets = "the bucket of the histogram's samples in which the last 1% begins"

// buckets are where the durations of some requests or calls stand, and how many seconds one unit of them is.
type buckets struct {
	histogram string
	labels    map[string]string
	seconds   float64
}

// p99 is the 99th percentile, s, and how wide the bucket is that it lies in.
func (a *auditor) p99(ctx context.Context, of buckets, w incident.Window) (seconds, width float64, err error) {
	all, err := a.prometheus.raw(ctx, selection(of.histogram+"_bucket", of.labels), w)
	if err != nil {
		return 0, 0, err
	}
	at, width, err := quantile(all, w)
	return at * of.seconds, width * of.seconds, err
}

// p99Checks recompute the p99 of the subject's operations, or of a callee as its caller or it itself measures it.
func (a *auditor) p99Checks(f incident.Finding, v incident.Value) []check {
	of, err := a.bucketsOf(v)
	if err != nil {
		return nil
	}
	read := func(ctx context.Context, w incident.Window) (float64, error) {
		seconds, _, err := a.p99(ctx, of, w)
		return seconds, err
	}
	checks := a.both(f, v, ofBuckets, ofPart(0.1, 0), read)
	if _, width, err := a.p99(context.Background(), of, a.window(f)); err == nil {
		checks[0].slack += width / 4
	}
	if before, known := a.baseline(f, v); known && len(checks) > 1 { // a median of many short times may lie elsewhere in the bucket
		checks[1].slack = 0.25 * checks[1].said
		if _, width, err := a.p99(context.Background(), of, before); err == nil {
			checks[1].slack += width / 2
		}
	}
	return checks
}

// bucketsOf are the durations that a value speaks of.
func (a *auditor) bucketsOf(v incident.Value) (buckets, error) {
	callee, caller := v.Labels["service"], v.Labels["caller"]
	switch {
	case caller != "":
		return a.callBuckets(caller, a.c.Subject.Service)
	case callee != "" && a.viewOf(callee, func(d incident.Dependency) string { return d.P99View }) == "client":
		return a.callBuckets(a.c.Subject.Service, callee)
	case callee != "":
		return servedBuckets(a.ofService(callee))
	}
	return servedBuckets(a.requests(a.operationOf(v)))
}

func servedBuckets(metric *incident.RequestMetric, labels map[string]string, err error) (buckets, error) {
	switch {
	case err != nil:
		return buckets{}, err
	case metric.Native || metric.Histogram == "":
		return buckets{}, errNative
	}
	return buckets{metric.Histogram, labels, metric.Seconds}, nil
}

func (a *auditor) callBuckets(caller, callee string) (buckets, error) {
	_, labels, _, err := a.edge(caller, callee, false)
	if err != nil {
		return buckets{}, err
	}
	e := a.c.Facts.Conventions.Edges
	if e.Native || e.Histogram == "" {
		return buckets{}, errNative
	}
	return buckets{e.Histogram, labels, e.Seconds}, nil
}

// meanChecks recompute the mean time of requests of which only sum and count are told.
func (a *auditor) meanChecks(f incident.Finding, v incident.Value) []check {
	return a.both(f, v, "increase of the sum of durations over that of their count", ofPart(0.15, 0.001), func(ctx context.Context, w incident.Window) (float64, error) {
		metric, labels, err := a.requests(a.operationOf(v))
		if err != nil {
			return 0, err
		}
		if metric.Mean == "" {
			return 0, errors.New("the metric has no sum of its own")
		}
		mean, err := a.mean(ctx, metric.Mean, labels, w)
		return mean * metric.Seconds, err
	})
}

// mean is what the sum of a family rose by over what its count rose by.
func (a *auditor) mean(ctx context.Context, family string, labels map[string]string, w incident.Window) (float64, error) {
	parts := [2]float64{}
	for i, suffix := range []string{"_sum", "_count"} {
		all, err := a.prometheus.raw(ctx, selection(family+suffix, labels), w)
		if err != nil {
			return 0, err
		}
		parts[i] = perSecond(single(all), everything)
	}
	if parts[1] == 0 {
		return 0, errNoRequests
	}
	return parts[0] / parts[1], nil
}
