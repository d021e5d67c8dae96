package readiness

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
)

// part is the label that tells the parts of the joint question apart.
const part = "faultline_part"

// The parts.
const (
	podsPart    = "pods"
	usePart     = "use"
	lookupsPart = "lookups"
	poolPart    = "pool"
)

// infrastructureQuestion asks in one which pods the cluster's state and the kubelet's metrics tell of, and which services
// report name lookups and connection pools; false where this stack has none of these metrics.
func (s *survey) infrastructureQuestion() (promql.Expr, bool) {
	var parts []promql.Expr
	add := func(name string, e promql.Expr, by ...string) {
		parts = append(parts, promql.Labelled(promql.Sum(e, by...), part, name))
	}
	if cluster := s.chosen.Cluster; cluster != nil {
		if slices.Contains(cluster.Metrics, convention.PodPhase) {
			add(podsPart, promql.Above(promql.Select(convention.PodPhase, promql.OneOf("phase", "Running", "Pending", "Failed")), 0), "namespace", "pod")
		}
		if slices.Contains(cluster.Metrics, convention.MemoryWorking) {
			add(usePart, promql.Select(convention.MemoryWorking), "namespace", "pod")
		}
	}
	if m := s.chosen.Lookups; m != nil {
		counts := promql.Select(m.Histogram + "_count")
		if m.Native {
			counts = promql.NativeCount(promql.Select(m.Histogram))
		}
		add(lookupsPart, counts, m.Services...)
	}
	if m := s.chosen.Pool; m != nil {
		add(poolPart, promql.Select(m.Max), m.Services...)
	}
	if len(parts) == 0 {
		return promql.Expr{}, false
	}
	return promql.Or(parts...), true
}

// infrastructure says which metrics of what the service runs on and leans on can be joined to it.
func (s *survey) infrastructure(service string) Factor {
	if problem := s.answers[metricNames].Problem; problem != nil {
		return notChecked(Infrastructure, problem)
	}
	if answer := s.answers[joinable]; answer.Problem != nil {
		return notChecked(Infrastructure, answer.Problem)
	}
	pods, used, beside := s.joined(service)
	values := []incident.Value{value("pods", pods), value("pods with metrics of their use", used)}
	also := ""
	if len(beside) > 0 {
		also = " It reports its own " + strings.Join(beside, " and ") + "."
	}
	switch {
	case pods > 0 && used > 0:
		return Factor{Factor: Infrastructure, State: Ready, Values: values,
			Sentence: fmt.Sprintf("The state of its %s is known, and what %d of them use.%s", podsOf(pods), used, also)}
	case pods > 0:
		return Factor{Factor: Infrastructure, State: Partly, Values: values, Sentence: fmt.Sprintf("The state of its %s is known, but not what they use.%s", podsOf(pods), also),
			Blind: "It would not be known whether its pods are short of memory or processor time.", Change: &changeUse}
	case len(beside) > 0 || used > 0:
		return Factor{Factor: Infrastructure, State: Partly, Values: values, Sentence: "No state of its pods is known." + also,
			Blind: blindWithoutPods, Change: &changeClusterState}
	}
	return Factor{Factor: Infrastructure, State: Missing, Sentence: "No metric of its infrastructure or dependencies can be joined to it.",
		Blind: blindWithoutPods, Change: &changeClusterState}
}

func podsOf(n int) string {
	if n == 1 {
		return "1 pod"
	}
	return fmt.Sprintf("%d pods", n)
}

const blindWithoutPods = "Restarts, crash loops, rollouts and pods that are not ready behind it could not be found."

// joined counts the service's pods, those whose use is known, and lists what else the service reports.
func (s *survey) joined(service string) (pods, used int, beside []string) {
	named := map[string]bool{}
	if seen := s.spans[service]; seen != nil {
		named = seen.pods
	}
	said := map[string]string{lookupsPart: "name lookups", poolPart: "connection pools"}
	for _, series := range s.answers[joinable].Series {
		switch kind := series.Labels[part]; kind {
		case podsPart, usePart:
			if pod := series.Labels["pod"]; !named[pod] && !podOf(pod, service) {
				continue
			}
			if kind == podsPart {
				pods++
			} else {
				used++
			}
		default:
			if convention.ServiceIn(series.Labels, convention.ServiceLabels()) == service && !slices.Contains(beside, said[kind]) {
				beside = append(beside, said[kind])
			}
		}
	}
	slices.Sort(beside)
	return pods, used, beside
}

// podSuffix is what controllers append to a workload's name to name its pods.
var podSuffix = regexp.MustCompile(`^-(\d+|([a-z0-9]{6,10}-)?[a-z0-9]{5})$`)

// podOf says whether a pod is one of a workload that is called as the service is.
func podOf(pod, service string) bool {
	suffix, is := strings.CutPrefix(pod, service)
	return is && podSuffix.MatchString(suffix)
}
