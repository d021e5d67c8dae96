package audit

import (
	"context"
	"math"
	"regexp"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// apart are pods of a service that are not those of another whose name begins with its name.
func apart(service string) []string {
	return []string{matching("pod", regexp.QuoteMeta(service)+"-[a-z0-9]+(-[a-z0-9]+)?")}
}

// throttledChecks recompute the share of CPU periods in which the most throttled pod of a service had to wait.
func (a *auditor) throttledChecks(f incident.Finding, v incident.Value) []check {
	read := func(ctx context.Context, w incident.Window) (float64, error) {
		waited, err := a.prometheus.raw(ctx, selection("container_cpu_cfs_throttled_periods_total", nil, apart(v.Labels["service"])...), w)
		if err != nil {
			return 0, err
		}
		had, err := a.prometheus.raw(ctx, selection("container_cpu_cfs_periods_total", nil, apart(v.Labels["service"])...), w)
		if err != nil {
			return 0, err
		}
		ofPod := func(all []series) map[string]float64 {
			sums := map[string]float64{}
			for _, s := range single(all) {
				sums[s.Metric["namespace"]+"/"+s.Metric["pod"]] += grown(s, w.To)
			}
			return sums
		}
		periods, most, known := ofPod(had), 0.0, false
		for pod, n := range ofPod(waited) {
			if periods[pod] > 0 {
				most, known = math.Max(most, n/periods[pod]), true
			}
		}
		if !known {
			return 0, errNoSamples
		}
		return most, nil
	}
	return a.both(f, v, "throttled of all CPU periods of its most throttled pod", ofPart(0.15, 0.02), read)
}

// memoryChecks recompute how near the fullest container of a service comes to its memory limit; before: middle one.
func (a *auditor) memoryChecks(f incident.Finding, v incident.Value) []check {
	checks := a.both(f, v, "working set of the limit of its fullest container; before: middle one", ofPart(0.1, 0.02), a.memory(v.Labels["service"], highestOf))
	if before, known := a.baseline(f, v); known && len(checks) > 1 {
		checks[1].slack = 0.1 + 0.1*checks[1].said
		checks[1].truth = func(ctx context.Context) (float64, error) {
			return a.memory(v.Labels["service"], middleOf)(ctx, before)
		}
	}
	return checks
}

func highestOf(values []float64) (float64, error) {
	if len(values) == 0 {
		return 0, errNoSamples
	}
	return slices.Max(values), nil
}

// memory reads what the fullest container of a service uses of its limit, of each container's values one.
func (a *auditor) memory(service string, pick func([]float64) (float64, error)) reading {
	return func(ctx context.Context, w incident.Window) (float64, error) {
		used, err := a.prometheus.raw(ctx, selection("container_memory_working_set_bytes", nil, apart(service)...), w)
		if err != nil {
			return 0, err
		}
		limits, err := a.prometheus.raw(ctx, selection("kube_pod_container_resource_limits", map[string]string{"resource": "memory"}, apart(service)...), w)
		if err != nil {
			return 0, err
		}
		limit, most := map[string]float64{}, 0.0
		for _, s := range limits {
			limit[container(s)], _ = lastOf(course([]series{s}, math.Max))
		}
		for _, s := range used {
			of := limit[container(s)]
			if value, err := pick(course([]series{s}, math.Max)); err == nil && of > 0 && s.Metric["container"] != "" {
				most = math.Max(most, value/of)
			}
		}
		if most == 0 {
			return 0, errNoSamples
		}
		return most, nil
	}
}

func container(s series) string { return s.Metric["pod"] + "/" + s.Metric["container"] }
