package topology

import (
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

// counts is what is counted of requests: by the SDK of each pod, and as the service graph of all spans.
type counts struct {
	g      *generator
	tempo  *synth.Resource
	series map[counted]*synth.Series
	edges  map[[2]string]*edge
}

// counted is a histogram of one pod.
type counted struct {
	pod                *Pod
	metric, of, status string
}

// edge is one service calling another.
type edge struct {
	server, client, failed *synth.Histogram
}

func newCounts(g *generator) *counts {
	return &counts{g: g, tempo: named("tempo"), series: map[counted]*synth.Series{}, edges: map[[2]string]*edge{}}
}

// request counts a request and all that it called.
func (c *counts) request(root *span) {
	took := (root.end - root.start).Seconds()
	c.edge("user", root.operation.service.Name, "virtual_node").observe(took, took, root.failed())
	c.below(root)
}

func (c *counts) below(s *span) {
	took := (s.end - s.start).Seconds()
	switch {
	case s.operation != nil && s.operation.spells != nil:
		c.observe(s, "http.server.request.duration", s.operation.key, s.operation.spells, took)
	case s.operation != nil:
		c.observe(s, "messaging.process.duration", s.operation.key, s.attributes[:3], took)
	case s.kind == ptrace.SpanKindProducer:
		c.edge(s.on.service.Name, s.peer, "messaging_system").observe(took, took, s.failed())
	case s.backend != nil:
		c.edge(s.on.service.Name, s.peer, s.backend.Kind).observe(took, took, s.failed())
	case s.kind == ptrace.SpanKindClient:
		c.observe(s, "http.client.request.duration", s.peer, s.attributes[:2], took)
		served := took
		if len(s.children) > 0 {
			served = (s.children[0].end - s.children[0].start).Seconds()
		}
		c.edge(s.on.service.Name, s.peer, "").observe(served, took, s.failed())
	}
	for _, child := range s.children {
		c.below(child)
	}
}

// observe counts a span in a histogram of its pod.
func (c *counts) observe(s *span, metric, of string, spells synth.Attributes, took float64) {
	status, kind := "", ""
	if s.status != 0 && strings.HasPrefix(metric, "http") {
		status = statusText(s.status)
	}
	if s.failed() {
		kind = s.errorType()
	}
	key := counted{s.on, metric, of, status + " " + kind}
	series := c.series[key]
	if series == nil {
		attributes := append(synth.Attributes{}, spells...)
		if status != "" {
			attributes = append(attributes, synth.Attribute{Key: "http.response.status_code", Value: s.status})
		}
		if kind != "" {
			attributes = append(attributes, synth.Attribute{Key: "error.type", Value: kind})
		}
		series = c.g.recorder.Add(synth.Series{Resource: s.on.resource, Name: metric, Unit: "s", Attributes: attributes, Start: s.on.began,
			Alive: s.on.runs, Histogram: synth.NewHistogram(), Layout: synth.OTelHTTP})
		c.series[key] = series
	}
	series.Histogram.Observe(took)
}

// restart forgets what a pod's process counted.
func (c *counts) restart(p *Pod, at time.Time) {
	for key, series := range c.series {
		if key.pod == p {
			series.Histogram.Reset()
			series.Start = at
		}
	}
}

// edge gives the edge between two services, and registers it the first time.
func (c *counts) edge(from, to, connection string) *edge {
	key := [2]string{from, to}
	if known := c.edges[key]; known != nil {
		return known
	}
	e := &edge{server: synth.NewHistogram(), client: synth.NewHistogram(), failed: synth.NewHistogram()}
	attributes := synth.Attributes{{Key: "client", Value: from}, {Key: "server", Value: to}, {Key: "connection_type", Value: connection}}
	add := func(name string, histogram *synth.Histogram, buckets bool) {
		s := synth.Series{Resource: c.tempo, Name: name, Attributes: attributes, Start: c.g.begin, Counter: !buckets}
		if buckets {
			s.Histogram, s.Layout = histogram, synth.ServiceGraph
		} else {
			s.Read = func(time.Time) (float64, bool) { return float64(histogram.Count()), histogram.Count() > 0 }
		}
		c.g.recorder.Add(s)
	}
	add("traces_service_graph_request_total", e.server, false)
	add("traces_service_graph_request_failed_total", e.failed, false)
	add("traces_service_graph_request_server_seconds", e.server, true)
	add("traces_service_graph_request_client_seconds", e.client, true)
	c.edges[key] = e
	return e
}

func (e *edge) observe(served, called float64, failed bool) {
	e.server.Observe(served)
	e.client.Observe(called)
	if failed {
		e.failed.Observe(served)
	}
}
