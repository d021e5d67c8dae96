package walkthrough

import (
	"math/rand/v2"
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

// failingKept is how much likelier than others a failing trace is kept, as tail sampling does.
const failingKept = 12

// keepTraces writes those of a second's healthy requests that sampling keeps, each with its spans.
func (g *generator) keepTraces(second time.Time, now conditions, rates []float64) {
	for i, e := range g.traffic.endpoints {
		if e.kept == 0 {
			continue
		}
		arriving := e.direct
		if e.storied {
			arriving = rates[i]
		}
		random := g.seed.Stream("kept " + e.key()).At(second.Unix())
		for expected := arriving * e.kept; random.Float64() < expected; expected-- {
			end := second.Add(seconds(random.Float64() * 0.999))
			if e.storied {
				g.keepPaying(random, e, now, end)
			} else {
				g.keepOrdinary(random, e, end)
			}
		}
	}
}

// keepOrdinary keeps a request that the story leaves alone.
func (g *generator) keepOrdinary(random *rand.Rand, e *endpoint, end time.Time) {
	status := statusOK
	if random.Float64() < e.failing*failingKept {
		status = e.status
	}
	start := end.Add(-seconds(e.shape.Quantile(random.Float64())))
	root := serverSpan(random, e.operation, g.cluster.serving(e.service, end, random.Int64N(1<<32)), start, end, status)
	g.addCalls(root, random, e)
	g.write(root, longTraceID(random))
}

// addCalls adds the calls of a request one after the other, as far as there is time for them.
func (g *generator) addCalls(root *span, random *rand.Rand, e *endpoint) {
	left := root.end.Sub(root.start) * 9 / 10
	at := root.start.Add(left / 20)
	for _, c := range e.operation.calls {
		for times := c.times; random.Float64() < times; times-- {
			to := g.traffic.byKey[c.to]
			takes := min(seconds(to.shape.Quantile(random.Float64())), left*3/5)
			child := serverSpan(random, to.operation, g.cluster.serving(to.service, root.end, random.Int64N(1<<32)), at, at.Add(takes), statusOK)
			g.addCalls(child, random, to)
			root.add(child)
			at, left = at.Add(takes), left-takes
		}
	}
}

// keepPaying keeps a request that charges a card, or a checkout that needs not, and writes what payment says of it.
func (g *generator) keepPaying(random *rand.Rand, e *endpoint, now conditions, end time.Time) {
	paying := e.key() != checkout || random.Float64() < payingCheckouts
	whole, charged := g.payingTimes(random, e, now)
	trace := longTraceID(random)
	if e.key() == checkout {
		trace = shortTraceID(random.Uint64())
	}
	on := g.cluster.serving(e.service, end, random.Int64N(1<<32))
	start := end.Add(-seconds(whole))
	root := serverSpan(random, e.operation, on, start, end, statusOK)
	spare := seconds(whole - charged)
	at := g.addShort(root, random, validate, start, spare/5)
	if e.key() == checkout {
		at = g.addShort(root, random, reserve, at, spare*2/5)
	}
	if paying {
		payer := g.cluster.serving(paymentService, end, random.Int64N(1<<32))
		g.addCharge(root, random, payer, at, charged)
		g.sayCharged(payer, at, charged, trace, random)
		at = at.Add(seconds(charged))
	}
	if e.key() == checkout {
		g.addShort(root, random, send, at, spare/5)
		g.sayOrdered(on, end, trace, root.id, random)
	}
	g.write(root, trace)
}

// payingTimes draws how long a request and the charge within it take, in seconds. The same draw places both, so that a slow
// request has a slow charge.
func (g *generator) payingTimes(random *rand.Rand, e *endpoint, now conditions) (whole, charged float64) {
	pick, share := random.Float64(), random.Float64()
	charged = g.traffic.charge.succeeding(now, 1).Quantile(pick, share)
	if e.key() != checkout {
		return charged + otherOverhead, charged
	}
	whole = g.traffic.whole.succeeding(now, 1).Quantile(pick, share)
	return max(whole, charged*1.05+0.01), charged
}

// addShort adds a call that takes at most the given time.
func (g *generator) addShort(root *span, random *rand.Rand, key string, at time.Time, most time.Duration) time.Time {
	to := g.traffic.byKey[key]
	takes := min(seconds(to.shape.Quantile(random.Float64())), most)
	root.add(serverSpan(random, to.operation, g.cluster.serving(to.service, root.end, random.Int64N(1<<32)), at, at.Add(takes), statusOK))
	return at.Add(takes)
}

func (g *generator) addCharge(root *span, random *rand.Rand, payer *pod, at time.Time, charged float64) {
	s := serverSpan(random, g.traffic.byKey[charge].operation, payer, at, at.Add(seconds(charged)), statusOK)
	call := stripeCall(random, payer, at.Add(seconds(ownChargeTime/2)), at.Add(seconds(charged-ownChargeTime/2)))
	call.attributes = append(call.attributes,
		synth.Attribute{Key: "http.method", Value: "POST"}, synth.Attribute{Key: "http.url", Value: stripeURL},
		synth.Attribute{Key: "http.status_code", Value: 200})
	s.add(call)
	root.add(s)
}
