package walkthrough

import (
	"encoding/json"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

const (
	policyName    = "restrict-coredns"
	apiServer     = "10.96.0.1:443"
	upstreamDNS   = "10.0.0.53:53"
	coreDNSSet    = "coredns-5f9b9c7b8"
	coreDNSFatal  = "[FATAL] plugin/kubernetes: unable to connect to API server: dial tcp 10.96.0.1:443: connect: no route to host"
	restartsAtT   = 12
	retryInterval = 340 * time.Second // of a container that crashes for the tenth time and more
)

// crashes are when CoreDNS's containers end, since the first time: soon after each other first, then less and less often.
var crashes = []time.Duration{
	0, 25 * time.Second, 60 * time.Second, 125 * time.Second, 250 * time.Second, 480 * time.Second, 780 * time.Second,
	1092 * time.Second, 1406 * time.Second, 1724 * time.Second, 2060 * time.Second, 2400 * time.Second,
}

// dnsPod is one of CoreDNS's pods.
type dnsPod struct {
	*pod
	late     time.Duration // how much later than the other pod it crashes
	queries  *synth.Histogram
	healthy  float64 // failed health checks of the upstream server
	failures float64 // answers SERVFAIL
	answers  float64 // answers NOERROR
}

// dnsServer is CoreDNS.
type dnsServer struct {
	pods     []*dnsPod
	restarts *restarts
	chance   synth.Stream
}

func newDNSServer(g *generator) *dnsServer {
	d := &dnsServer{chance: g.seed.Stream("coredns"), restarts: &restarts{story: &g.story}}
	born := g.alert.Add(policyApplied)
	for i, suffix := range []string{"k7x2m", "q9wzt", "abcd1", "efgh2"} {
		w := workload{name: coreDNS, namespace: kubeSystem, version: "1.12.1", cpu: 1, memory: 170 << 20}
		p := &pod{workload: w, name: coreDNSSet + "-" + suffix, replicaSet: coreDNSSet, version: w.version,
			node: fmt.Sprintf("node-%c", 'a'+i%2), address: fmt.Sprintf("10.244.%d.%d", i%2, 4+i), created: born}
		if i < 2 {
			p.created, p.gone = g.alert.Add(-30*day), born
		}
		p.resource = synth.NewResource(p.describe())
		d.pods = append(d.pods, &dnsPod{pod: p, late: time.Duration(i%2) * 3 * time.Second, queries: synth.NewHistogram()})
	}
	for _, p := range d.pods {
		d.register(g, p)
	}
	return d
}

// register adds what a pod says of itself while its process runs; a crashed one leaves gaps.
func (d *dnsServer) register(g *generator, p *dnsPod) {
	running := func(at time.Time) bool { return p.alive(at) && !d.restarts.down(p, at) }
	add := func(name string, attributes synth.Attributes, read synth.Reading) {
		g.recorder.Add(synth.Series{Resource: p.resource, Name: name, Attributes: attributes, Start: p.counting(g.begin, g.begin),
			Counter: true, Alive: running, Read: read})
	}
	server := synth.Attribute{Key: "server", Value: "dns://:53"}
	rcode := func(code string) synth.Attributes { return synth.Attributes{server, {Key: "rcode", Value: code}} }
	number := func(value *float64) synth.Reading {
		return func(time.Time) (float64, bool) { return float64(int(*value)), true }
	}
	total := func(time.Time) (float64, bool) { return float64(int(p.answers + p.failures)), true }
	add("coredns_dns_requests_total", synth.Attributes{server, {Key: "type", Value: "A"}}, total)
	add("coredns_dns_responses_total", rcode("NOERROR"), number(&p.answers))
	add("coredns_dns_responses_total", rcode("SERVFAIL"), number(&p.failures))
	add("coredns_forward_healthcheck_failures_total", synth.Attributes{{Key: "to", Value: upstreamDNS}}, number(&p.healthy))
	g.recorder.Add(synth.Series{Resource: p.resource, Name: "coredns_dns_request_duration_seconds", Attributes: synth.Attributes{server},
		Start: p.counting(g.begin, g.begin), Alive: running, Histogram: p.queries, Layout: synth.CoreDNS})
	g.recorder.Add(synth.Series{Resource: p.resource, Name: "up", Alive: p.alive, Read: func(at time.Time) (float64, bool) {
		if running(at) {
			return 1, true
		}
		return 0, true
	}})
}

// step counts a second's queries and writes the log.
func (d *dnsServer) step(g *generator, second time.Time, now conditions) {
	for i, p := range d.pods {
		if !p.alive(second) {
			continue
		}
		if !d.restarts.down(p, second) {
			p.answers += 40
			p.failures += 0.02
			p.queries.Flow(40, nameHealthy)
		} else {
			p.failures += 2 * now.slowNames
			p.healthy += 0.2
			p.queries.Flow(3*now.slowNames, nameStuck)
		}
		d.say(g, p, int64(i), second, now)
	}
}

// say writes what a pod logs in a second.
func (d *dnsServer) say(g *generator, p *dnsPod, ordinal int64, second time.Time, now conditions) {
	if d.restarts.crashesAt(p, second) {
		g.logs.Line(p.resource, second.Add(120*time.Millisecond), plog.SeverityNumberFatal, coreDNSFatal)
	}
	if fixed, ok := g.story.last(second); ok && fixed.Fixed && second.Equal(fixed.At.Add(coreDNSRecovers-2*time.Second)) {
		g.logs.Line(p.resource, second, plog.SeverityNumberInfo, "[INFO] plugin/kubernetes: connected to API server, CoreDNS-"+p.version+" ready")
	}
	first := second.Equal(g.alert.Add(firstUpstream)) && ordinal == 2
	often := 0.02 + 0.6*now.slowNames
	late := second.After(g.alert.Add(firstUpstream)) && d.restarts.down(p, second)
	if first || (late && d.chance.Unit(second.Unix()*4+ordinal) < often) {
		g.logs.Line(p.resource, second, plog.SeverityNumberError, upstreamTimeout(second))
	}
}

func upstreamTimeout(at time.Time) string {
	line, _ := json.Marshal(struct { // strings always encode
		Timestamp string `json:"timestamp"`
		Level     string `json:"level"`
		Message   string `json:"message"`
		Upstream  string `json:"upstream"`
		Query     string `json:"query"`
	}{stamp(at), "error", "upstream timeout", upstreamDNS, stripeHost})
	return string(line)
}

// restarts knows when CoreDNS's containers crash.
type restarts struct {
	story *course
}

// down says whether a pod's container is waiting to be started again.
func (r *restarts) down(p *dnsPod, at time.Time) bool {
	return p.gone.IsZero() && r.story.coreDNSDown(at.Add(-p.late))
}

// crashesAt says whether a container ends in this second.
func (r *restarts) crashesAt(p *dnsPod, second time.Time) bool {
	return r.count(p, second.Add(time.Second)) > r.count(p, second)
}

// count is how often a container was restarted before a time.
func (r *restarts) count(p *dnsPod, before time.Time) int {
	if !p.gone.IsZero() {
		return 0
	}
	total, from := 0, r.story.alert.Add(coreDNSCrashes)
	ends := append([]synth.Transition{}, r.story.done...)
	down := true
	for _, transition := range append(ends, synth.Transition{At: before, Fixed: true}) {
		end := transition.At
		if end.After(before) {
			end = before
		}
		if down && transition.Fixed {
			total += crashesWithin(end.Sub(from.Add(p.late)))
			down = false
		}
		if !transition.Fixed {
			down, from = true, transition.At.Add(coreDNSRelapses)
		}
	}
	return total
}

// crashesWithin is how often a container has crashed before so much time has passed since the first crash.
func crashesWithin(since time.Duration) int {
	count := 0
	for _, at := range crashes {
		if at < since {
			count++
		}
	}
	for at := crashes[len(crashes)-1] + retryInterval + 30*time.Second; at < since; at += retryInterval {
		count++
	}
	return count
}
