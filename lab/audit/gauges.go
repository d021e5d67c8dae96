package audit

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// of are the samples of a metric that bear a service's name under one of the labels that may hold it.
func (a *auditor) of(ctx context.Context, metric string, named []string, service string, labels map[string]string, w incident.Window) ([]series, error) {
	spelled := []string{service}
	if known := a.c.Facts.Service; known != nil && known.Prefix != "" {
		spelled = append(spelled, known.Prefix+service)
	}
	for _, name := range named {
		for _, value := range spelled {
			all, err := a.prometheus.raw(ctx, selection(metric, with(labels, name, value)), w)
			if err != nil || len(all) > 0 {
				return all, err
			}
		}
	}
	return nil, errNoSamples
}

// with are labels and one more.
func with(labels map[string]string, name, value string) map[string]string {
	more := map[string]string{name: value}
	for n, v := range labels {
		more[n] = v
	}
	return more
}

// course is what some gauges are together at each time, oldest first.
func course(all []series, together func(a, b float64) float64) []float64 {
	at := map[time.Time]float64{}
	var times []time.Time
	for _, s := range all {
		for _, v := range s.Values {
			t := v.at.Truncate(time.Second)
			if known, seen := at[t]; seen {
				at[t] = together(known, v.value)
				continue
			}
			at[t] = v.value
			times = append(times, t)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	values := make([]float64, len(times))
	for i, t := range times {
		values[i] = at[t]
	}
	return values
}

func plus(a, b float64) float64 { return a + b }

// lastOf is the newest value.
func lastOf(values []float64) (float64, error) {
	if len(values) == 0 {
		return 0, errNoSamples
	}
	return values[len(values)-1], nil
}

// within is a number itself where it lies between two others, and else the nearer of these: where a few examples tell no more than about
// where the true one lies.
func within(said, least, most float64) float64 { return math.Min(math.Max(said, least), most) }

// meanOf is the mean of some values, and four of its standard errors.
func meanOf(values []float64) (mean, margin float64) {
	n := float64(len(values))
	for _, v := range values {
		mean += v / n
	}
	for _, v := range values {
		margin += (v - mean) * (v - mean)
	}
	return mean, 4 * math.Sqrt(margin/math.Max(n-1, 1)/n)
}

// middleOf is the median.
func middleOf(values []float64) (float64, error) {
	if len(values) == 0 {
		return 0, errNoSamples
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2], nil
}

// level checks a gauge: the newest value now, and the middle one before.
func (a *auditor) level(f incident.Finding, v incident.Value, how string, read func(context.Context, incident.Window) ([]float64, error)) []check {
	checks := a.both(f, v, how, ofPart(0.05, 1), nil)
	for i := range checks {
		w, pick := a.window(f), lastOf
		if i > 0 {
			w, _ = a.baseline(f, v)
			pick = middleOf
			checks[i].slack = 1 + 0.25*math.Abs(checks[i].said)
		}
		checks[i].truth = func(ctx context.Context) (float64, error) {
			values, err := read(ctx, w)
			if err != nil {
				return 0, err
			}
			return pick(values)
		}
	}
	return checks
}

// poolChecks recompute how many connections are in use and allowed; of pools that several services share, how full they are.
func (a *auditor) poolChecks(f incident.Finding, v incident.Value) []check {
	if a.c.Facts.Conventions == nil || a.c.Facts.Conventions.Pool == nil {
		return nil
	}
	metric, service, labels := a.c.Facts.Conventions.Pool, v.Labels["service"], map[string]string{}
	if pool := v.Labels["pool"]; pool != "" && metric.Name != "" {
		labels[metric.Name] = pool
	}
	most := func(name string, only map[string]string) func(context.Context, incident.Window) ([]float64, error) {
		return func(ctx context.Context, w incident.Window) ([]float64, error) {
			selected := labels
			for n, value := range only {
				selected = with(selected, n, value)
			}
			all, err := a.of(ctx, name, metric.Services, service, selected, w)
			return course(all, math.Max), err
		}
	}
	used, allowed := most(metric.Used, metric.Only), most(metric.Max, nil)
	switch {
	case v.Measure == incident.MeasureAllowed:
		return a.level(f, v, "the most that any of its pools says to allow", allowed)
	case v.Unit != incident.Ratio:
		return a.level(f, v, "the fullest of its pools, newest sample; before: middle one", used)
	}
	checks := a.level(f, v, "the fullest of its pools, newest sample, of what is allowed; before: middle one", func(ctx context.Context, w incident.Window) ([]float64, error) {
		values, err := used(ctx, w)
		if err != nil {
			return nil, err
		}
		limits, err := allowed(ctx, w)
		if err != nil {
			return nil, err
		}
		limit, err := lastOf(limits)
		for i := range values {
			values[i] /= limit
		}
		return values, err
	})
	for i := range checks {
		checks[i].slack = 0.05 + 0.1*checks[i].said
	}
	return checks
}

// waitingChecks recompute how much waits in a queue.
func (a *auditor) waitingChecks(f incident.Finding, v incident.Value) []check {
	if a.c.Facts.Conventions == nil || a.c.Facts.Conventions.Queue == nil {
		return nil
	}
	metric := a.c.Facts.Conventions.Queue
	labels := map[string]string{metric.Queue: v.Labels["queue"]}
	if consumer := v.Labels["consumer"]; consumer != "" && metric.Consumer != "" {
		labels[metric.Consumer] = consumer
	}
	return a.level(f, v, "all of the queue's partitions, newest sample; before: middle one", func(ctx context.Context, w incident.Window) ([]float64, error) {
		all, err := a.prometheus.raw(ctx, selection(metric.Waiting, labels), w)
		return course(all, plus), err
	})
}

// lookupChecks recompute the mean time of a name's lookups.
func (a *auditor) lookupChecks(f incident.Finding, v incident.Value) []check {
	found := a.c.Facts.Lookups
	if found == nil || a.c.Facts.Conventions == nil || a.c.Facts.Conventions.Lookups == nil || a.c.Facts.Conventions.Lookups.Native {
		return nil
	}
	metric := a.c.Facts.Conventions.Lookups
	labels := map[string]string{metric.Name: v.Labels["name"]}
	return a.both(f, v, "increase of the sum of durations over that of their count", ofPart(0.25, 0.003), func(ctx context.Context, w incident.Window) (float64, error) {
		parts := [2]float64{}
		for i, suffix := range []string{"_sum", "_count"} {
			all, err := a.of(ctx, metric.Histogram+suffix, metric.Services, found.Service, labels, w)
			if err != nil {
				return 0, err
			}
			parts[i] = perSecond(all, everything)
		}
		if parts[1] == 0 {
			return 0, errNoRequests
		}
		return metric.Seconds * parts[0] / parts[1], nil
	})
}

// ofNodes are the samples of the time that work waits for processors, by node.
func (a *auditor) ofNodes(ctx context.Context, w incident.Window) (map[string][]series, error) {
	metric, nodes := a.c.Facts.Conventions.Nodes, map[string][]series{}
	all, err := a.prometheus.raw(ctx, selection(metric.Waiting, nil), w)
	for _, s := range all {
		for _, label := range metric.Names {
			if name := s.Metric[label]; name != "" {
				nodes[name] = append(nodes[name], s)
				break
			}
		}
	}
	return nodes, err
}

// nodeChecks count the nodes that report how long work waits for processors.
func (a *auditor) nodeChecks(f incident.Finding, v incident.Value) []check {
	if a.c.Facts.Conventions == nil || a.c.Facts.Conventions.Nodes == nil {
		return nil
	}
	return a.both(f, v, "nodes that have such a counter", exactly, func(ctx context.Context, w incident.Window) (float64, error) {
		nodes, err := a.ofNodes(ctx, w)
		return float64(len(nodes)), err
	})
}

// pressureChecks recompute the share of time that work waits for a processor on a node.
func (a *auditor) pressureChecks(f incident.Finding, v incident.Value) []check {
	if a.c.Facts.Conventions == nil || a.c.Facts.Conventions.Nodes == nil {
		return nil
	}
	return a.both(f, v, "increase of the counter of waiting time over its time", ofPart(0.15, 0.02), func(ctx context.Context, w incident.Window) (float64, error) {
		nodes, err := a.ofNodes(ctx, w)
		if err == nil && len(nodes[v.Labels["node"]]) == 0 {
			err = errNoSamples
		}
		return perSecond(nodes[v.Labels["node"]], everything), err
	})
}
