package convention

import (
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// scopeLabels are the labels under which metrics, log streams and alerts say which of several systems something belongs to, best
// first: what a workload says of itself before what its exporter or its scraper says.
var scopeLabels = map[incident.ScopePart][]string{
	incident.Namespace: {"exported_namespace", "destination_workload_namespace", "destination_service_namespace", "k8s_namespace_name",
		"service_namespace", "kubernetes_namespace_name", "kubernetes_namespace", "namespace"},
	incident.Environment: {"exported_environment", "deployment_environment_name", "deployment_environment", "environment", "env", "stage"},
	incident.Cluster:     {"k8s_cluster_name", "destination_cluster", "kubernetes_cluster", "cluster_name", "cluster"},
}

// scopeAttributes are the resource attributes of spans that say it, best first.
var scopeAttributes = map[incident.ScopePart][]string{
	incident.Namespace:   {"k8s.namespace.name", "service.namespace", "namespace"},
	incident.Environment: {"deployment.environment.name", "deployment.environment", "environment", "env"},
	incident.Cluster:     {"k8s.cluster.name", "cluster"},
}

// clusterScope are the labels in which the cluster's own metrics name the systems that their objects belong to.
var clusterScope = map[incident.ScopePart][]string{incident.Namespace: {"namespace", "exported_namespace"}, incident.Cluster: {"cluster"}}

// ScopeLabels lists the labels that may hold a part of a scope, best first: that of a team before the known ones.
func ScopeLabels(part incident.ScopePart, n incident.LabelNames) []string {
	own := n.Of(part)
	if own == "" {
		return slices.Clone(scopeLabels[part])
	}
	return append([]string{own}, slices.DeleteFunc(slices.Clone(scopeLabels[part]), func(l string) bool { return l == own })...)
}

// AllScopeLabels lists those of all parts.
func AllScopeLabels(n incident.LabelNames) []string {
	var all []string
	for _, part := range incident.ScopeParts() {
		for _, label := range ScopeLabels(part, n) {
			if !slices.Contains(all, label) {
				all = append(all, label)
			}
		}
	}
	return all
}

// LogScopes are, for each part of a scope, those of a log store's labels that may hold it; nil where it has none.
func LogScopes(labels []string, n incident.LabelNames) map[incident.ScopePart][]string {
	var has map[incident.ScopePart][]string
	for _, part := range incident.ScopeParts() {
		for _, label := range ScopeLabels(part, n) {
			if slices.Contains(labels, label) {
				if has == nil {
					has = map[incident.ScopePart][]string{}
				}
				has[part] = append(has[part], label)
			}
		}
	}
	return has
}

// ClusterScope lists the labels in which the cluster's own metrics hold a part of a scope.
func ClusterScope(part incident.ScopePart) []string { return slices.Clone(clusterScope[part]) }

// ScopeAttributes lists the resource attributes of spans that may hold a part of a scope, best first. A label of a team's own may be
// an attribute that was made a label.
func ScopeAttributes(part incident.ScopePart, n incident.LabelNames) []string {
	all := slices.Clone(scopeAttributes[part])
	if own := n.Of(part); own != "" {
		for _, name := range []string{strings.ReplaceAll(own, "_", "."), own} {
			if !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return all
}

// ScopeIn is the scope that the labels of an alert name, whoever wrote them: as far as series of its service say the same, it is
// meant.
func ScopeIn(labels map[string]string, n incident.LabelNames) incident.Scope {
	var scope incident.Scope
	for _, part := range incident.ScopeParts() {
		for _, name := range append(ScopeLabels(part, n), scopeAttributes[part]...) {
			if value := labels[name]; value != "" {
				scope = scope.With(part, value)
				break
			}
		}
	}
	if namespace, _, found := strings.Cut(labels["job"], "/"); found && scope.Namespace == "" { // as OpenTelemetry writes jobs
		scope.Namespace = namespace
	}
	return scope
}

// ServiceGraph is what the names of the service graph's metrics begin with.
const ServiceGraph = "traces_service_graph_"

// GraphScope are the labels in which the service graph holds, of both ends of a call, what services have in these: dimensions that it
// was told to keep.
func GraphScope(labels []string) []string {
	var both []string
	for _, label := range labels {
		both = append(both, "client_"+label, "server_"+label)
	}
	return both
}
