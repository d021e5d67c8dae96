package convention

import (
	"regexp"
	"sort"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// The metrics of kube-state-metrics that are read.
const (
	PodWaiting         = "kube_pod_container_status_waiting_reason"         // there while a container waits, with the reason
	PodTerminated      = "kube_pod_container_status_last_terminated_reason" // how a container ended last
	PodRestarts        = "kube_pod_container_status_restarts_total"
	PodReady           = "kube_pod_status_ready"
	PodPhase           = "kube_pod_status_phase"
	PodReason          = "kube_pod_status_reason"                        // why a pod as a whole ended, such as its eviction
	InitWaiting        = "kube_pod_init_container_status_waiting_reason" // as PodWaiting
	InitRunning        = "kube_pod_init_container_status_running"
	DeploymentWanted   = "kube_deployment_spec_replicas"
	DeploymentThere    = "kube_deployment_status_replicas_available"
	StatefulSetWanted  = "kube_statefulset_replicas"
	StatefulSetThere   = "kube_statefulset_status_replicas_ready"
	DaemonSetMissing   = "kube_daemonset_status_number_unavailable"
	Endpoints          = "kube_endpoint_info"
	EndpointAddresses  = "kube_endpoint_address"           // one series an address, with the label "ready"
	EndpointsAvailable = "kube_endpoint_address_available" // the same as a number, before kube-state-metrics 2.14
	DeploymentObserved = "kube_deployment_status_observed_generation"
	ReplicaSetCreated  = "kube_replicaset_created"
	NetworkPolicies    = "kube_networkpolicy_created"
	ConfigMapsCreated  = "kube_configmap_created"
	IngressesCreated   = "kube_ingress_created"
	JobsStarted        = "kube_job_status_start_time"
	NodeConditions     = "kube_node_status_condition"
	ContainerLimits    = "kube_pod_container_resource_limits"
)

// The kubelet's metrics of containers (cAdvisor) that are read.
const (
	CPUPeriods    = "container_cpu_cfs_periods_total"
	CPUThrottled  = "container_cpu_cfs_throttled_periods_total"
	MemoryWorking = "container_memory_working_set_bytes"
)

// clusterRole is what some of the cluster's metrics tell.
type clusterRole struct {
	role, title, convention string
	metrics                 []string // each is read where it is there
}

const (
	stateMetrics = "kube-state-metrics"
	cAdvisor     = "cAdvisor"
)

var clusterRoles = []clusterRole{
	{"pods", "State of pods", stateMetrics, []string{PodPhase, PodReady, PodWaiting, PodReason, InitWaiting, InitRunning}},
	{"restarts", "Restarts, and how containers ended", stateMetrics, []string{PodRestarts, PodTerminated}},
	{"rollouts", "Rollouts", stateMetrics, []string{DeploymentObserved, DeploymentWanted, DeploymentThere, ReplicaSetCreated}},
	{"replicas", "Replicas of stateful sets and daemon sets", stateMetrics, []string{StatefulSetWanted, StatefulSetThere, DaemonSetMissing}},
	{"endpoints", "Addresses behind Services", stateMetrics, []string{Endpoints, EndpointAddresses, EndpointsAvailable}},
	{"configuration", "Policies, ingresses and configuration", stateMetrics, []string{NetworkPolicies, ConfigMapsCreated, IngressesCreated}},
	{"nodes", "State of nodes", stateMetrics, []string{NodeConditions}},
	{"limits", "Limits of containers", stateMetrics, []string{ContainerLimits}},
	{"use", "Throttling and memory of containers", cAdvisor, []string{CPUPeriods, CPUThrottled, MemoryWorking}},
}

// clusterMetrics are those of all roles.
var clusterMetrics = func() []string {
	var all []string
	for _, r := range clusterRoles {
		all = append(all, r.metrics...)
	}
	return all
}()

// cluster is kube-state-metrics where it tells of pods. Metrics that appear only with something to tell, such as the
// reason why a container waits, may be missing.
func cluster(have map[string]bool) *incident.ClusterMetric {
	if !have[PodPhase] && !have[PodRestarts] {
		return nil
	}
	chosen := &incident.ClusterMetric{Convention: stateMetrics}
	for _, name := range clusterMetrics {
		if have[name] {
			chosen.Metrics = append(chosen.Metrics, name)
		}
	}
	sort.Strings(chosen.Metrics)
	return chosen
}

// InfrastructureNamespaces is a regular expression over the namespaces in which clusters keep what every service leans
// on: the cluster's own, the network, DNS, ingress, meshes and certificates.
const InfrastructureNamespaces = `kube-.+|.+-system|.*(ingress|istio|linkerd|cilium|calico|traefik|egress|dns|cert-manager|consul|vault).*`

// EventStreams is a regular expression over the service names under which the usual collectors write Kubernetes events:
// names that say so, and what Loki calls a sender without a name.
const EventStreams = `(?i).*(k8s|kube).*event.*|.*event-?(handler|router|exporter).*|unknown_service.*`

var dnsServers = []struct {
	name    *regexp.Regexp
	product string
}{
	{regexp.MustCompile(`(^|[-_.])coredns([-_.]|$)`), "CoreDNS"},
	{regexp.MustCompile(`(^|[-_.])kube-?dns([-_.]|$)`), "kube-dns"},
	{regexp.MustCompile(`(^|[-_.])node-?local-?dns([-_.]|$)`), "NodeLocal DNSCache"},
	{regexp.MustCompile(`(^|[-_.])(dnsmasq|unbound|bind9|powerdns|pdns)([-_.]|$)`), ""},
}

// DNSServer says whether a workload of this name resolves names for others, and what its product is called.
func DNSServer(workload string) (product string, is bool) {
	for _, s := range dnsServers {
		if s.name.MatchString(strings.ToLower(workload)) {
			if s.product == "" {
				return workload, true
			}
			return s.product, true
		}
	}
	return "", false
}
