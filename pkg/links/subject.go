package links

import (
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// The labels under which alerts and series name a service and an operation, best first; src/links has the same.
var (
	serviceLabels = []string{"service_name", "service.name", "service", "app_kubernetes_io_name", "app", "application",
		"destination_service_name", "job"}
	operationLabels = []string{"operation", "span_name", "span.name"}
	methodLabels    = []string{"http_request_method", "http.request.method", "http_method", "method"}
	routeLabels     = []string{"http_route", "http.route", "route", "uri"}
)

// SubjectLabels are all labels that Subject reads.
func SubjectLabels() []string {
	return slices.Concat(serviceLabels, operationLabels, methodLabels, routeLabels)
}

// Subject is which service, and where it can be told which of its operations, labels speak of; false for no service.
func Subject(labels map[string]string) (incident.Subject, bool) {
	label, service := first(labels, serviceLabels)
	if label == "job" { // often "namespace/name"
		service = service[strings.LastIndexByte(service, '/')+1:]
	}
	if service == "" {
		return incident.Subject{}, false
	}
	_, operation := first(labels, operationLabels)
	_, method := first(labels, methodLabels)
	_, route := first(labels, routeLabels)
	if operation == "" && method != "" && route != "" {
		operation = method + " " + route
	}
	return incident.Subject{Service: service, Operation: operation}, true
}

// first is the first of the names that has a value.
func first(labels map[string]string, names []string) (name, value string) {
	for _, name := range names {
		if value := labels[name]; value != "" {
			return name, value
		}
	}
	return "", ""
}
