// Package names writes a scenario's request metrics and dependency edges as different stacks name them. What a stack does
// not measure in real life is left out; all other metrics stay as they are.
package names

import (
	"fmt"
	"strings"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

// Names is a stack's way to name its metrics.
type Names string

// The ways there are.
const (
	Usual     Names = ""          // OpenTelemetry SDKs, and Tempo's metrics generator beside them
	OTel      Names = "otel"      // OpenTelemetry SDKs alone
	Tempo     Names = "tempo"     // Tempo's metrics generator alone: span metrics and service graph
	Collector Names = "collector" // the collector's span metrics and service graph connectors
	Istio     Names = "istio"     // a mesh's proxies
	Spring    Names = "spring"    // Spring Boot with Micrometer, histograms turned on
	Classic   Names = "classic"   // Prometheus's client libraries: a counter with codes, a histogram without
	Counts    Names = "counts"    // the counter alone
	Native    Names = "native"    // OpenTelemetry SDKs that export exponential histograms
)

// All lists the ways to name metrics, the usual one first.
func All() []Names {
	return []Names{Usual, OTel, Tempo, Collector, Istio, Spring, Classic, Counts, Native}
}

// Lookup finds a way to name metrics. An unknown one is an error that lists the known ones.
func Lookup(name string) (Names, error) {
	known := []string{}
	for _, n := range append(All(), Verbatim()...) {
		if string(n) == name {
			return n, nil
		}
		if n != Usual {
			known = append(known, string(n))
		}
	}
	return Usual, fmt.Errorf("there are no names %q: leave NAMES out, or choose one of %s", name, strings.Join(known, ", "))
}

// Spelling says what series of the usual names are called here; nil means as they are.
func (n Names) Spelling() synth.Spelling {
	if strings.Contains(string(n), together) {
		return n.tenants()
	}
	if t, is := translations[n]; is {
		return t.spelling
	}
	if h, is := shapes[n]; is {
		return h.spelling
	}
	return map[Names]synth.Spelling{
		OTel: otel, Tempo: tempo, Collector: collector, Istio: istio, Spring: spring, Classic: classic, Counts: counts, Native: native,
	}[n]
}

// The usual names of what is spelt differently elsewhere.
const (
	served      = "http.server.request.duration"
	called      = "http.client.request.duration"
	spanLatency = "traces_spanmetrics_latency"
	spanCalls   = "traces_spanmetrics_calls_total"
	graph       = "traces_service_graph_request_"
	graphServer = graph + "server_seconds"
	graphClient = graph + "client_seconds"
)

func ofSpans(name string) bool {
	return name == spanLatency || name == spanCalls || strings.HasPrefix(name, graph)
}

func ofServices(name string) bool { return name == served || name == called }

func otel(s *synth.Series) ([]synth.Respelt, bool) { return nil, ofSpans(s.Name) }

func tempo(s *synth.Series) ([]synth.Respelt, bool) { return nil, ofServices(s.Name) }

func native(s *synth.Series) ([]synth.Respelt, bool) {
	if !ofServices(s.Name) {
		return nil, ofSpans(s.Name)
	}
	return []synth.Respelt{{Resource: s.Resource, Name: s.Name, Unit: s.Unit, Attributes: s.Attributes, Form: synth.Exponential}}, true
}

// connectors is the collector that makes metrics of spans; it is no service that reports itself.
var connectors = synth.NewResource(nil)

func collector(s *synth.Series) ([]synth.Respelt, bool) {
	switch s.Name {
	case spanLatency:
		a := synth.Attributes{{Key: "service.name", Value: s.Attributes.Get("service")}, {Key: "span.name", Value: s.Attributes.Get("span_name")},
			{Key: "span.kind", Value: s.Attributes.Get("span_kind")}, {Key: "status.code", Value: s.Attributes.Get("status_code")}}
		return []synth.Respelt{
			{Resource: connectors, Name: "traces.span.metrics.duration", Unit: "ms", Attributes: a, Layout: synth.SpanConnector, Scale: 1000},
			{Resource: connectors, Name: "traces.span.metrics.calls", Attributes: a, Form: synth.Counts},
		}, true
	case graphServer, graphClient:
		return []synth.Respelt{{Resource: connectors, Name: s.Name, Attributes: s.Attributes, Layout: synth.SpanConnector}}, true
	}
	return nil, ofServices(s.Name) || s.Name == spanCalls
}
