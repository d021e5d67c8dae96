package convention

import (
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// openLabels are the names that the labels of a metric of requests go by where its convention leaves them open.
func openLabels() *incident.LabelSpellings {
	return &incident.LabelSpellings{
		Methods: []string{"method", "http_method", "request_method", "verb"},
		Routes:  []string{"handler", "route", "path", "uri", "endpoint", "url", "http_route", "url_rule"},
		Codes: []string{"code", "status_code", "status", "http_status", "http_status_code", "response_code", "response_status",
			"http_response_status_code", "statusCode"},
	}
}

// openRow is a metric of requests whose labels are asked for: libraries agree on what it is called and not on what its labels are.
func openRow(convention, histogram, counter string, seconds float64, services []string) requestRow {
	return requestRow{RequestMetric: incident.RequestMetric{
		Convention: convention, Histogram: histogram, Counter: counter, Seconds: seconds, Services: services,
		Operation: incident.OperationLabels{Method: "method", Route: "handler", AnyCase: true},
		Code:      "code", Failed: incident.Match{Label: "code", Pattern: "5..|5xx"}, Spellings: openLabels(),
	}}
}

// classicRow is the habit of Prometheus's client libraries.
func classicRow(histogram, counter string) requestRow {
	return openRow("classic Prometheus", histogram, counter, 1, scrapedLabels)
}

// appNameLabels are those of scraped services, and the one in which middleware of Starlette and FastAPI keeps an application's name.
var appNameLabels = []string{"service", "app", "application", "app_kubernetes_io_name", "app_name", "job", "service_name"}

// frameworkRows are what the middleware of web frameworks reports.
var frameworkRows = []requestRow{
	counting("flask_http_request_total", openRow("Flask", "flask_http_request_duration_seconds", "", 1, scrapedLabels)),
	openRow("Django", "django_http_requests_latency_seconds_by_view_method", "django_http_responses_total_by_status_view_method_total", 1, scrapedLabels),
	openRow("Starlette", "starlette_request_duration_seconds", "starlette_requests_total", 1, appNameLabels),
	openRow("Rails (Yabeda)", "rails_request_duration_seconds", "rails_requests_total", 1, scrapedLabels),
	openRow("Ruby (prometheus_exporter)", "ruby_http_request_duration_seconds", "ruby_http_requests_total", 1, scrapedLabels),
	openRow("Gin", "gin_request_duration_seconds", "gin_requests_total", 1, scrapedLabels),
	openRow("Echo", "echo_request_duration_seconds", "echo_requests_total", 1, scrapedLabels),
	openRow("prometheus-net", "http_request_duration_seconds", "http_requests_received_total", 1, scrapedLabels),
	openRow("classic Prometheus in ms", "http_request_duration_ms", "", 0.001, scrapedLabels),
	openRow("classic Prometheus in milliseconds", "http_request_duration_milliseconds", "", 0.001, scrapedLabels),
	openRow("classic Prometheus without http", "request_duration_seconds", "", 1, scrapedLabels),
	// Its histogram is called as OpenTelemetry's, which is preferred and has other labels: settings can name this one.
	openRow("Ruby (Rack)", "http_server_request_duration_seconds", "http_server_requests_total", 1, scrapedLabels),
}

// counting has a row count by a counter of its own where durations are not reported.
func counting(counter string, row requestRow) requestRow {
	row.counts = counter
	return row
}

// gatewayRows are what meshes, ingresses and gateways report of the services behind them.
var gatewayRows = []requestRow{
	{RequestMetric: incident.RequestMetric{
		Convention: "Linkerd", Histogram: "response_latency_ms", Counter: "response_total", Seconds: 0.001,
		Services: []string{"deployment", "statefulset", "daemonset", "app", "service"},
		Code:     "status_code", Failed: incident.Match{Label: "status_code", Pattern: serverErrors},
		Only: map[string]string{"direction": "inbound"},
	}},
	{RequestMetric: incident.RequestMetric{
		Convention: "ingress-nginx", Histogram: "nginx_ingress_controller_request_duration_seconds", Counter: "nginx_ingress_controller_requests", Seconds: 1,
		Services: []string{"exported_service", "service"}, Gateway: true,
		Code: "status", Failed: incident.Match{Label: "status", Pattern: serverErrors},
	}},
	{RequestMetric: incident.RequestMetric{
		Convention: "Traefik", Histogram: "traefik_service_request_duration_seconds", Counter: "traefik_service_requests_total", Seconds: 1,
		Services: []string{"exported_service", "service"}, Gateway: true,
		Code: "code", Failed: incident.Match{Label: "code", Pattern: serverErrors},
	}},
	{RequestMetric: incident.RequestMetric{
		Convention: "Envoy", Histogram: "envoy_cluster_upstream_rq_time", Counter: "envoy_cluster_upstream_rq", Seconds: 0.001,
		Services: []string{"envoy_cluster_name"}, Gateway: true,
		Code: "envoy_response_code", Failed: incident.Match{Label: "envoy_response_code", Pattern: serverErrors},
	}},
	{RequestMetric: incident.RequestMetric{
		Convention: "Kong", Histogram: "kong_request_latency_ms", Counter: "kong_http_requests_total", Seconds: 0.001,
		Services: []string{"exported_service", "service"}, Gateway: true,
		Code: "code", Failed: incident.Match{Label: "code", Pattern: serverErrors},
	}},
}

// linkerdEdges are the calls that the proxies beside the callers report.
var linkerdEdges = incident.EdgeMetric{
	Convention: "Linkerd", Total: "response_total", FailedCall: &incident.Match{Label: "status_code", Pattern: serverErrors},
	Histogram: "response_latency_ms", Seconds: 0.001, Clients: []string{"deployment"}, Server: "dst_deployment",
	Only: map[string]string{"direction": "outbound"},
}

// translation is how a store takes over the names of OpenTelemetry's metrics.
type translation struct {
	said  string // what a convention's name adds, empty for the usual one
	dots  bool   // names and labels are kept with their dots
	units bool   // a metric's unit is appended to its name
}

var (
	usually      = translation{units: true}
	withoutUnits = translation{said: " (without units)"}
	dotted       = translation{said: " (with dots)", dots: true, units: true}
	untouched    = translation{said: " (with dots, without units)", dots: true}
)

// metric is what a metric of this unit is called.
func (t translation) metric(name, unit string) string {
	if t.units {
		return t.label(name) + "_" + unit
	}
	return t.label(name)
}

// label is what an attribute, or a metric without a unit, is called.
func (t translation) label(name string) string {
	if t.dots {
		return name
	}
	return strings.ReplaceAll(name, ".", "_")
}

// services are the labels that may hold the service's name.
func (t translation) services() []string {
	if t.dots {
		return []string{"service.name", "service_name", "job", "service"}
	}
	return serviceLabels
}
