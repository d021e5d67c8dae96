package edgecases

import (
	"net/url"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/lab/telemetry"
)

// code is a status of gRPC.
type code struct {
	name   string
	number int64
}

// codes are what HTTP's statuses are called in gRPC.
var codes = map[string]code{"200": {"OK", 0}, "500": {"Internal", 13}, "502": {"Unavailable", 14}, "503": {"ResourceExhausted", 8}, "504": {"DeadlineExceeded", 4}}

// asProcedures makes gRPC of a namespace's HTTP: its routes are paths of procedures already. Requests are counted as the interceptors of
// gRPC for Prometheus count them, scraped and without a resource.
func asProcedures(namespace string) func(*telemetry.Batch) {
	return func(b *telemetry.Batch) {
		scraped := pmetric.NewScopeMetrics()
		for _, resource := range b.Metrics.ResourceMetrics().All() {
			if attribute(resource.Resource(), "service.namespace") != namespace {
				continue
			}
			for _, scope := range resource.ScopeMetrics().All() {
				scope.Metrics().RemoveIf(func(metric pmetric.Metric) bool {
					if metric.Name() == "http.server.request.duration" {
						handled(metric.Histogram(), resource.Resource(), scraped)
					}
					return strings.HasPrefix(metric.Name(), "http.")
				})
			}
		}
		scraped.MoveTo(b.Metrics.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty())
		callProcedures(b.Traces, namespace)
	}
}

// callProcedures makes calls of gRPC of a namespace's spans.
func callProcedures(traces ptrace.Traces, namespace string) {
	for _, resource := range traces.ResourceSpans().All() {
		if attribute(resource.Resource(), "service.namespace") != namespace {
			continue
		}
		for _, scope := range resource.ScopeSpans().All() {
			for _, span := range scope.Spans().All() {
				procedure(span)
			}
		}
	}
}

// handled writes the counter and the histogram of the interceptors.
func handled(of pmetric.Histogram, resource pcommon.Resource, into pmetric.ScopeMetrics) {
	counter, durations := into.Metrics().AppendEmpty(), into.Metrics().AppendEmpty()
	counter.SetName("grpc_server_handled_total")
	durations.SetName("grpc_server_handling_seconds")
	sum := counter.SetEmptySum()
	sum.SetIsMonotonic(true)
	sum.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	of.CopyTo(durations.SetEmptyHistogram())
	service, namespace, pod := attribute(resource, "service.name"), attribute(resource, "service.namespace"), attribute(resource, "k8s.pod.name")
	for _, point := range durations.Histogram().DataPoints().All() {
		route, _ := point.Attributes().Get("http.route")
		status, _ := point.Attributes().Get("http.response.status_code")
		of, method, _ := strings.Cut(strings.TrimPrefix(route.AsString(), "/"), "/")
		point.Attributes().Clear()
		for name, value := range map[string]string{"grpc_service": of, "grpc_method": method, "grpc_type": "unary", "grpc_code": codes[status.AsString()].name,
			"job": namespace + "/" + service, "instance": pod + ":9464", "namespace": namespace, "pod": pod} {
			point.Attributes().PutStr(name, value)
		}
		count := sum.DataPoints().AppendEmpty()
		point.Attributes().CopyTo(count.Attributes())
		count.SetTimestamp(point.Timestamp())
		count.SetStartTimestamp(point.StartTimestamp())
		count.SetFlags(point.Flags())
		count.SetDoubleValue(float64(point.Count()))
	}
}

// procedure makes a call of gRPC of a span of HTTP.
func procedure(span ptrace.Span) {
	path := ""
	if route, has := span.Attributes().Get("http.route"); has {
		path = route.AsString()
	} else if full, has := span.Attributes().Get("url.full"); has {
		if address, err := url.Parse(full.AsString()); err == nil {
			path = address.Path
		}
	}
	if path == "" {
		return
	}
	status, answered := span.Attributes().Get("http.response.status_code")
	if answered {
		span.Attributes().PutInt("rpc.grpc.status_code", codes[strconv.FormatInt(status.Int(), 10)].number)
	}
	service, method, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	span.SetName(service + "/" + method)
	span.Attributes().RemoveIf(func(name string, _ pcommon.Value) bool { return strings.HasPrefix(name, "http.") || name == "url.full" })
	span.Attributes().PutStr("rpc.system", "grpc")
	span.Attributes().PutStr("rpc.service", service)
	span.Attributes().PutStr("rpc.method", method)
}
