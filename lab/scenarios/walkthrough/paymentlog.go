package walkthrough

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// paymentLine is a line of payment-service's log, which is JSON. Fields that are empty are left out.
type paymentLine struct {
	Timestamp   string `json:"timestamp"`
	Level       string `json:"level"`
	Service     string `json:"service"`
	TraceID     string `json:"trace_id"`
	Message     string `json:"message"`
	Attempt     int    `json:"attempt,omitempty"`
	UserID      string `json:"user_id,omitempty"`
	AmountCents int64  `json:"amount_cents,omitempty"`
	DurationMS  int64  `json:"duration_ms,omitempty"`
	Error       string `json:"error,omitempty"`
	StripeError string `json:"stripe_error,omitempty"`
}

// stamp is how times are written within lines.
func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }

var severities = map[string]plog.SeverityNumber{
	"debug": plog.SeverityNumberDebug, "info": plog.SeverityNumberInfo, "warn": plog.SeverityNumberWarn, "error": plog.SeverityNumberError,
}

// sayPayment writes a line of payment-service. The trace id is only within the line, as this service's logger knows no better.
func (g *generator) sayPayment(on *pod, at time.Time, trace pcommon.TraceID, line paymentLine) {
	line.Timestamp, line.Service, line.TraceID = stamp(at), paymentService, printed(trace)
	text, _ := json.Marshal(line) // strings and numbers always encode
	g.logs.Line(on.resource, at, severities[line.Level], string(text))
}

// sayFailure writes what payment-service and its caller say of a failing request. Only the last line of a timeout holds both
// `stripe` and `timeout` in lower case.
func (g *generator) sayFailure(f failure, on, payer *pod) {
	switch f.kind {
	case stripeTimeout:
		g.sayPayment(payer, f.attempts[0].Add(-logBeforeFirst), f.trace,
			paymentLine{Level: "info", Message: "Processing payment", UserID: f.user, AmountCents: f.amount})
		for i, at := range f.attempts {
			g.sayPayment(payer, at, f.trace, paymentLine{Level: "warn", Message: "Stripe request failed, retrying", Attempt: i + 1, Error: "connection timeout"})
		}
		g.sayPayment(payer, f.gaveUp(), f.trace, paymentLine{Level: "error", Message: "Payment failed after retries", UserID: f.user,
			Error: "max retries exceeded", StripeError: "connection timeout"})
	case poolExhausted:
		g.sayPayment(payer, f.gaveUp(), f.trace, paymentLine{Level: "error", Message: "Charge failed", UserID: f.user, Error: poolSays})
	case stripeRefused:
		g.sayPayment(payer, f.gaveUp(), f.trace, paymentLine{Level: "error", Message: "Charge failed", UserID: f.user, Error: "card processor answered 502"})
	case databaseBusy:
		// order-service fails by itself: payment-service has nothing to say.
	}
	if f.endpoint == checkout {
		text := fmt.Sprintf("level=error msg=\"checkout failed\" user=%s status=%d reason=%q", f.user, f.status(), rootSays(f))
		record := g.logs.Line(on.resource, f.end, plog.SeverityNumberError, text)
		record.SetTraceID(f.trace)
	}
}

// sayCharged writes what payment-service says of a charge that succeeded.
func (g *generator) sayCharged(on *pod, at time.Time, charged float64, trace pcommon.TraceID, random *rand.Rand) {
	user, amount := userName(random.IntN(9000)), int64(990+random.IntN(180)*100)
	g.sayPayment(on, at, trace, paymentLine{Level: "info", Message: "Processing payment", UserID: user, AmountCents: amount})
	g.sayPayment(on, at.Add(seconds(charged)), trace,
		paymentLine{Level: "info", Message: "Payment captured", UserID: user, AmountCents: amount, DurationMS: int64(charged * 1000)})
}

// sayOrdered writes what order-service says of a checkout that succeeded.
func (g *generator) sayOrdered(on *pod, at time.Time, trace pcommon.TraceID, span pcommon.SpanID, random *rand.Rand) {
	text := fmt.Sprintf("level=info msg=\"order placed\" order=ord_%08x items=%d", random.Uint32(), 1+random.IntN(7))
	record := g.logs.Line(on.resource, at, plog.SeverityNumberInfo, text)
	record.SetTraceID(trace)
	record.SetSpanID(span)
}
