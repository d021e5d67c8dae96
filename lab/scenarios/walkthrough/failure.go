package walkthrough

import (
	"math"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

// kind is how a payment fails, and the request that asked for it.
type kind int

const (
	stripeTimeout kind = iota // no connection to the card processor within the time that is left: 503
	poolExhausted             // no free outbound connection: 500
	stripeRefused             // the card processor answered 502, as it does now and then: 500
	databaseBusy              // order-service's own database: 500, payment is not asked
)

// ranks say how slow each failure is among those of its kind, from 0 to 1.
type ranks map[kind]*synth.Spread

func newRanks(chance synth.Stream) ranks {
	out := ranks{}
	for _, k := range []kind{stripeTimeout, poolExhausted, stripeRefused, databaseBusy} {
		out[k] = synth.NewSpread(chance.Unit(-1 - int64(k)))
	}
	return out
}

// failure is one failing request, from the operation that called payment down to the call of the card processor.
type failure struct {
	kind     kind
	endpoint string    // the operation that failed: checkout, renewal or listedOrder
	number   int64     // unique within its endpoint
	end      time.Time // when the request was answered
	whole    float64   // seconds: the request
	charge   float64   // seconds: the charge within it; 0 if there was none
	trace    pcommon.TraceID
	attempts [3]time.Time // when each attempt to call the card processor began
	amount   int64        // cents
	user     string
	pinned   bool // the one that the walkthrough shows
}

// status is the HTTP status that the request was answered with.
func (f failure) status() int {
	if f.kind == stripeTimeout {
		return 503
	}
	return 500
}

// chargeEnd is when payment answered, and so when its last log line was written.
func (f failure) chargeEnd() time.Time { return f.end.Add(-afterCharge(f)) }

// afterCharge is what the caller does once the charge has failed: it releases what was reserved.
func afterCharge(f failure) time.Duration {
	if f.pinned {
		return 10 * time.Millisecond
	}
	before := beforeCharge
	if f.endpoint != checkout {
		before = 15 * time.Millisecond
	}
	return max(5*time.Millisecond, seconds(f.whole-f.charge)-before)
}

// beforeCharge is how long authorising a checkout and reserving its goods takes when it fails later on.
const beforeCharge = 120 * time.Millisecond

// Payment spends a little before it calls the card processor, and after.
const (
	chargeLead  = 20 * time.Millisecond
	chargeTrail = 10 * time.Millisecond
)

// gaveUp is when the last attempt ended.
func (f failure) gaveUp() time.Time { return f.chargeEnd().Add(-chargeTrail) }

func seconds(s float64) time.Duration { return time.Duration(math.Round(s*1e6)) * time.Microsecond }

// checkoutFailures makes the failing checkouts, second by second.
type checkoutFailures struct {
	alert    time.Time
	schedule *synth.Schedule
	normal   synth.Share // which are everyday failures and not the fault's
	own      synth.Share // which of the everyday ones are order-service's own
	timeouts synth.Share // which of the fault's are timeouts
	ranks    ranks
	chance   synth.Stream
	whole    latency
	charge   latency
	number   int64
}

func newCheckoutFailures(alert time.Time, seed synth.Seed, until float64) *checkoutFailures {
	chance := seed.Stream("failing checkouts")
	return &checkoutFailures{
		alert: alert, schedule: synth.NewSchedule(until), ranks: newRanks(chance), chance: chance,
		whole: checkoutLatency(), charge: chargeLatency(),
	}
}

// next gives the failures of a second with so many checkouts.
func (c *checkoutFailures) next(second time.Time, checkouts float64, now conditions) []failure {
	fault := checkoutFailing * now.failing
	everyday := checkoutNormal * (1 - now.failing)
	out := []failure{}
	for _, at := range c.schedule.Next(second, checkouts*(fault+everyday)) {
		c.number++
		f := failure{number: c.number, endpoint: checkout, end: aroundAlert(at, c.alert)}
		f.kind = c.choose(everyday / (fault + everyday))
		c.time(&f, c.ranks[f.kind].Next())
		out = append(out, f)
	}
	return out
}

func (c *checkoutFailures) choose(everyday float64) kind {
	if c.normal.Take(everyday) {
		if c.own.Take(0.5) {
			return databaseBusy
		}
		return stripeRefused
	}
	if c.timeouts.Take(timedOut) {
		return stripeTimeout
	}
	return poolExhausted
}

func (c *checkoutFailures) time(f *failure, rank float64) {
	switch f.kind {
	case stripeTimeout:
		f.whole, f.charge = c.whole.slow.Quantile(rank), c.charge.slow.Quantile(rank)
	case poolExhausted:
		f.whole, f.charge = c.whole.waited.Quantile(rank), c.charge.waited.Quantile(rank)
	case stripeRefused:
		f.charge = 0.06 + c.charge.healthy.Quantile(rank*0.9)
		f.whole = f.charge + 0.15
	case databaseBusy:
		f.whole = 0.04 + 0.1*rank
	}
	identify(f, c.chance)
}

// identify gives a failure what only it has.
func identify(f *failure, chance synth.Stream) {
	random := chance.At(f.number)
	f.trace = shortTraceID(random.Uint64())
	f.amount = int64(990 + random.IntN(180)*100)
	f.user = userName(random.IntN(9000))
	apart := seconds(1.2 + 0.9*random.Float64())
	last := f.chargeEnd().Add(chargeLead - seconds(f.charge))
	f.attempts = [3]time.Time{last.Add(-2 * apart), last.Add(-apart), last}
}

// aroundAlert keeps three seconds on either side of the alert free of failing checkouts, so that no failure lies on the edge of an
// interval that ends at the alert. Those that would lie there are brought together outside.
func aroundAlert(at, alert time.Time) time.Time {
	const near = 4 * time.Second
	switch apart := at.Sub(alert); {
	case apart >= -near && apart < 0:
		return alert.Add(-near + (apart+near)/4)
	case apart >= 0 && apart < near:
		return alert.Add(near - (near-apart)/4)
	default:
		return at
	}
}
