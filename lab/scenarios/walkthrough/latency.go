package walkthrough

import "github.com/faultline-investigation/faultline/lab/scenarios/synth"

// The latency of checkout and of the charge within it. A percentile is read from a histogram by drawing a line through one of its
// buckets, and there are three sets of buckets. So some shares below are given in terms of what must lie beyond a bucket's bound
// for the reading to be right: checkout 2.3 s and charge 1.8 s, whichever histogram is asked.
const (
	chargeTimesOut    = chargeFailing * timedOut       // share of all charges
	chargeFindsNone   = chargeFailing * (1 - timedOut) // no free connection
	checkoutTimesOut  = checkoutFailing * timedOut
	checkoutOver1     = 0.0555 // of all checkouts: 2.3 s is read in the bucket from 1 to 2.5 s
	checkoutOver2_5   = 0.003
	checkoutOver2_048 = 0.0114027 // and in the one from 2.048 to 4.096 s
	chargeOver1       = 0.019714  // of all charges: 1.8 s is read in the bucket from 1 to 2.5 s
	chargeOver2_5     = 0.0015
	chargeOver1_024   = 0.0195 // in the one from 1.024 to 2.048 s
	chargeOver2_048   = 0.006964
	chargeOver1_6     = 0.01142857 // and in the one from 1.6 to 3.2 s
)

// latency holds a request's durations under each circumstance.
type latency struct {
	healthy, silent, recovered *synth.Shape
	degraded                   *synth.Shape // gets through, but connections are scarce
	settling                   *synth.Shape // waits for a new connection during the recovery
	waited                     *synth.Shape // got a connection in the last moment, or would not have
	slow                       *synth.Shape // waits for a name to be resolved, and may time out over it
}

var everyLayout = []synth.Layout{synth.OTelHTTP, synth.SpanMetrics}

func checkoutHealthy(p99 float64) *synth.Shape {
	return synth.StraightTail(p99, everyLayout, synth.Knot{Seconds: 0.035}, synth.Knot{Seconds: 0.1, Share: 0.2},
		synth.Knot{Seconds: 0.16, Share: 0.62})
}

func chargeHealthy(p99 float64) *synth.Shape {
	return synth.StraightTail(p99, append(everyLayout, synth.ServiceGraph), synth.Knot{Seconds: 0.02},
		synth.Knot{Seconds: 0.04, Share: 0.35}, synth.Knot{Seconds: 0.065, Share: 0.75})
}

func checkoutLatency() latency {
	beyond := func(share float64) float64 { return 1 - share/checkoutTimesOut }
	degradedOver1 := (checkoutOver1 - checkoutTimesOut) / (1 - checkoutFailing)
	return latency{
		healthy:   checkoutHealthy(0.400),
		silent:    checkoutHealthy(0.407),
		recovered: checkoutHealthy(0.380),
		degraded: synth.NewShape(synth.Knot{Seconds: 0.06}, synth.Knot{Seconds: 0.2, Share: 0.3}, synth.Knot{Seconds: 0.35, Share: 0.6},
			synth.Knot{Seconds: 0.6, Share: 0.9}, synth.Knot{Seconds: 0.9, Share: 0.985},
			synth.Knot{Seconds: 1, Share: 1 - degradedOver1}, synth.Knot{Seconds: 1.25, Share: 1}),
		settling: synth.NewShape(synth.Knot{Seconds: 0.76}, synth.Knot{Seconds: 0.99, Share: 1}),
		waited:   synth.NewShape(synth.Knot{Seconds: 0.64}, synth.Knot{Seconds: 0.82, Share: 1}),
		slow: synth.NewShape(synth.Knot{Seconds: 1.10}, synth.Knot{Seconds: 1.22, Share: 0.666}, synth.Knot{Seconds: 1.75, Share: 0.75},
			synth.Knot{Seconds: 2.048, Share: beyond(checkoutOver2_048)}, synth.Knot{Seconds: 2.20, Share: 0.831},
			synth.Knot{Seconds: 2.32, Share: 0.882}, synth.Knot{Seconds: 2.5, Share: beyond(checkoutOver2_5)},
			synth.Knot{Seconds: 2.68, Share: 0.9746}, synth.Knot{Seconds: 2.80, Share: 1}),
	}
}

func chargeLatency() latency {
	beyond := func(share float64) float64 { return 1 - share/chargeTimesOut }
	return latency{
		healthy:   chargeHealthy(0.200),
		silent:    chargeHealthy(0.203),
		recovered: chargeHealthy(0.195),
		degraded: synth.NewShape(synth.Knot{Seconds: 0.03}, synth.Knot{Seconds: 0.1, Share: 0.4}, synth.Knot{Seconds: 0.25, Share: 0.75},
			synth.Knot{Seconds: 0.5, Share: 0.95}, synth.Knot{Seconds: 0.98, Share: 1}),
		settling: synth.NewShape(synth.Knot{Seconds: 0.6}, synth.Knot{Seconds: 0.85, Share: 1}),
		waited:   synth.NewShape(synth.Knot{Seconds: 0.505}, synth.Knot{Seconds: 0.56, Share: 1}),
		slow: synth.NewShape(synth.Knot{Seconds: 0.93}, synth.Knot{Seconds: 1, Share: beyond(chargeOver1)},
			synth.Knot{Seconds: 1.024, Share: beyond(chargeOver1_024)}, synth.Knot{Seconds: 1.6, Share: beyond(chargeOver1_6)},
			synth.Knot{Seconds: 1.8, Share: beyond(0.01)}, synth.Knot{Seconds: 2.048, Share: beyond(chargeOver2_048)},
			synth.Knot{Seconds: 2.5, Share: beyond(chargeOver2_5)}, synth.Knot{Seconds: 2.63, Share: 1}),
	}
}

// succeeding is the mixture of durations of the requests that succeed. Paying is the share of them that depend on a charge.
func (l latency) succeeding(now conditions, paying float64) synth.Mix {
	late := paying * (now.slow - now.failing) // slow already, but not yet failing
	slow, waited := max(0, late*chargeTimesOut), max(0, late*chargeFindsNone)
	settling := now.settling * moderatelySlow
	rest := 1 - slow - waited - settling
	usual := l.healthy
	switch {
	case now.recovered:
		usual = l.recovered
	case now.silent:
		usual = l.silent
	}
	return synth.Mix{
		{Shape: l.slow, Weight: slow}, {Shape: l.waited, Weight: waited}, {Shape: l.settling, Weight: settling},
		{Shape: l.degraded, Weight: rest * now.slow}, {Shape: usual, Weight: rest * (1 - now.slow)},
	}
}

// ownChargeTime is what payment spends itself on a charge that succeeds, in seconds.
const ownChargeTime = 0.015

// stripeCalls knows, for each shape of a charge, that of the call to the card processor within it.
type stripeCalls map[*synth.Shape]*synth.Shape

func newStripeCalls(charge latency) stripeCalls {
	calls := stripeCalls{}
	for _, shape := range []*synth.Shape{
		charge.healthy, charge.silent, charge.recovered, charge.degraded, charge.settling, charge.waited, charge.slow,
	} {
		calls[shape] = shape.Shift(-ownChargeTime)
	}
	return calls
}

// within is the mixture of the calls within a mixture of charges.
func (c stripeCalls) within(charges synth.Mix) synth.Mix {
	calls := make(synth.Mix, len(charges))
	for i, part := range charges {
		calls[i] = synth.Part{Shape: c[part.Shape], Weight: part.Weight}
	}
	return calls
}
