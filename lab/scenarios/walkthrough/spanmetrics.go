package walkthrough

import (
	"strconv"
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

// tempo is who writes the metrics that are generated from all spans, before any is dropped by sampling.
var tempo = synth.NewResource(synth.Attributes{
	{Key: "service.name", Value: "tempo"}, {Key: "service.instance.id", Value: "tempo-metrics-generator-0"},
})

// addSpanMetrics registers the span metrics of one operation: requests that did not fail, and those that did.
func (g *generator) addSpanMetrics(service, name, kind string, ok, failed *synth.Histogram) {
	for _, part := range []struct {
		status    string
		histogram *synth.Histogram
	}{{"STATUS_CODE_UNSET", ok}, {"STATUS_CODE_ERROR", failed}} {
		attributes := synth.Attributes{
			{Key: "service", Value: service}, {Key: "span_name", Value: name},
			{Key: "span_kind", Value: kind}, {Key: "status_code", Value: part.status},
		}
		g.recorder.Add(synth.Series{Resource: tempo, Name: "traces_spanmetrics_latency", Attributes: attributes, Start: g.begin,
			Histogram: part.histogram, Layout: synth.SpanMetrics})
		g.recorder.Add(synth.Series{Resource: tempo, Name: "traces_spanmetrics_calls_total", Attributes: attributes, Start: g.begin,
			Counter: true, Read: countOf(part.histogram)})
	}
}

// edge is one service calling another, as the service graph counts it.
type edge struct {
	from, to string
	server   *synth.Histogram // as the one called measures
	client   *synth.Histogram // as the caller measures
	failed   *synth.Histogram // only counted
	outgoing map[int]*perPod  // the caller's own SDK metrics by status, 0 being no answer; nil if it has none
}

// onTheWire is what a call takes longer for its caller than for the one called, in seconds.
const onTheWire = 0.001

// flow counts a second's calls, of which none failed unless a status says so.
func (e *edge) flow(at time.Time, requests float64, status int, mix synth.Mix) {
	e.server.FlowMix(requests, mix)
	e.client.FlowMix(requests, mix)
	if status >= 500 {
		e.failed.FlowMix(requests, mix)
	}
	if counted := e.outgoing[status]; counted != nil {
		counted.flow(at, requests, mix)
	}
}

// observe counts one failed call. Status 0 means that no answer came.
func (e *edge) observe(on *pod, status int, seconds float64) {
	e.server.Observe(seconds)
	e.client.Observe(seconds + onTheWire)
	e.failed.Observe(seconds)
	if counted := e.outgoing[status]; counted != nil {
		counted.observe(on, seconds+onTheWire)
	}
}

// newEdge registers an edge. The connection type is empty but for callers or callees that have no spans of their own.
func newEdge(g *generator, from, to, connection string) *edge {
	e := &edge{from: from, to: to, server: synth.NewHistogram(), client: synth.NewHistogram(), failed: synth.NewHistogram()}
	attributes := synth.Attributes{{Key: "client", Value: from}, {Key: "server", Value: to}, {Key: "connection_type", Value: connection}}
	add := func(s synth.Series) {
		s.Resource, s.Attributes, s.Start = tempo, attributes, g.begin
		g.recorder.Add(s)
	}
	add(synth.Series{Name: "traces_service_graph_request_total", Counter: true, Read: countOf(e.server)})
	add(synth.Series{Name: "traces_service_graph_request_failed_total", Counter: true, Read: countOf(e.failed)})
	add(synth.Series{Name: "traces_service_graph_request_server_seconds", Histogram: e.server, Layout: synth.ServiceGraph})
	add(synth.Series{Name: "traces_service_graph_request_client_seconds", Histogram: e.client, Layout: synth.ServiceGraph})
	return e
}

// observable adds the caller's own metrics of its calls, in the given statuses. Host is the address that it calls.
func (e *edge) observable(g *generator, host, method string, statuses ...int) *edge {
	e.outgoing = map[int]*perPod{}
	for _, status := range statuses {
		attributes := synth.Attributes{{Key: "http.request.method", Value: method}, {Key: "server.address", Value: host}}
		if status != 0 {
			attributes = append(attributes, synth.Attribute{Key: "http.response.status_code", Value: status})
		}
		if kind := errorType(status); kind != "" {
			attributes = append(attributes, synth.Attribute{Key: "error.type", Value: kind})
		}
		e.outgoing[status] = newPerPod(&g.recorder, g.cluster.byService[e.from], g.begin, "http.client.request.duration", attributes)
	}
	return e
}

func errorType(status int) string {
	switch {
	case status == 0:
		return timeoutError
	case status >= 400:
		return strconv.Itoa(status)
	default:
		return ""
	}
}

// countOf reads a histogram's count. Nothing is written before the first.
func countOf(h *synth.Histogram) synth.Reading {
	return func(time.Time) (float64, bool) {
		count := h.Count()
		return float64(count), count > 0
	}
}
