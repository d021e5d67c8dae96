package topology

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
	"github.com/faultline-investigation/faultline/lab/telemetry"
)

const (
	usualHistory = 2 * time.Hour
	usualSample  = 30 * time.Second
)

// generator plays a system second by second.
type generator struct {
	mu     sync.Mutex
	system System
	seed   synth.Seed
	begin  time.Time
	alert  time.Time
	cursor time.Time // everything before it was generated
	done   []synth.Transition
	coming []happening // in order of time

	operations map[string]*operation
	cluster    *cluster
	counts     *counts
	recorder   synth.Recorder
	kubernetes *synth.Resource
	kubelet    *synth.Resource
	senders    map[string]*synth.Resource // of events, by object
	dns        *synth.Resource
	requests   int64

	metrics *synth.Metrics
	traces  *synth.Traces
	logs    *synth.Logs
}

// operation is an operation with whose it is.
type operation struct {
	Operation
	service *Service
	key     string
	spells  synth.Attributes // of its spans and counts
}

// happening is a happening at a moment.
type happening struct {
	at time.Time
	Happening
}

func newGenerator(system System, alert time.Time, seed uint64) *generator {
	if system.Every == 0 {
		system.Every = usualSample
	}
	if system.History == 0 {
		system.History = usualHistory
	}
	g := &generator{system: system, seed: synth.Seed(seed), begin: alert.Add(-system.History), alert: alert, operations: map[string]*operation{},
		senders: map[string]*synth.Resource{}, kubernetes: named("kube-state-metrics"), kubelet: named("kubelet")}
	g.dns = synth.NewResource(synth.Attributes{{Key: "service.name", Value: "coredns"}, {Key: "k8s.cluster.name", Value: system.Cluster},
		{Key: "k8s.namespace.name", Value: "kube-system"}, {Key: "k8s.pod.name", Value: "coredns-6f4d8b7c9-2xkqp"}})
	g.cursor = g.begin
	g.counts = newCounts(g)
	for i := range system.Services {
		s := &system.Services[i]
		for _, o := range s.Operations {
			key := s.Name + " " + o.Name
			g.operations[key] = &operation{Operation: o, service: s, key: key, spells: spelled(o.Name)}
		}
	}
	g.addNodes()
	g.cluster = newCluster(g)
	for _, also := range system.Also {
		g.addGauge(named(also.From), also, nil)
	}
	g.plan(alert, everyday())
	g.plan(alert, system.Story)
	return g
}

func named(service string) *synth.Resource {
	return synth.NewResource(synth.Attributes{{Key: "service.name", Value: service}})
}

// addGauge registers a series; a pod's is written while the pod runs.
func (g *generator) addGauge(resource *synth.Resource, gauge Gauge, of *Pod) {
	series := synth.Series{Resource: resource, Name: gauge.Name, Unit: gauge.Unit, Attributes: gauge.Attributes, Counter: gauge.Counter, Start: g.begin,
		Read: func(at time.Time) (float64, bool) {
			value := gauge.Read(g.situation(at, of, nil))
			return value, !math.IsNaN(value)
		}}
	if of != nil {
		series.Start, series.Alive = of.began, of.runs
	}
	g.recorder.Add(series)
}

// plan keeps what happens from a moment on in order of time.
func (g *generator) plan(from time.Time, all []Happening) {
	for _, h := range all {
		g.coming = append(g.coming, happening{from.Add(h.At), h})
	}
	slices.SortStableFunc(g.coming, func(a, b happening) int { return a.at.Compare(b.at) })
}

// Begin is where the telemetry begins, usually two hours before the alert.
func (g *generator) Begin() time.Time { return g.begin }

// Alert is the time of the alert.
func (g *generator) Alert() time.Time { return g.alert }

// Generate writes everything up to a time.
func (g *generator) Generate(until time.Time) telemetry.Batch {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.metrics, g.traces, g.logs = synth.NewMetrics(), synth.NewTraces(), synth.NewLogs()
	for !g.cursor.Add(time.Second).After(until) {
		g.step(g.cursor)
		g.cursor = g.cursor.Add(time.Second)
		if g.cursor.Sub(g.begin)%g.system.Every == 0 {
			g.recorder.Sample(g.cursor, g.metrics)
		}
	}
	return telemetry.Batch{Traces: g.traces.Data, Metrics: g.metrics.Data, Logs: g.logs.Data}
}

// step plays one second.
func (g *generator) step(second time.Time) {
	if g.system.Tick != nil {
		g.system.Tick(g.situation(second, nil, g.seed.Stream("tick").At(second.Unix())))
	}
	for len(g.coming) > 0 && g.coming[0].at.Before(second.Add(time.Second)) {
		h := g.coming[0]
		g.coming = g.coming[1:]
		g.happen(h)
	}
	g.cluster.step(second)
	for i, e := range g.system.Entrances {
		random := g.seed.Stream("entrance " + e.To).At(second.Unix()*16 + int64(i))
		rate := e.Rate * g.rhythm(e.To, second)
		if e.Course != nil {
			rate *= e.Course(g.situation(second, nil, random))
		}
		for range poisson(random, rate) {
			g.play(g.operations[e.To], second, random)
		}
	}
	g.say(second)
}

// rhythm is a slow wave in how busy an entrance is.
func (g *generator) rhythm(to string, second time.Time) float64 {
	phase := g.seed.Stream("rhythm " + to).Unit(0)
	return 1 + 0.02*math.Sin(2*math.Pi*(float64(second.Unix())/2700+phase))
}

// poisson is how many of independent events happen where so many are expected.
func poisson(random *rand.Rand, expected float64) int {
	count, limit := 0, math.Exp(-expected)
	for product := random.Float64(); product > limit; product *= random.Float64() {
		count++
	}
	return count
}

func (g *generator) level(at time.Time) float64 { return g.system.Fault.At(at, g.alert, g.done) }

func (g *generator) situation(at time.Time, pod *Pod, chance *rand.Rand) Situation {
	return Situation{At: at, Since: at.Sub(g.alert), Level: g.level(at), Pod: pod, Chance: chance}
}

// Fix removes the cause.
func (g *generator) Fix(at time.Time) time.Time { return g.turn(at, true) }

// Relapse brings the cause back.
func (g *generator) Relapse(at time.Time) time.Time { return g.turn(at, false) }

func (g *generator) turn(at time.Time, fixed bool) time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	at = at.UTC().Truncate(time.Second)
	for _, earliest := range []time.Time{g.cursor, g.alert} {
		if at.Before(earliest) {
			at = earliest
		}
	}
	if n := len(g.done); n > 0 && g.done[n-1].Fixed == fixed || n == 0 && !fixed {
		return at // nothing to change
	}
	g.done = append(g.done, synth.Transition{At: at, Fixed: fixed})
	follows := g.system.OnRelapse
	if fixed {
		follows = g.system.OnFix
	}
	g.plan(at, follows)
	return at
}
