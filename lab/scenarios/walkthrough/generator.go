package walkthrough

import (
	"sync"
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/names"
	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
	"github.com/faultline-investigation/faultline/lab/telemetry"
)

// sampleEvery is how often metrics are sampled.
const sampleEvery = 15 * time.Second

// generator plays the story second by second.
type generator struct {
	mu       sync.Mutex
	seed     synth.Seed
	begin    time.Time
	alert    time.Time
	cursor   time.Time // everything before it was generated
	story    course
	cluster  *cluster
	recorder synth.Recorder

	traffic  *traffic
	planned  []failure // the failing checkouts of history, in order of time
	checkout *checkoutFailures
	others   *otherCharges
	names    []*nameLookups
	dns      *dnsServer
	kube     *kubernetes
	chatter  *chatter

	metrics *synth.Metrics
	traces  *synth.Traces
	logs    *synth.Logs
}

func newGenerator(alert time.Time, seed uint64, called names.Names) *generator {
	g := &generator{
		seed: synth.Seed(seed), begin: alert.Add(historyBegins), alert: alert, story: course{alert: alert}, cluster: newCluster(alert),
	}
	g.cursor = g.begin
	g.recorder.Spelling = called.Spelling()
	g.traffic = newTraffic(g)
	g.plan()
	g.addConnections()
	g.names = newNameLookups(g)
	g.dns = newDNSServer(g)
	g.kube = newKubernetes(g)
	g.addResourceUse()
	g.chatter = newChatter(g)
	return g
}

// plan lays down the failures of history, which nothing can change any more, so that their numbers come out exactly.
func (g *generator) plan() {
	since, expected, until := g.alert.Add(countedFailures), 0.0, 0.0
	for second := g.begin; second.Before(g.alert); second = second.Add(time.Second) {
		now := g.story.at(second)
		share := g.traffic.checkoutRhythm(second, now) * (checkoutFailing*now.failing + checkoutNormal*(1-now.failing))
		if second.Before(since) {
			until += share
		} else {
			expected += share
		}
	}
	g.traffic.checkouts = failingTraces / expected
	g.checkout = newCheckoutFailures(g.alert, g.seed, until*g.traffic.checkouts)
	for second := g.begin; second.Before(g.alert); second = second.Add(time.Second) {
		now := g.story.at(second)
		g.planned = append(g.planned, g.checkout.next(second, g.traffic.checkoutRate(second, now), now)...)
	}
	pin(g.planned, g.alert)
	g.others = newOtherCharges(g.alert, g.seed, timeoutLines-g.timeoutsBeforeAlert())
}

// timeoutsBeforeAlert counts the checkouts whose payment says in the counted minutes that it timed out.
func (g *generator) timeoutsBeforeAlert() int {
	count := 0
	for _, f := range g.planned {
		if f.kind == stripeTimeout && !f.gaveUp().Before(g.alert.Add(countedLines)) && f.gaveUp().Before(g.alert) {
			count++
		}
	}
	return count
}

// Begin is two hours before the alert.
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
		if g.cursor.Sub(g.begin)%sampleEvery == 0 {
			g.recorder.Sample(g.cursor, g.metrics)
		}
	}
	return telemetry.Batch{Traces: g.traces.Data, Metrics: g.metrics.Data, Logs: g.logs.Data}
}

// step plays one second.
func (g *generator) step(second time.Time) {
	now := g.story.at(second)
	g.traffic.restart(second)
	rates := g.traffic.rates(second, now, g.others.perSecond)
	g.flow(second, now, rates)
	for _, f := range g.failures(second, now) {
		g.fail(f)
	}
	g.keepTraces(second, now, rates)
	for _, lookups := range g.names {
		lookups.step(second, now)
	}
	g.dns.step(g, second, now)
	g.kube.step(g, second)
	g.chatter.step(g, second)
}

// failures are the failing requests of a second.
func (g *generator) failures(second time.Time, now conditions) []failure {
	failures := g.others.next(second, now)
	if !second.Before(g.alert) {
		return append(failures, g.checkout.next(second, g.traffic.checkoutRate(second, now), now)...)
	}
	for len(g.planned) > 0 && g.planned[0].end.Before(second.Add(time.Second)) {
		failures = append(failures, g.planned[0])
		g.planned = g.planned[1:]
	}
	return failures
}

// Fix deletes the network policy.
func (g *generator) Fix(at time.Time) time.Time { return g.turn(at, true) }

// Relapse applies the network policy again.
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
	if last, ok := g.story.last(at); (ok && last.Fixed == fixed) || (!ok && !fixed) {
		return at // nothing to change
	}
	g.story.done = append(g.story.done, synth.Transition{At: at, Fixed: fixed})
	g.kube.turn(at, fixed)
	return at
}
