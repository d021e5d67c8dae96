package recordings

import (
	"sort"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// The names that Tempo's metrics generator gives what it makes of spans.
const (
	spanMetricsPrefix  = "traces_spanmetrics_"
	serviceGraphPrefix = "traces_service_graph_"

	spanCalls   = "traces_spanmetrics_calls_total"
	spanLatency = "traces_spanmetrics_latency"

	edgeCalls  = "traces_service_graph_request_total"
	edgeFailed = "traces_service_graph_request_failed_total"
	edgeServer = "traces_service_graph_request_server_seconds"
	edgeClient = "traces_service_graph_request_client_seconds"
)

// deriver makes span metrics and a service graph of spans, as Tempo's metrics generator would have when they arrived.
type deriver struct {
	spans, graph bool // which of the two are wanted

	places map[series]int
	series []series
	seen   []observation

	callers map[spanKey]side
	called  []side
}

// series is a metric with its labels; those that do not belong to the metric are empty.
type series struct {
	metric                string
	service, name         string // span metrics
	kind, status          string
	client, server, route string // service graph; route is the connection type
}

// observation is one span or call that a series counts.
type observation struct {
	at      time.Time
	series  int
	seconds float64
}

type spanKey struct {
	trace pcommon.TraceID
	span  pcommon.SpanID
}

// side is a call as one of the two services sees it.
type side struct {
	parent  spanKey // of the callee's span
	service string
	peer    string // of the caller's span: what it says it calls
	route   string
	end     time.Time
	seconds float64
	failed  bool
	matched bool
}

func newDeriver() *deriver {
	return &deriver{spans: true, graph: true, places: map[series]int{}, callers: map[spanKey]side{}}
}

// add takes note of spans.
func (d *deriver) add(traces ptrace.Traces) {
	for _, resource := range traces.ResourceSpans().All() {
		service := textOf(resource.Resource().Attributes(), "service.name")
		for _, scope := range resource.ScopeSpans().All() {
			for _, span := range scope.Spans().All() {
				d.addSpan(service, span)
			}
		}
	}
}

func (d *deriver) addSpan(service string, span ptrace.Span) {
	end := span.EndTimestamp().AsTime()
	seconds := max(0, end.Sub(span.StartTimestamp().AsTime()).Seconds())
	labels := series{service: service, name: span.Name(), kind: kindLabel(span.Kind()), status: statusLabel(span.Status().Code())}
	for _, metric := range []string{spanCalls, spanLatency} {
		labels.metric = metric
		d.observe(labels, end, seconds)
	}
	s := side{service: service, end: end, seconds: seconds, failed: span.Status().Code() == ptrace.StatusCodeError}
	switch span.Kind() {
	case ptrace.SpanKindClient, ptrace.SpanKindProducer:
		s.peer, s.route = peerOf(span.Attributes())
		if span.Kind() == ptrace.SpanKindProducer {
			s.route = "messaging_system"
		}
		d.callers[spanKey{span.TraceID(), span.SpanID()}] = s
	case ptrace.SpanKindServer, ptrace.SpanKindConsumer:
		s.parent = spanKey{span.TraceID(), span.ParentSpanID()}
		d.called = append(d.called, s)
	default:
	}
}

// peerOf is what a caller's span says it calls, where that has no spans of its own: a database, or a service by name.
func peerOf(attributes pcommon.Map) (peer, route string) {
	for _, key := range []string{"db.namespace", "db.name", "db.system.name", "db.system"} {
		if peer := textOf(attributes, key); peer != "" {
			return peer, "database"
		}
	}
	return textOf(attributes, "peer.service"), "virtual_node"
}

func (d *deriver) observe(labels series, at time.Time, seconds float64) {
	place, known := d.places[labels]
	if !known {
		place = len(d.series)
		d.places[labels] = place
		d.series = append(d.series, labels)
	}
	d.seen = append(d.seen, observation{at, place, seconds})
}

// observations pairs callers with callees and gives everything that was seen, in the order of time.
func (d *deriver) observations() []observation {
	for _, callee := range d.called {
		caller, known := d.callers[callee.parent]
		if !known {
			continue
		}
		caller.matched = true
		d.callers[callee.parent] = caller
		route := ""
		if caller.route == "messaging_system" {
			route = caller.route
		}
		d.call(caller.service, callee.service, route, caller, callee)
	}
	for _, caller := range d.callers {
		if !caller.matched && caller.peer != "" {
			d.call(caller.service, caller.peer, caller.route, caller, caller)
		}
	}
	kept := d.seen[:0]
	for _, o := range d.seen {
		graph := d.series[o.series].client != ""
		if graph && d.graph || !graph && d.spans {
			kept = append(kept, o)
		}
	}
	sort.SliceStable(kept, func(i, j int) bool { return kept[i].at.Before(kept[j].at) })
	return kept
}

func (d *deriver) call(client, server, route string, caller, callee side) {
	at := caller.end
	if callee.end.After(at) {
		at = callee.end
	}
	edge := series{client: client, server: server, route: route}
	count := func(metric string, seconds float64) {
		edge.metric = metric
		d.observe(edge, at, seconds)
	}
	count(edgeCalls, 0)
	count(edgeServer, callee.seconds)
	count(edgeClient, caller.seconds)
	if caller.failed || callee.failed {
		count(edgeFailed, 0)
	}
}

func textOf(attributes pcommon.Map, key string) string {
	value, there := attributes.Get(key)
	if !there {
		return ""
	}
	return value.AsString()
}

func kindLabel(kind ptrace.SpanKind) string {
	return map[ptrace.SpanKind]string{
		ptrace.SpanKindUnspecified: "SPAN_KIND_UNSPECIFIED", ptrace.SpanKindInternal: "SPAN_KIND_INTERNAL",
		ptrace.SpanKindServer: "SPAN_KIND_SERVER", ptrace.SpanKindClient: "SPAN_KIND_CLIENT",
		ptrace.SpanKindProducer: "SPAN_KIND_PRODUCER", ptrace.SpanKindConsumer: "SPAN_KIND_CONSUMER",
	}[kind]
}

func statusLabel(code ptrace.StatusCode) string {
	return map[ptrace.StatusCode]string{ptrace.StatusCodeUnset: "STATUS_CODE_UNSET", ptrace.StatusCodeOk: "STATUS_CODE_OK",
		ptrace.StatusCodeError: "STATUS_CODE_ERROR"}[code]
}
