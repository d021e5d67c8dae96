package readiness

// What to do, and where the tool in question says how.
var (
	changeAlertRule = Change{"Add an alert rule about its error rate or latency, with the service's label and the annotation investigate_url.",
		"Prometheus or Grafana Alerting", "https://grafana.com/docs/grafana/latest/alerting/alerting-rules/"}
	changeAlertLink = Change{"Add the annotation investigate_url to its alert rules, so that the alert itself leads here.",
		"Prometheus or Grafana Alerting", "https://grafana.com/docs/grafana/latest/alerting/fundamentals/alert-rules/annotation-label/"}
	changeTraces = Change{"Have the service send traces: OpenTelemetry's agents do so for most languages without a change of code.",
		"OpenTelemetry", "https://opentelemetry.io/docs/zero-code/"}
	changePropagation = Change{"Have its callers pass their trace on, and the service take it up: the header traceparent has to survive every proxy between.",
		"OpenTelemetry", "https://opentelemetry.io/docs/concepts/context-propagation/"}
	changeLogs = Change{"Send its logs to the log store with the service's name as a label.",
		"Grafana Loki", "https://grafana.com/docs/loki/latest/send-data/"}
	changeTraceIDs = Change{"Have its logger write the trace id with every line that belongs to a request.",
		"OpenTelemetry", "https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/"}
	changeRequestAttributes = Change{"Have its spans follow the semantic conventions: route and status code of what it serves, error type of what fails.",
		"OpenTelemetry", "https://opentelemetry.io/docs/specs/semconv/http/http-spans/"}
	changePeerAttributes = Change{"Have the spans of its calls name the server or the database that is called.",
		"OpenTelemetry", "https://opentelemetry.io/docs/specs/semconv/general/attributes/"}
	changePlaceAttributes = Change{"Have the collector add pod and version to its spans.",
		"OpenTelemetry Collector", "https://opentelemetry.io/docs/platforms/kubernetes/collector/components/#kubernetes-attributes-processor"}
	changeClusterState = Change{"Have kube-state-metrics scraped, and name its pods on its spans or name its workload as the service is named.",
		"kube-state-metrics", "https://kubernetes.io/docs/concepts/cluster-administration/kube-state-metrics/"}
	changeUse = Change{"Have the kubelet's metrics of containers (cAdvisor) scraped.",
		"Kubernetes", "https://kubernetes.io/docs/concepts/cluster-administration/system-metrics/"}
)
