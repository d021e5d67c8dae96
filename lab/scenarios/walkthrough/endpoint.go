package walkthrough

import (
	"strconv"
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

const statusOK = 200

// perPod counts on each pod of a service on its own, as SDKs do.
type perPod struct {
	pods   []*pod
	series []*synth.Series
}

// newPerPod registers one histogram series per pod.
func newPerPod(r *synth.Recorder, pods []*pod, history time.Time, name string, attributes synth.Attributes) *perPod {
	out := &perPod{pods: pods}
	for _, p := range pods {
		out.series = append(out.series, r.Add(synth.Series{
			Resource: p.resource, Name: name, Unit: "s", Attributes: attributes, Start: p.counting(history, history),
			Alive: p.alive, Histogram: synth.NewHistogram(), Layout: synth.OTelHTTP,
		}))
	}
	return out
}

// flow spreads requests over the living pods.
func (c *perPod) flow(at time.Time, requests float64, mix synth.Mix) {
	living := 0
	for _, p := range c.pods {
		if p.alive(at) {
			living++
		}
	}
	for i, p := range c.pods {
		if p.alive(at) {
			c.series[i].Histogram.FlowMix(requests/float64(living), mix)
		}
	}
}

// observe counts one request on one pod and returns its series.
func (c *perPod) observe(on *pod, seconds float64) *synth.Series {
	for i, p := range c.pods {
		if p == on {
			c.series[i].Histogram.Observe(seconds)
			return c.series[i]
		}
	}
	return nil
}

// restart forgets the counts of pods whose process starts anew in this second.
func (c *perPod) restart(second time.Time) {
	for i, p := range c.pods {
		if p.restarted.Equal(second) {
			c.series[i].Histogram.Reset()
			c.series[i].Start = second
		}
	}
}

// endpoint is a server operation and what is counted of it: by its own SDK, per pod and status code, and in the span metrics.
type endpoint struct {
	operation
	shape      *synth.Shape
	byStatus   map[int]*perPod
	spanOK     *synth.Histogram
	spanFailed *synth.Histogram
	edges      []*edge // one for each of its calls
}

// newEndpoint registers an operation's series. Statuses are those that it ever answers.
func newEndpoint(g *generator, o operation, statuses []int) *endpoint {
	e := &endpoint{operation: o, byStatus: map[int]*perPod{}, spanOK: synth.NewHistogram(), spanFailed: synth.NewHistogram()}
	if !o.storied {
		e.shape = synth.Typical(o.p50, o.p99)
	}
	for _, status := range statuses {
		attributes := synth.Attributes{
			{Key: "http.request.method", Value: o.method}, {Key: "http.route", Value: o.route},
			{Key: "http.response.status_code", Value: status},
		}
		if status >= 500 {
			attributes = append(attributes, synth.Attribute{Key: "error.type", Value: strconv.Itoa(status)})
		}
		e.byStatus[status] = newPerPod(&g.recorder, g.cluster.byService[o.service], g.begin, "http.server.request.duration", attributes)
	}
	g.addSpanMetrics(o.service, o.name, "SPAN_KIND_SERVER", e.spanOK, e.spanFailed)
	return e
}

// flow counts a second's requests that were answered with a status.
func (e *endpoint) flow(at time.Time, status int, requests float64, mix synth.Mix) {
	e.byStatus[status].flow(at, requests, mix)
	if status >= 500 {
		e.spanFailed.FlowMix(requests, mix)
	} else {
		e.spanOK.FlowMix(requests, mix)
	}
}

// observe counts one failed request.
func (e *endpoint) observe(on *pod, status int, seconds float64) *synth.Series {
	e.spanFailed.Observe(seconds)
	return e.byStatus[status].observe(on, seconds)
}

// ordinary counts a second's requests to an operation that the story leaves alone.
func (e *endpoint) ordinary(at time.Time, requests float64) {
	mix := synth.Mix{{Shape: e.shape, Weight: 1}}
	e.flow(at, statusOK, requests*(1-e.failing), mix)
	if e.failing > 0 {
		e.flow(at, e.status, requests*e.failing, mix)
	}
}
