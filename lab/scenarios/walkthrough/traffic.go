package walkthrough

import (
	"math"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

// users is how the service graph calls those who have no spans.
const users = "user"

// traffic is all operations and who calls whom.
type traffic struct {
	endpoints []*endpoint // callers before those that they call
	byKey     map[string]*endpoint
	edges     map[[2]string]*edge
	entrances map[string]*edge // from users to a service
	stripe    *edge
	stripeOK  *synth.Histogram // span metrics of the calls of the card processor
	stripeBad *synth.Histogram
	checkouts float64 // checkouts per second on a normal day
	rhythm    synth.Stream
	whole     latency
	charge    latency

	stripeCalls stripeCalls
}

func newTraffic(g *generator) *traffic {
	t := &traffic{byKey: map[string]*endpoint{}, edges: map[[2]string]*edge{}, entrances: map[string]*edge{},
		rhythm: g.seed.Stream("rhythm"), whole: checkoutLatency(), charge: chargeLatency(),
		stripeOK: synth.NewHistogram(), stripeBad: synth.NewHistogram()}
	t.stripeCalls = newStripeCalls(t.charge)
	for _, o := range operations() {
		e := newEndpoint(g, o, statusesOf(o))
		t.endpoints = append(t.endpoints, e)
		t.byKey[o.key()] = e
		if (o.direct > 0 || o.storied) && o.key() != charge && t.entrances[o.service] == nil {
			t.entrances[o.service] = newEdge(g, users, o.service, "virtual_node")
		}
	}
	for _, e := range t.endpoints {
		for _, c := range e.operation.calls {
			e.edges = append(e.edges, t.edge(g, e.service, t.byKey[c.to]))
		}
	}
	for _, from := range []string{orderService, subscriptionService, marketplace} {
		t.edge(g, from, t.byKey[charge])
	}
	t.stripe = newEdge(g, paymentService, stripeName, "virtual_node").observable(g, stripeHost, "POST", statusOK, 502, 0)
	g.addSpanMetrics(paymentService, stripeSpan, "SPAN_KIND_CLIENT", t.stripeOK, t.stripeBad)
	return t
}

func statusesOf(o operation) []int {
	switch {
	case o.key() == charge, o.storied:
		return []int{statusOK, 500, 503}
	case o.failing > 0:
		return []int{statusOK, o.status}
	default:
		return []int{statusOK}
	}
}

// edge gives the edge between two services, and registers it the first time.
func (t *traffic) edge(g *generator, from string, to *endpoint) *edge {
	key := [2]string{from, to.service}
	if known := t.edges[key]; known != nil {
		return known
	}
	e := newEdge(g, from, to.service, "")
	if observedCallers[from] {
		statuses := []int{statusOK}
		if to.storied {
			statuses = []int{statusOK, 500, 503}
		} else if to.failing > 0 {
			statuses = []int{statusOK, to.status}
		}
		e.observable(g, to.service, to.method, statuses...)
	}
	t.edges[key] = e
	return e
}

// checkoutRhythm is the number of checkouts in a second relative to a normal day: a slow wave, a little chance, and those who give up.
func (t *traffic) checkoutRhythm(second time.Time, now conditions) float64 {
	wave := 0.004 * math.Sin(2*math.Pi*float64(second.Unix()%1260)/1260)
	chance := 0.06 * (t.rhythm.Unit(second.Unix()) - 0.5)
	return (1 + wave + chance) * (1 - trafficLost*now.fewerVisits)
}

func (t *traffic) checkoutRate(second time.Time, now conditions) float64 {
	return t.checkouts * t.checkoutRhythm(second, now)
}

// rates are the requests per second of every operation, by its place. Others is the number of charges that no checkout asks for.
func (t *traffic) rates(second time.Time, now conditions, others float64) []float64 {
	place := map[string]int{}
	for i, e := range t.endpoints {
		place[e.key()] = i
	}
	rates := make([]float64, len(t.endpoints))
	for i, e := range t.endpoints {
		rates[i] += e.direct * t.wobble(e.service, second)
		switch e.key() {
		case checkout:
			rates[i] = t.checkoutRate(second, now)
			rates[place[charge]] += payingCheckouts * rates[i]
		case renewal:
			rates[i] = others * renewalShare
			rates[place[charge]] += rates[i]
		case listedOrder:
			rates[i] = others * (1 - renewalShare)
			rates[place[charge]] += rates[i]
		}
		for _, c := range e.operation.calls {
			rates[place[c.to]] += rates[i] * c.times
		}
	}
	return rates
}

// wobble is how busy a service is relative to its usual: each has its own slow wave, and some chance.
func (t *traffic) wobble(service string, second time.Time) float64 {
	phase := float64(len(service)*7%10) / 10
	period := float64(2400 + 300*(strings.Count(service, "e")))
	wave := 0.03 * math.Sin(2*math.Pi*(float64(second.Unix())/period+phase))
	return 1 + wave + 0.08*(t.rhythm.Unit(second.Unix()*31+int64(len(service)))-0.5)
}

// restart lets the processes that start anew in this second forget what they counted.
func (t *traffic) restart(second time.Time) {
	for _, e := range t.endpoints {
		for _, counted := range e.byStatus {
			counted.restart(second)
		}
	}
}
