package walkthrough

import (
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

const carrierHost = "api.parcel-carrier.example"

// The time that resolving a name takes.
var (
	nameHealthy = synth.NewShape(synth.Knot{Seconds: 0.001}, synth.Knot{Seconds: 0.002, Share: 0.05}, synth.Knot{Seconds: 0.004, Share: 0.34},
		synth.Knot{Seconds: 0.006, Share: 0.77}, synth.Knot{Seconds: 0.010, Share: 0.995}, synth.Knot{Seconds: 0.020, Share: 1})
	nameSilent    = nameHealthy.Stretch(1.06)
	nameRecovered = nameHealthy.Stretch(0.8)
	nameStuck     = synth.NewShape(synth.Knot{Seconds: 1}, synth.Knot{Seconds: 1.5, Share: 0.02}, synth.Knot{Seconds: 2, Share: 0.39},
		synth.Knot{Seconds: 2.5, Share: 0.89}, synth.Knot{Seconds: 3, Share: 1})
	nameWithin = nameHealthy.Stretch(0.25) // of the cluster, answered by the node's cache
)

// nameLookups are the lookups of one name by the pods of one service.
type nameLookups struct {
	counted  *perPod
	host     string
	external bool
	usual    float64 // per second and pod
}

// newNameLookups gives every service a name within the cluster to look up, and some a name of the outside world.
func newNameLookups(g *generator) []*nameLookups {
	out := []*nameLookups{}
	add := func(service, host string, external bool, usual float64) {
		l := &nameLookups{host: host, external: external, usual: usual}
		l.counted = &perPod{pods: g.cluster.byService[service]}
		for _, p := range l.counted.pods {
			l.counted.series = append(l.counted.series, g.recorder.Add(synth.Series{
				Resource: p.resource, Name: "dns.lookup.duration", Unit: "s", Alive: p.alive, Start: p.counting(g.begin, g.begin),
				Attributes: synth.Attributes{{Key: "dns.question.name", Value: host}},
				Histogram:  synth.NewHistogram(), Layout: synth.NameLookup,
			}))
		}
		out = append(out, l)
	}
	for _, w := range workloads() {
		add(w.name, authService+"."+shop+".svc.cluster.local", false, 0.4)
	}
	add(paymentService, stripeHost, true, 0.5)
	add("shipping-service", carrierHost, true, 0.2)
	return out
}

// step counts a second's lookups. When names are slow, connections break and more are made anew.
func (l *nameLookups) step(second time.Time, now conditions) {
	l.counted.restart(second)
	if !l.external {
		l.counted.flow(second, l.usual*float64(len(l.counted.pods)), synth.Mix{{Shape: nameWithin, Weight: 1}})
		return
	}
	usual := nameHealthy
	switch {
	case now.recovered:
		usual = nameRecovered
	case now.silent:
		usual = nameSilent
	}
	lookups := l.usual * (1 + 3*now.slowNames) * float64(len(l.counted.pods))
	l.counted.flow(second, lookups, synth.Mix{{Shape: nameStuck, Weight: now.slowNames}, {Shape: usual, Weight: 1 - now.slowNames}})
}

// Payment's pool of outbound connections.
const (
	poolSize  = 100
	poolUsual = 12
	poolAtT   = 98
)

// addConnections registers the pool of each payment pod.
func (g *generator) addConnections() {
	for i, p := range g.cluster.byService[paymentService] {
		chance := g.seed.Stream("pool of " + p.name)
		active := func(at time.Time) float64 {
			usual := float64(poolUsual) + float64(int(chance.Unit(at.Unix())*5)-2)
			taken := g.story.at(at).poolTaken
			return float64(int(usual + (poolAtT-usual)*taken + 0.5))
		}
		add := func(s synth.Series, state string) {
			s.Resource, s.Start, s.Alive = p.resource, g.begin, p.alive
			s.Attributes = synth.Attributes{{Key: "server.address", Value: stripeHost}}
			if state != "" {
				s.Attributes = append(s.Attributes, synth.Attribute{Key: "http.connection.state", Value: state})
			}
			g.recorder.Add(s)
		}
		add(synth.Series{Name: "http.client.open_connections", Unit: "{connection}", UpDown: true,
			Read: func(at time.Time) (float64, bool) { return active(at), true }}, "active")
		add(synth.Series{Name: "http.client.open_connections", Unit: "{connection}", UpDown: true,
			Read: func(at time.Time) (float64, bool) { return min(20+float64(i), poolSize-active(at)), true }}, "idle")
		add(synth.Series{Name: "http.client.connections.max", Unit: "{connection}",
			Read: func(time.Time) (float64, bool) { return poolSize, true }}, "")
	}
}

// addResourceUse registers what each pod uses, as its runtime and as the kubelet see it.
func (g *generator) addResourceUse() {
	kubelet := synth.NewResource(synth.Attributes{{Key: "service.name", Value: "kubelet"}, {Key: "service.instance.id", Value: "cadvisor"}})
	for _, p := range g.cluster.pods {
		use := newResourceUse(g, p)
		container := synth.Attributes{
			{Key: "namespace", Value: p.workload.namespace}, {Key: "pod", Value: p.name},
			{Key: "container", Value: p.workload.name}, {Key: "node", Value: p.node},
		}
		add := func(resource *synth.Resource, name, unit string, counter bool, attributes synth.Attributes, read synth.Reading) {
			g.recorder.Add(synth.Series{Resource: resource, Name: name, Unit: unit, Counter: counter, Attributes: attributes,
				Start: p.counting(g.begin, g.begin), Alive: p.alive, Read: read})
		}
		add(kubelet, "container_cpu_usage_seconds_total", "", true, container, use.cpuSeconds)
		add(kubelet, "container_memory_working_set_bytes", "", false, container, use.memory)
		add(kubelet, "container_cpu_cfs_periods_total", "", true, container, use.periods)
		add(kubelet, "container_cpu_cfs_throttled_periods_total", "", true, container, use.throttled)
		add(p.resource, "process.cpu.time", "s", true, nil, use.cpuSeconds)
		add(p.resource, "process.memory.usage", "By", false, nil, use.memory)
		add(p.resource, "go.goroutine.count", "{goroutine}", false, nil, use.goroutines)
	}
}

// resourceUse is what one pod uses. Sums are closed forms of time, so they need no state.
type resourceUse struct {
	pod     *pod
	begin   time.Time
	chance  synth.Stream
	cores   float64
	payment bool
	story   *course
}

func newResourceUse(g *generator, p *pod) *resourceUse {
	chance := g.seed.Stream("resources of " + p.name)
	return &resourceUse{pod: p, begin: g.begin, chance: chance, cores: p.workload.cpu * (0.15 + 0.3*chance.Unit(-1)),
		payment: p.workload.name == paymentService, story: &g.story}
}

func (u *resourceUse) running(at time.Time) float64 {
	return at.Sub(u.pod.counting(at, u.begin)).Seconds()
}

func (u *resourceUse) cpuSeconds(at time.Time) (float64, bool) {
	return u.cores * (u.running(at) + 2*u.chance.Unit(at.Unix())), true
}

func (u *resourceUse) periods(at time.Time) (float64, bool) {
	return float64(int(10 * u.running(at))), true
}

func (u *resourceUse) throttled(at time.Time) (float64, bool) {
	return float64(int(0.02 * u.running(at))), true
}

func (u *resourceUse) memory(at time.Time) (float64, bool) {
	share := 0.45 + 0.2*u.chance.Unit(-2) + 0.01*u.chance.Unit(at.Unix()) + 0.03*min(1, u.running(at)/7200)
	return float64(int(share * u.pod.workload.memory)), true
}

func (u *resourceUse) goroutines(at time.Time) (float64, bool) {
	count := 60 + 80*u.chance.Unit(-3) + 10*u.chance.Unit(at.Unix())
	if u.payment {
		count += 180 * u.story.at(at).poolTaken
	}
	return float64(int(count)), true
}
