package convention

import "github.com/faultline-investigation/faultline/pkg/incident"

// serviceLabels are the labels under which SDKs, collectors and scrape configurations keep a service's name.
var serviceLabels = []string{"service_name", "service", "job", "app", "application", "app_kubernetes_io_name"}

// logServiceLabels are their like in Loki.
var logServiceLabels = []string{"service_name", "service", "app", "application", "app_kubernetes_io_name", "job", "container"}

// logNamespaceLabels are the labels under which Loki keeps a Kubernetes namespace.
var logNamespaceLabels = []string{"k8s_namespace_name", "namespace", "kubernetes_namespace_name", "kubernetes_namespace"}

const serverErrors = "5.."

// requestMetrics are histograms of served requests. A histogram is needed: its counts give rates and errors, its
// buckets latency.
var requestMetrics = []incident.RequestMetric{
	{
		Convention: "OpenTelemetry HTTP", Histogram: "http_server_request_duration_seconds", Seconds: 1, Services: serviceLabels,
		Operation: incident.OperationLabels{Method: "http_request_method", Route: "http_route"},
		Code:      "http_response_status_code", Failed: incident.Match{Label: "http_response_status_code", Pattern: serverErrors},
	},
	{
		Convention: "Tempo span metrics", Histogram: "traces_spanmetrics_latency", Seconds: 1, Services: []string{"service"},
		Operation: incident.OperationLabels{Whole: "span_name"},
		Failed:    incident.Match{Label: "status_code", Pattern: "STATUS_CODE_ERROR"},
		Only:      map[string]string{"span_kind": "SPAN_KIND_SERVER"},
	},
	{
		Convention: "collector span metrics", Histogram: "traces_span_metrics_duration_seconds", Seconds: 1, Services: []string{"service_name", "service"},
		Operation: incident.OperationLabels{Whole: "span_name"},
		Failed:    incident.Match{Label: "status_code", Pattern: "STATUS_CODE_ERROR"},
		Only:      map[string]string{"span_kind": "SPAN_KIND_SERVER"},
	},
	{
		Convention: "collector span metrics", Histogram: "traces_span_metrics_duration_milliseconds", Seconds: 0.001, Services: []string{"service_name", "service"},
		Operation: incident.OperationLabels{Whole: "span_name"},
		Failed:    incident.Match{Label: "status_code", Pattern: "STATUS_CODE_ERROR"},
		Only:      map[string]string{"span_kind": "SPAN_KIND_SERVER"},
	},
	{
		Convention: "Istio", Histogram: "istio_request_duration_milliseconds", Seconds: 0.001,
		Services: []string{"destination_canonical_service", "destination_service_name", "destination_workload"},
		Code:     "response_code", Failed: incident.Match{Label: "response_code", Pattern: serverErrors},
		Only: map[string]string{"reporter": "destination"},
	},
	{
		Convention: "Spring Boot", Histogram: "http_server_requests_seconds", Seconds: 1, Services: []string{"application", "app", "service", "job"},
		Operation: incident.OperationLabels{Method: "method", Route: "uri"},
		Code:      "status", Failed: incident.Match{Label: "status", Pattern: serverErrors},
	},
	{
		Convention: "classic Prometheus", Histogram: "http_request_duration_seconds", Seconds: 1, Services: []string{"service", "app", "job"},
		Operation: incident.OperationLabels{Method: "method", Route: "handler"},
		Code:      "code", Failed: incident.Match{Label: "code", Pattern: serverErrors},
	},
}

// edgeMetrics count the calls between services.
var edgeMetrics = []incident.EdgeMetric{
	{
		Convention: "Tempo service graph", Total: "traces_service_graph_request_total", Failed: "traces_service_graph_request_failed_total",
		Histogram: "traces_service_graph_request_client_seconds", Seconds: 1, Client: "client", Server: "server",
	},
}

// lookupMetrics are histograms of name lookups.
var lookupMetrics = []incident.LookupMetric{
	{
		Convention: "OpenTelemetry DNS", Histogram: "dns_lookup_duration_seconds", Seconds: 1, Services: serviceLabels,
		Name: "dns_question_name",
	},
}

// poolMetrics are connections in use beside the most there can be.
var poolMetrics = []incident.PoolMetric{
	{
		Convention: "OpenTelemetry HTTP client", Used: "http_client_open_connections", Only: map[string]string{"http_connection_state": "active"},
		Max: "http_client_connections_max", Services: serviceLabels,
	},
	{
		Convention: "OpenTelemetry database client", Used: "db_client_connection_count", Only: map[string]string{"db_client_connection_state": "used"},
		Max: "db_client_connection_max", Services: serviceLabels, Name: "db_client_connection_pool_name",
	},
	{
		Convention: "HikariCP", Used: "hikaricp_connections_active", Max: "hikaricp_connections_max", Services: []string{"application", "app", "service", "job"},
		Name: "pool",
	},
}
