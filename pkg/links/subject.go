package links

import (
	"regexp"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// The labels under which alerts and series name a service and an operation, best first; src/links has the same. Those of
// telemetry come first, then those that name a workload where a rule's own service and job are the exporter's that told of it.
var (
	serviceLabels = []string{"service_name", "service.name", "exported_service", "sloth_service", "destination_workload",
		"destination_canonical_service", "destination_service_name", "destination_service", "service", "app_kubernetes_io_name", "app", "application",
		"deployment", "statefulset", "daemonset", "workload", "exported_container", "exported_pod", "container", "pod", "target", "exported_job", "job"}
	operationLabels = []string{"operation", "span_name", "span.name"}
	methodLabels    = []string{"http_request_method", "http.request.method", "http_method", "method"}
	routeLabels     = []string{"http_route", "http.route", "route", "uri"}
)

// SubjectLabels are all labels that Subject reads.
func SubjectLabels() []string {
	return slices.Concat(serviceLabels, operationLabels, methodLabels, routeLabels)
}

var (
	// monitoring is what watches services and reports of them under its own name.
	monitoring = regexp.MustCompile(`(?i)(^|[-_/])(kube-state-metrics|node-?exporter|blackbox|cadvisor|kubelet|prometheus|alertmanager|pushgateway|grafana|ruler|` +
		`otel-?collector|exporter)($|[-_])|[-_](exporter|metrics|monitoring)$`)
	// besides are containers that run beside a service's own.
	besides = regexp.MustCompile(`(?i)^(POD|pause|istio-(proxy|init|validation)|linkerd-(proxy|init|network-validator)|envoy|kube-rbac-proxy(-.+)?|oauth2-proxy|` +
		`(.+-)?config-reloader|cloud-?sql-proxy|vault-agent(-init)?|consul-(dataplane|connect-.+)|daprd|fluent-?bit|promtail|filebeat|git-sync)$`)
	// address is no name of a service: it has a scheme, a port or a path.
	address     = regexp.MustCompile(`[/:]`)
	ofPod       = regexp.MustCompile(`^(.+?)(-[a-z0-9]{6,10})?-[a-z0-9]{5}$`)
	ofStateful  = regexp.MustCompile(`^(.+)-\d+$`)
	hashOfNames = regexp.MustCompile(`\d`)
)

// Subject is which service, and where it can be told which of its operations, labels speak of; false for no service.
func Subject(labels map[string]string) (incident.Subject, bool) {
	service := ""
	for _, label := range serviceLabels {
		if service = serviceOf(label, labels[label]); service != "" {
			break
		}
	}
	if service == "" {
		return incident.Subject{}, false
	}
	operation, method, route := first(labels, operationLabels), first(labels, methodLabels), first(labels, routeLabels)
	if operation == "" && method != "" && route != "" {
		operation = method + " " + route
	}
	return incident.Subject{Service: service, Operation: operation}, true
}

// serviceOf is the service that a label's value names; empty where it names none, or what watches services.
func serviceOf(label, value string) string {
	switch label {
	case "service_name", "service.name", "exported_service", "sloth_service", "destination_workload", "destination_canonical_service",
		"destination_service_name":
		return value // whoever writes these means the service, even one that watches others
	case "destination_service": // of Istio, a host within the cluster
		value, _, _ = strings.Cut(value, ".")
	case "job", "exported_job": // often "namespace/name"
		value = value[strings.LastIndexByte(value, '/')+1:]
	case "pod", "exported_pod":
		value = workload(value)
	case "target":
		if address.MatchString(value) {
			return ""
		}
	case "container", "exported_container":
		if besides.MatchString(value) {
			return ""
		}
	}
	if monitoring.MatchString(value) {
		return ""
	}
	return value
}

// workload is the name that the pods of a deployment, a daemon set or a stateful set share.
func workload(pod string) string {
	if found := ofStateful.FindStringSubmatch(pod); found != nil {
		return found[1]
	}
	found := ofPod.FindStringSubmatch(pod)
	switch {
	case found == nil:
		return pod
	case found[2] != "" && !hashOfNames.MatchString(found[2]):
		return found[1] + found[2] // a word of the name and no hash
	}
	return found[1]
}

// first is the value of the first of the names that has one.
func first(labels map[string]string, names []string) string {
	for _, name := range names {
		if value := labels[name]; value != "" {
			return value
		}
	}
	return ""
}
