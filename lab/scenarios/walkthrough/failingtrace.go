package walkthrough

import (
	"fmt"
	"math/rand/v2"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

// The card processor, as payment-service sees it.
const (
	stripeName   = "stripe-api"
	stripeHost   = "api.stripe.com"
	stripeSpan   = "stripe-api: POST /v1/charges"
	stripeURL    = "https://api.stripe.com/v1/charges"
	timeoutError = "TimeoutError"
	fullTimeout  = 2500 * time.Millisecond
	poolWait     = "500 ms"
)

// failingTrace builds the spans of a failing request.
func (g *generator) failingTrace(f failure, on, payer *pod) *span {
	random := g.seed.Stream("spans of failing " + f.endpoint).At(f.number)
	t := g.traffic
	root := serverSpan(random, t.byKey[f.endpoint].operation, on, f.end.Add(-seconds(f.whole)), f.end, f.status())
	root.failed = rootSays(f)
	at := root.start.Add(2 * time.Millisecond)
	if f.pinned {
		at = g.addCall(root, random, validate, f, at, shownAuth).Add(13 * time.Millisecond)
		g.addCall(root, random, reserve, f, at, shownReserve)
	} else if f.endpoint == checkout {
		at = g.addCall(root, random, validate, f, at, between(random, 15, 38)).Add(3 * time.Millisecond)
		g.addCall(root, random, reserve, f, at, between(random, 30, 65))
	}
	if f.kind == databaseBusy {
		root.events = append(root.events, exception(f.end.Add(-3*time.Millisecond), "SerializationFailure",
			"could not serialize access to orders after 3 attempts"))
		root.shrink()
		return root
	}
	root.add(chargeSpan(random, t.byKey[charge].operation, f, payer))
	return root
}

// rootSays is the status message of the request.
func rootSays(f failure) string {
	switch f.kind {
	case stripeTimeout:
		return "payment-service answered 503"
	case databaseBusy:
		return "order could not be stored"
	default:
		return "payment-service answered 500"
	}
}

// addCall adds a successful call and returns when it ended.
func (g *generator) addCall(root *span, random *rand.Rand, key string, f failure, at time.Time, takes time.Duration) time.Time {
	o := g.traffic.byKey[key].operation
	root.add(serverSpan(random, o, g.cluster.serving(o.service, f.end, f.number), at, at.Add(takes), statusOK))
	return at.Add(takes)
}

func between(random *rand.Rand, low, high float64) time.Duration {
	return seconds((low + random.Float64()*(high-low)) / 1000)
}

// shrink keeps children within a short request.
func (s *span) shrink() {
	whole := s.end.Sub(s.start)
	for _, child := range s.children {
		from, to := child.start.Sub(s.start), child.end.Sub(s.start)
		child.start, child.end = s.start.Add(min(from, whole)*2/5), s.start.Add(min(to, whole)*2/5)
	}
}

// chargeSpan is the charge, with the call of the card processor within it if there was one.
func chargeSpan(random *rand.Rand, o operation, f failure, payer *pod) *span {
	end := f.chargeEnd()
	s := serverSpan(random, o, payer, end.Add(-seconds(f.charge)), end, f.status())
	s.attributes = append(s.attributes, synth.Attribute{Key: "payment.amount_cents", Value: f.amount})
	switch f.kind {
	case stripeTimeout:
		s.failed = "max retries exceeded"
		s.add(timedOutCall(random, f, payer))
	case poolExhausted:
		s.failed = "no free outbound connection"
		s.events = append(s.events, exception(end.Add(-2*time.Millisecond), "PoolExhaustedError", poolSays))
	case stripeRefused:
		s.failed = "card processor answered 502"
		s.add(refusedCall(random, f, payer))
	case databaseBusy:
		// order-service fails by itself, so that there is no charge to fail.
	}
	return s
}

const poolSays = "no free connection to " + stripeHost + " after " + poolWait + " (100 of 100 in use)"

func exception(at time.Time, kind, message string) spanEvent {
	return spanEvent{"exception", at, synth.Attributes{{Key: "exception.type", Value: kind}, {Key: "exception.message", Value: message}}}
}

// timedOutCall is the last attempt to reach the card processor. The attempts before it are only told as events, which lie before
// the span.
func timedOutCall(random *rand.Rand, f failure, payer *pod) *span {
	s := stripeCall(random, payer, f.attempts[2], f.gaveUp())
	s.failed = "timeout"
	s.attributes = append(s.attributes,
		synth.Attribute{Key: "http.method", Value: "POST"}, synth.Attribute{Key: "http.url", Value: stripeURL},
		synth.Attribute{Key: "error.type", Value: timeoutError},
		synth.Attribute{Key: "error.message", Value: timeoutSays(s.end.Sub(s.start))},
		synth.Attribute{Key: "stripe.idempotency_key", Value: idempotencyKey(f.trace)},
		synth.Attribute{Key: "payment.amount_cents", Value: f.amount},
		synth.Attribute{Key: "retry.attempt", Value: len(f.attempts)},
		synth.Attribute{Key: "retry.max_attempts", Value: len(f.attempts)})
	for i, at := range f.attempts {
		s.events = append(s.events, spanEvent{"retry", at, synth.Attributes{{Key: "attempt", Value: i + 1}}})
	}
	s.events = append(s.events, spanEvent{name: "timeout", at: s.end})
	return s
}

// timeoutSays gives the timeout of the last attempt: the full one, or what the request had left.
func timeoutSays(took time.Duration) string {
	if took >= fullTimeout {
		return fmt.Sprintf("Request timed out after %dms", fullTimeout.Milliseconds())
	}
	left := took.Truncate(10 * time.Millisecond)
	return fmt.Sprintf("Request timed out after %dms (the rest of the request's budget)", left.Milliseconds())
}

func idempotencyKey(trace pcommon.TraceID) string { return "ord_" + printed(trace)[:8] + "_charge" }

func refusedCall(random *rand.Rand, f failure, payer *pod) *span {
	s := stripeCall(random, payer, f.attempts[2], f.gaveUp())
	s.failed = "HTTP 502"
	s.attributes = append(s.attributes,
		synth.Attribute{Key: "http.method", Value: "POST"}, synth.Attribute{Key: "http.url", Value: stripeURL},
		synth.Attribute{Key: "http.status_code", Value: 502}, synth.Attribute{Key: "error.type", Value: "502"})
	return s
}

func stripeCall(random *rand.Rand, payer *pod, start, end time.Time) *span {
	return &span{
		id: spanID(random), resource: payer.resource, name: stripeSpan, client: true, start: start, end: end,
		attributes: synth.Attributes{{Key: "peer.service", Value: stripeName}, {Key: "server.address", Value: stripeHost}},
	}
}
