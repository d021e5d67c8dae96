package walkthrough

import (
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

// strayTimeouts are the few timeouts of ordinary days, relative to the alert: three in the hour before the fault.
var strayTimeouts = []time.Duration{-58 * time.Minute, -41 * time.Minute, -26 * time.Minute}

// otherCharges makes the failing charges that are not asked for by checkouts but by renewals and by orders of the marketplace.
type otherCharges struct {
	alert          time.Time
	timeouts, pool *synth.Schedule
	everyday       *synth.Schedule
	renewals       synth.Share
	ranks          ranks
	chance         synth.Stream
	latency        latency
	numbers        map[string]int64
	stray          []time.Duration
	perSecond      float64
}

// renewalShare is the share of renewals among the charges that no checkout asked for.
const renewalShare = 0.4

// newOtherCharges makes so many charges per second that, with the fault fully there, `timeouts` of them time out within the five
// minutes before the alert. Until is the number expected to have timed out when these minutes begin.
func newOtherCharges(alert time.Time, seed synth.Seed, timeouts int) *otherCharges {
	chance := seed.Stream("other failing charges")
	perSecond := float64(timeouts) / (-countedLines).Seconds() / chargeTimesOut
	o := &otherCharges{
		alert: alert, pool: synth.NewSchedule(0), everyday: synth.NewSchedule(0), ranks: newRanks(chance),
		chance: chance, latency: chargeLatency(), numbers: map[string]int64{}, stray: strayTimeouts, perSecond: perSecond,
	}
	until, story := 0.0, course{alert: alert}
	for second := alert.Add(historyBegins); second.Before(alert.Add(countedLines)); second = second.Add(time.Second) {
		until += perSecond * chargeTimesOut * story.at(second).failing
	}
	o.timeouts = synth.NewSchedule(until)
	return o
}

// next gives the failures of a second.
func (o *otherCharges) next(second time.Time, now conditions) []failure {
	out := []failure{}
	add := func(how kind, moments []time.Time) {
		for _, at := range moments {
			out = append(out, o.make(how, at))
		}
	}
	add(stripeTimeout, o.timeouts.Next(second, o.perSecond*chargeTimesOut*now.failing))
	add(poolExhausted, o.pool.Next(second, o.perSecond*chargeFindsNone*now.failing))
	add(stripeRefused, o.everyday.Next(second, o.perSecond*chargeNormal*(1-now.failing)))
	for len(o.stray) > 0 && !second.Before(o.alert.Add(o.stray[0])) {
		add(stripeTimeout, []time.Time{o.alert.Add(o.stray[0]).Add(400 * time.Millisecond)})
		o.stray = o.stray[1:]
	}
	return out
}

// make gives a failure whose charge ended at a moment; the caller answers a little later.
func (o *otherCharges) make(how kind, charged time.Time) failure {
	f := failure{kind: how, endpoint: listedOrder}
	if o.renewals.Take(renewalShare) {
		f.endpoint = renewal
	}
	rank := o.ranks[how].Next()
	switch how {
	case stripeTimeout:
		f.charge = o.latency.slow.Quantile(rank)
	case poolExhausted:
		f.charge = o.latency.waited.Quantile(rank)
	default:
		f.charge = 0.06 + o.latency.healthy.Quantile(rank*0.9)
	}
	f.whole = f.charge + otherOverhead
	f.end = charged.Add(5 * time.Millisecond)
	o.numbers[f.endpoint]++
	f.number = o.numbers[f.endpoint]
	chance := o.chance
	if f.endpoint == renewal {
		chance++
	}
	identify(&f, chance)
	f.trace = longTraceID(chance.At(f.number))
	return f
}

// otherOverhead is what a renewal or a marketplace order takes besides the charge, in seconds.
const otherOverhead = 0.02
