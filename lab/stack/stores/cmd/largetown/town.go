package main

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

// town is a system of services that call each other as a tree: service n calls those of 2n+1 and 2n+2. Since the fault, a part of the
// calls of service 1 to service 3 fail, and the requests with them.
type town struct {
	services, pods  int
	from, to, fault time.Time
}

const (
	perSecond = 4.0 // requests to a service, all pods together
	failing   = 0.3 // of the requests to the hurt one since the fault
	hurt      = 3   // the service that fails
	caller    = 1   // that calls it; the alert is its
	strain    = 2.5 // times its usual level by which the hurt one uses more since the fault
	perNode   = 30  // pods of one node
)

var (
	bounds = []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}
	routes = []struct{ method, route string }{{"GET", "/items"}, {"GET", "/items/{id}"}, {"POST", "/items"},
		{"PUT", "/items/{id}"}, {"DELETE", "/items/{id}"}}
)

func (t town) name(service int) string { return fmt.Sprintf("town-%04d", service) }

// each gives every series with its value at a time, as long as it is wanted.
func (t town) each(visit func(labels.Labels, func(time.Time) float64) bool) {
	for service := range t.services {
		for pod := range t.pods {
			if !t.podOf(service, pod, visit) {
				return
			}
		}
		if !t.workload(service, visit) || !t.calls(service, visit) {
			return
		}
	}
}

// since is how many seconds of a time lie after the first sample, and after the fault.
func (t town) since(at time.Time) (all, faulty float64) {
	return at.Sub(t.from).Seconds(), math.Max(0, at.Sub(t.fault).Seconds())
}

// failed is the share of a service's requests that fail since the fault.
func (t town) failed(service int) float64 {
	if service == hurt || service == caller {
		return failing
	}
	return 0
}

// counted is a counter of requests, those that fail or those that do not, a share of all.
func (t town) counted(service int, share float64, fails bool) func(time.Time) float64 {
	return func(at time.Time) float64 {
		all, faulty := t.since(at)
		bad := faulty * t.failed(service)
		if fails {
			return math.Floor(perSecond * share * bad)
		}
		return math.Floor(perSecond * share * (all - bad))
	}
}

// beyond is the share of requests that take no longer than a bound, of a log-normal time with a median of 30 ms.
func beyond(bound float64) float64 {
	return 0.5 * (1 + math.Erf(math.Log(bound/0.03)/(0.7*math.Sqrt2)))
}

// histogram gives the series of a histogram: each counter is a share of the requests.
func (t town) histogram(name string, l []string, count func(time.Time) float64, visit func(labels.Labels, func(time.Time) float64) bool) bool {
	for _, bound := range bounds {
		share := beyond(bound)
		if !visit(of(name+"_bucket", append(l[:len(l):len(l)], "le", strconv.FormatFloat(bound, 'g', -1, 64))...), func(at time.Time) float64 { return math.Floor(share * count(at)) }) {
			return false
		}
	}
	return visit(of(name+"_bucket", append(l[:len(l):len(l)], "le", "+Inf")...), count) && visit(of(name+"_count", l...), count) &&
		visit(of(name+"_sum", l...), func(at time.Time) float64 { return 0.038 * count(at) })
}

// podOf gives what a pod reports of its requests, and what the kubelet and the cluster's state say of it.
func (t town) podOf(service, pod int, visit func(labels.Labels, func(time.Time) float64) bool) bool {
	name := t.name(service)
	podName := fmt.Sprintf("%s-7c9d5f6b8-%s", name, suffix(service*t.pods+pod))
	share := 1 / float64(t.pods*len(routes))
	for _, r := range routes {
		l := []string{"service_name", name, "k8s_namespace_name", "town", "k8s_pod_name", podName, "http_request_method", r.method, "http_route", r.route}
		for _, fails := range []bool{false, true} {
			if fails && t.failed(service) == 0 {
				continue
			}
			status := map[bool]string{false: "200", true: "500"}[fails]
			if !t.histogram("http_server_request_duration_seconds", append(l[:len(l):len(l)], "http_response_status_code", status), t.counted(service, share, fails), visit) {
				return false
			}
		}
	}
	return t.kubelet(service, podName, service*t.pods+pod, visit)
}

// kubelet gives the series of a pod's container by cAdvisor and by kube-state-metrics.
func (t town) kubelet(service int, pod string, number int, visit func(labels.Labels, func(time.Time) float64) bool) bool {
	name, node, more := t.name(service), fmt.Sprintf("node-%03d", number/perNode), 0.0
	if service == hurt {
		more = strain
	}
	container := []string{"namespace", "town", "pod", pod, "container", name, "node", node}
	wave := func(level float64) func(time.Time) float64 {
		return func(at time.Time) float64 {
			_, faulty := t.since(at)
			return level * (1 + 0.05*math.Sin(float64(at.Unix()+int64(number)*37)/311) + more*math.Min(1, faulty))
		}
	}
	rising := func(rate float64) func(time.Time) float64 {
		return func(at time.Time) float64 {
			all, faulty := t.since(at)
			return rate * (all*(1+0.01*math.Sin(float64(number))) + more*faulty)
		}
	}
	for _, g := range usage {
		value := wave(g.level)
		if g.counter {
			value = rising(g.level)
		}
		if !visit(of(g.name, container...), value) {
			return false
		}
	}
	constant := func(v float64) func(time.Time) float64 { return func(time.Time) float64 { return v } }
	for phase, v := range map[string]float64{"Running": 1, "Pending": 0, "Failed": 0, "Unknown": 0, "Succeeded": 0} {
		if !visit(of("kube_pod_status_phase", "namespace", "town", "pod", pod, "phase", phase), constant(v)) {
			return false
		}
	}
	for condition, v := range map[string]float64{"true": 1, "false": 0, "unknown": 0} {
		if !visit(of("kube_pod_status_ready", "namespace", "town", "pod", pod, "condition", condition), constant(v)) {
			return false
		}
	}
	return visit(of("kube_pod_container_status_restarts_total", "namespace", "town", "pod", pod, "container", name), constant(float64(number%3))) &&
		visit(of("kube_pod_info", "namespace", "town", "pod", pod, "node", node), constant(1)) &&
		visit(of("kube_pod_container_resource_limits", "namespace", "town", "pod", pod, "container", name, "resource", "memory"), constant(512<<20))
}

// usage are metrics of cAdvisor, with a usual level or rate.
var usage = []struct {
	name    string
	level   float64
	counter bool
}{
	{"container_cpu_usage_seconds_total", 0.2, true}, {"container_cpu_user_seconds_total", 0.15, true}, {"container_cpu_system_seconds_total", 0.05, true},
	{"container_cpu_cfs_periods_total", 10, true}, {"container_cpu_cfs_throttled_periods_total", 0, true}, {"container_cpu_cfs_throttled_seconds_total", 0, true},
	{"container_memory_working_set_bytes", 2e8, false}, {"container_memory_usage_bytes", 3e8, false}, {"container_memory_rss", 1.5e8, false},
	{"container_memory_cache", 1e8, false}, {"container_memory_mapped_file", 1e6, false}, {"container_memory_failcnt", 0, true}, {"container_memory_max_usage_bytes", 3.5e8, false},
	{"container_fs_reads_bytes_total", 4000, true}, {"container_fs_writes_bytes_total", 9000, true}, {"container_fs_usage_bytes", 5e7, false}, {"container_fs_limit_bytes", 1e11, false},
	{"container_network_receive_bytes_total", 5e4, true}, {"container_network_transmit_bytes_total", 5e4, true}, {"container_network_receive_errors_total", 0, true},
	{"container_sockets", 20, false}, {"container_threads", 12, false}, {"container_spec_memory_limit_bytes", 5e8, false}, {"container_spec_cpu_quota", 1e5, false},
}

// workload gives what the cluster's state says of a deployment.
func (t town) workload(service int, visit func(labels.Labels, func(time.Time) float64) bool) bool {
	l := []string{"namespace", "town", "deployment", t.name(service)}
	for name, v := range map[string]float64{"kube_deployment_spec_replicas": float64(t.pods), "kube_deployment_status_replicas_available": float64(t.pods),
		"kube_deployment_status_observed_generation": 4, "kube_deployment_metadata_generation": 4} {
		if !visit(of(name, l...), func(time.Time) float64 { return v }) {
			return false
		}
	}
	return true
}

// calls gives the service graph's series of a service's calls.
func (t town) calls(service int, visit func(labels.Labels, func(time.Time) float64) bool) bool {
	for _, callee := range []int{2*service + 1, 2*service + 2} {
		if callee >= t.services {
			continue
		}
		l := []string{"client", t.name(service), "server", t.name(callee), "connection_type", ""}
		all := t.counted(0, 1, false)
		if !visit(of("traces_service_graph_request_total", l...), all) || !visit(of("traces_service_graph_request_failed_total", l...), t.counted(callee, 1, true)) ||
			!t.histogram("traces_service_graph_request_server_seconds", l, all, visit) {
			return false
		}
	}
	return true
}

// of are the labels of a series.
func of(name string, pairs ...string) labels.Labels {
	return labels.FromStrings(append([]string{labels.MetricName, name}, pairs...)...)
}

// suffix is what a ReplicaSet appends to a pod's name.
func suffix(number int) string {
	const letters = "bcdfghjklmnpqrstvwxz2456789"
	text := make([]byte, 5)
	for i := range text {
		text[i] = letters[number%len(letters)]
		number /= len(letters)
	}
	return string(text)
}
