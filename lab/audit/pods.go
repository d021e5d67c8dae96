package audit

import (
	"context"
	"math"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// podsOf is the pattern of the pods of a workload, by what Kubernetes' controllers append to its name.
func podsOf(workload string) string { return regexp.QuoteMeta(workload) + "(-[a-z0-9]+){0,2}" }

func matching(label, pattern string) string { return label + "=~" + strconv.Quote(pattern) }

// badStates are the metrics that say of a pod that something is wrong with it, as kube-state-metrics names them.
func badStates() map[string][]string {
	return map[string][]string{
		"kube_pod_container_status_waiting_reason":         {matching("reason", "CrashLoopBackOff|ImagePullBackOff|ErrImagePull|InvalidImageName|CreateContainer.*Error|RunContainerError")},
		"kube_pod_container_status_last_terminated_reason": {matching("reason", "OOMKilled")},
		"kube_pod_status_phase":                            {matching("phase", "Failed|Pending|Unknown")},
		"kube_pod_status_ready":                            {matching("condition", "false")},
	}
}

// ofLately are the least and the most that a number was in the last minute.
func ofLately(values map[time.Time]float64, to time.Time) (least, most float64) {
	least, most = math.Inf(1), math.Inf(-1)
	for at, value := range values {
		if to.Sub(at) <= time.Minute {
			least, most = math.Min(least, value), math.Max(most, value)
		}
	}
	return least, most
}

// restartChecks count how often containers of a workload restarted.
func (a *auditor) restartChecks(f incident.Finding, v incident.Value) []check {
	return a.both(f, v, "increase of the counters of its containers' restarts", ofPart(0, 1), func(ctx context.Context, w incident.Window) (float64, error) {
		all, err := a.prometheus.raw(ctx, selection("kube_pod_container_status_restarts_total", namespaced(v), matching("pod", podsOf(v.Labels["workload"]))), w)
		sum := 0.0
		for _, s := range single(all) {
			sum += grown(s, w.To)
		}
		return sum, err
	})
}

// missingChecks count the replicas of a workload that are wanted and not available.
func (a *auditor) missingChecks(f incident.Finding, v incident.Value) []check {
	return a.both(f, v, "replicas wanted less those available, in the last minute", exactly, func(ctx context.Context, w incident.Window) (float64, error) {
		return a.missing(ctx, v.Labels["namespace"], v.Labels["workload"], v.Value, w)
	})
}

// troubledPodChecks count the pods of a workload that were in a bad state or restarted.
func (a *auditor) troubledPodChecks(f incident.Finding, v incident.Value) []check {
	return a.both(f, v, "pods that were in a bad state, or restarted", exactly, func(ctx context.Context, w incident.Window) (float64, error) {
		troubled, err := a.troubled(ctx, namespaced(v), matching("pod", podsOf(v.Labels["workload"])), w)
		return float64(len(troubled)), err
	})
}

func namespaced(v incident.Value) map[string]string {
	return map[string]string{"namespace": v.Labels["namespace"]}
}

// troubled are the pods that were in a bad state or restarted, each with the first sample that shows it.
func (a *auditor) troubled(ctx context.Context, ofWorkload map[string]string, pods string, w incident.Window) (map[string]time.Time, error) {
	found := map[string]time.Time{}
	show := func(pod string, at time.Time) {
		if known, seen := found[pod]; !seen || at.Before(known) {
			found[pod] = at
		}
	}
	for metric, only := range badStates() {
		all, err := a.prometheus.raw(ctx, selection(metric, ofWorkload, append(only, pods)...), w)
		if err != nil {
			return nil, err
		}
		for _, s := range all {
			if at := slices.IndexFunc(s.Values, func(p sample) bool { return p.value > 0 }); at >= 0 {
				show(s.Metric["pod"], s.Values[at].at)
			}
		}
	}
	all, err := a.prometheus.raw(ctx, selection("kube_pod_container_status_restarts_total", ofWorkload, pods), w)
	for _, s := range all {
		for i := 1; i < len(s.Values); i++ {
			if s.Values[i].value > s.Values[i-1].value {
				show(s.Metric["pod"], s.Values[i].at)
				break
			}
		}
	}
	return found, err
}

// troubledSinceChecks look up the first sample that shows trouble of a workload's pods.
func (a *auditor) troubledSinceChecks(f incident.Finding, v incident.Value) []check {
	const near = time.Minute // the moment is told between two samples
	return a.both(f, v, "first sample that shows it", ofPart(0, near.Seconds()), func(ctx context.Context, w incident.Window) (float64, error) {
		pods, err := a.troubled(ctx, namespaced(v), matching("pod", podsOf(v.Labels["workload"])), w)
		first := time.Time{}
		for _, at := range pods {
			if first.IsZero() || at.Before(first) {
				first = at
			}
		}
		if err == nil && first.IsZero() {
			err = errNoSamples
		}
		return float64(first.Unix()), err
	})
}

// strainedNodeChecks count the nodes that came under pressure, as their conditions say.
func (a *auditor) strainedNodeChecks(f incident.Finding, v incident.Value) []check {
	if f.Baseline == nil {
		return nil
	}
	before := incident.Window{From: f.Baseline.From, To: f.Baseline.From.Add(time.Hour)}
	return a.both(f, v, "conditions of nodes that hold and did not in the first hour", exactly, func(ctx context.Context, w incident.Window) (float64, error) {
		hold := func(w incident.Window) (map[string]bool, error) {
			all, err := a.prometheus.raw(ctx, selection("kube_node_status_condition", map[string]string{"status": "true"},
				matching("condition", "MemoryPressure|DiskPressure|PIDPressure|NetworkUnavailable")), w)
			nodes := map[string]bool{}
			for _, s := range all {
				if slices.ContainsFunc(s.Values, func(p sample) bool { return p.value > 0 }) {
					nodes[s.Metric["node"]+s.Metric["condition"]] = true
				}
			}
			return nodes, err
		}
		then, err := hold(before)
		if err != nil {
			return 0, err
		}
		now, err := hold(w)
		fresh := 0.0
		for node := range now {
			if !then[node] {
				fresh++
			}
		}
		return fresh, err
	})
}

// changeCountChecks count the changes that the finding names, before the onset and after it.
func (a *auditor) changeCountChecks(f incident.Finding, v incident.Value) []check {
	until := a.c.Window.To // where nobody knows when it began, all that was changed is before that
	if onset := a.c.Facts.Onset; onset != nil {
		until = onset.Latest
	}
	return []check{{number: v.Name, said: v.Value, unit: v.Unit, how: "those of its changes whose time is not after the onset, or is", truth: func(context.Context) (float64, error) {
		before, after := 0.0, 0.0
		for _, change := range f.Values {
			switch {
			case change.Measure != incident.MeasureChanged:
			case float64(a.beginning(change.Value).Unix()) > float64(until.Unix()):
				after++
			default:
				before++
			}
		}
		if v.Measure == incident.MeasureChangesAfter {
			return after, nil
		}
		return before, nil
	}}}
}

// beginning is the earliest moment of the change that is known to have been over at a Unix time: two samples may have it between them.
func (a *auditor) beginning(at float64) time.Time {
	latest := time.Unix(int64(at), 0)
	if a.c.Facts.Changes != nil {
		for _, k := range a.c.Facts.Changes.List {
			if k.At.Unix() == latest.Unix() && !k.NotBefore.IsZero() {
				return k.NotBefore
			}
		}
	}
	return latest
}

func (a *auditor) missing(ctx context.Context, namespace, workload string, said float64, w incident.Window) (float64, error) {
	missing := map[time.Time]float64{}
	for metric, sign := range map[string]float64{"kube_deployment_spec_replicas": 1, "kube_deployment_status_replicas_available": -1} {
		all, err := a.prometheus.raw(ctx, selection(metric, map[string]string{"namespace": namespace, "deployment": workload}), w)
		if err != nil {
			return 0, err
		}
		for _, s := range single(all) {
			for _, p := range s.Values {
				missing[p.at.Truncate(time.Second)] += sign * p.value
			}
		}
	}
	if len(missing) == 0 {
		return 0, nil // no deployment
	}
	least, most := ofLately(missing, w.To)
	return math.Max(0, within(said, least, most)), nil
}
