package convention

import (
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// serviceLabels are the labels under which SDKs, collectors and scrape configurations keep a service's name.
var serviceLabels = []string{"service_name", "service", "job", "app", "application", "app_kubernetes_io_name"}

// scrapedLabels are their like where Prometheus scrapes the services itself.
var scrapedLabels = []string{"service", "app", "application", "app_kubernetes_io_name", "job", "service_name"}

// springLabels are their like with Micrometer, whose advice is a common tag.
var springLabels = []string{"application", "app", "service", "job", "service_name"}

const (
	serverErrors  = "5.."
	spanFailed    = "STATUS_CODE_ERROR"
	noAnswer      = `5..|0`          // Istio writes 0 where no answer came
	clientFailed  = `5..|.*[^0-9].*` // error.type is a status code, or the name of what went wrong before there was one
	springNoReply = `5..|CLIENT_ERROR|IO_ERROR`
)

// requestRow is a spelling of the metrics of served requests.
type requestRow struct {
	incident.RequestMetric
	counts string // counter to fall back on where durations are not reported; empty means the histogram's own
}

// What a remote procedure call ends with where it is the server's fault; the rest is the caller's.
const (
	grpcFailed  = "Unknown|DeadlineExceeded|ResourceExhausted|Unimplemented|Internal|Unavailable|DataLoss"
	grpcNumbers = "2|4|8|12|13|14|15"
)

// servedSpans and consumedSpans pick the spans in which a service handles a request, or a message.
var (
	servedSpans   = map[string]string{"span_kind": "SPAN_KIND_SERVER"}
	consumedSpans = map[string]string{"span_kind": "SPAN_KIND_CONSUMER"}
)

// requestRows are the known ones, best first: what services report themselves before what others report of them.
var requestRows = slices.Concat(usually.reportedRows(), reportedRows,
	withoutUnits.reportedRows(), dotted.reportedRows(), untouched.reportedRows(), frameworkRows, consumerRows, gatewayRows)

// reportedRows are those of gRPC, of spans, of Istio, and of Prometheus's own client libraries.
var reportedRows = []requestRow{
	{counts: "grpc_server_handled_total", RequestMetric: incident.RequestMetric{
		Convention: "gRPC for Prometheus", Histogram: "grpc_server_handling_seconds", Counter: "grpc_server_handled_total", Seconds: 1, Services: scrapedLabels,
		Operation: incident.OperationLabels{Procedures: "grpc_service", Method: "grpc_method"},
		Code:      "grpc_code", Failed: incident.Match{Label: "grpc_code", Pattern: grpcFailed},
	}},
	tempoSpans("Tempo span metrics", servedSpans),
	spanMetrics("collector span metrics", "traces_span_metrics_duration_seconds", "traces_span_metrics_calls_total", 1, servedSpans),
	spanMetrics("collector span metrics", "traces_span_metrics_duration_milliseconds", "traces_span_metrics_calls_total", 0.001, servedSpans),
	spanMetrics("collector span metrics", "duration_milliseconds", "calls_total", 0.001, servedSpans),
	{RequestMetric: incident.RequestMetric{
		Convention: "Istio", Histogram: "istio_request_duration_milliseconds", Counter: "istio_requests_total", Seconds: 0.001,
		Services: []string{"destination_canonical_service", "destination_service_name", "destination_workload"},
		Code:     "response_code", Failed: incident.Match{Label: "response_code", Pattern: serverErrors},
		Only: map[string]string{"reporter": "destination"},
	}},
	{RequestMetric: incident.RequestMetric{
		Convention: "Spring Boot", Histogram: "http_server_requests_seconds", Seconds: 1, Services: springLabels,
		Operation: incident.OperationLabels{Method: "method", Route: "uri"},
		Code:      "status", Failed: incident.Match{Label: "status", Pattern: serverErrors},
	}},
	classicRow("http_request_duration_seconds", "http_requests_total"),
	classicRow("http_request_duration_seconds", ""),
}

// consumerRows are those of messages: a worker serves no requests; what it consumes is what it does.
var consumerRows = []requestRow{
	tempoSpans("Tempo span metrics of consumers", consumedSpans),
	spanMetrics("collector span metrics of consumers", "traces_span_metrics_duration_seconds", "traces_span_metrics_calls_total", 1, consumedSpans),
	spanMetrics("collector span metrics of consumers", "traces_span_metrics_duration_milliseconds", "traces_span_metrics_calls_total", 0.001, consumedSpans),
	spanMetrics("collector span metrics of consumers", "duration_milliseconds", "calls_total", 0.001, consumedSpans),
}

// tempoSpans is what Tempo's metrics generator makes of spans.
func tempoSpans(convention string, only map[string]string) requestRow {
	return requestRow{counts: "traces_spanmetrics_calls_total", RequestMetric: incident.RequestMetric{
		Convention: convention, Histogram: "traces_spanmetrics_latency", Seconds: 1, Services: []string{"service", "service_name"},
		Operation: incident.OperationLabels{Whole: "span_name"},
		Failed:    incident.Match{Label: "status_code", Pattern: spanFailed}, Only: only,
	}}
}

// spanMetrics is a spelling of the collector's span metrics connector, which its settings change.
func spanMetrics(convention, histogram, calls string, seconds float64, only map[string]string) requestRow {
	return requestRow{counts: calls, RequestMetric: incident.RequestMetric{
		Convention: convention, Histogram: histogram, Seconds: seconds, Services: []string{"service_name", "service", "job"},
		Operation: incident.OperationLabels{Whole: "span_name"},
		Failed:    incident.Match{Label: "status_code", Pattern: spanFailed}, Only: only,
	}}
}

// edgeMetrics count the calls between services, best first: what is made of spans knows both sides.
var edgeMetrics = []incident.EdgeMetric{
	{
		Convention: "service graph", Total: "traces_service_graph_request_total", Failed: "traces_service_graph_request_failed_total",
		Histogram: "traces_service_graph_request_client_seconds", Seconds: 1, Clients: []string{"client"}, Server: "server",
	},
	{
		Convention: "Istio", Total: "istio_requests_total", FailedCall: &incident.Match{Label: "response_code", Pattern: noAnswer},
		Histogram: "istio_request_duration_milliseconds", Seconds: 0.001,
		Clients: []string{"source_canonical_service", "source_workload"}, Server: "destination_canonical_service",
		Only: map[string]string{"reporter": "source"},
	},
	linkerdEdges, usually.calledMetric(), withoutUnits.calledMetric(), dotted.calledMetric(), untouched.calledMetric(),
	{
		Convention: "Spring Boot", Histogram: "http_client_requests_seconds", Seconds: 1,
		FailedCall: &incident.Match{Label: "status", Pattern: springNoReply}, Clients: springLabels, Server: "client_name", Hosts: true,
	},
}

// lookupMetrics are histograms of name lookups.
var lookupMetrics = []incident.LookupMetric{usually.lookupMetric(), withoutUnits.lookupMetric(), dotted.lookupMetric(), untouched.lookupMetric()}

// poolMetrics are connections in use beside the most there can be.
var poolMetrics = slices.Concat(usually.pools(), []incident.PoolMetric{
	{Convention: "HikariCP", Used: "hikaricp_connections_active", Max: "hikaricp_connections_max", Services: springLabels, Name: "pool"},
	{
		Convention: "Apache HttpClient", Used: "httpcomponents_httpclient_pool_total_connections", Only: map[string]string{"state": "leased"},
		Max: "httpcomponents_httpclient_pool_total_max", Services: springLabels,
	},
	{Convention: "Go database/sql", Used: "go_sql_in_use_connections", Max: "go_sql_max_open_connections", Services: scrapedLabels},
}, untouched.pools())

// queueMetrics are gauges of work that waits.
var queueMetrics = []incident.QueueMetric{
	{Convention: "Kafka exporter", Waiting: "kafka_consumergroup_lag", Queue: "topic", Consumer: "consumergroup"},
	{Convention: "Kafka, collector", Waiting: "kafka_consumer_group_lag", Queue: "topic", Consumer: "group"},
	{Convention: "Kafka client (Micrometer)", Waiting: "kafka_consumer_fetch_manager_records_lag", Queue: "topic", Consumer: "client_id"},
	{Convention: "Kafka lag exporter", Waiting: "kafka_consumergroup_group_lag", Queue: "topic", Consumer: "group"},
	{Convention: "RabbitMQ, a series a queue", Waiting: "rabbitmq_detailed_queue_messages_ready", Queue: "queue"},
	{Convention: "RabbitMQ", Waiting: "rabbitmq_queue_messages_ready", Queue: "queue"},
	{Convention: "Amazon SQS (CloudWatch exporter)", Waiting: "aws_sqs_approximate_number_of_messages_visible_average", Queue: "queue_name"},
}

// buildMetrics tell which version of a service runs.
var buildMetrics = []incident.BuildMetric{
	{Convention: "OpenTelemetry resource", Info: "target_info", Services: []string{"service_name", "job"}, Version: "service_version"},
	{Convention: "build_info", Info: "build_info", Services: scrapedLabels, Version: "version"},
	{Convention: "Spring Boot", Info: "application_info", Services: springLabels, Version: "version"},
}

// BuildMetrics are the metrics that tell which version of a service runs: the one that was chosen, and those that others may have beside it.
func BuildMetrics(chosen incident.BuildMetric) []incident.BuildMetric {
	all := []incident.BuildMetric{chosen}
	for _, m := range buildMetrics {
		if m.Info != chosen.Info {
			all = append(all, m)
		}
	}
	return all
}

// logServiceLabels are the labels that hold a service's name in Loki.
var logServiceLabels = []string{"service_name", "service", "app", "application", "app_kubernetes_io_name", "job", "container"}

// logNamespaceLabels are the labels under which Loki keeps a Kubernetes namespace.
var logNamespaceLabels = []string{"k8s_namespace_name", "namespace", "kubernetes_namespace_name", "kubernetes_namespace"}

// logPodLabels are the labels in which agents keep the name of a line's pod.
var logPodLabels = []string{"k8s_pod_name", "pod", "pod_name", "kubernetes_pod_name"}

// traceIDFields are the names under which agents and SDKs keep a record's trace id as structured metadata.
var traceIDFields = []string{"trace_id", "traceid", "traceID", "TraceId", "otelTraceID"}

// TraceIDFields lists them, the usual one first.
func TraceIDFields() []string { return slices.Clone(traceIDFields) }
