package walkthrough_test

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

func took(span ptrace.Span) time.Duration {
	return span.EndTimestamp().AsTime().Sub(span.StartTimestamp().AsTime())
}

// failingCheckouts are the root spans of failing checkouts that begin in an interval.
func (r *recording) failingCheckouts(from, to time.Time) []ptrace.Span {
	found := []ptrace.Span{}
	for _, span := range r.spans {
		at := span.StartTimestamp().AsTime()
		if span.Name() == "POST /api/checkout" && span.ParentSpanID().IsEmpty() && span.Status().Code() == ptrace.StatusCodeError &&
			!at.Before(from) && at.Before(to) {
			found = append(found, span)
		}
	}
	return found
}

func (r *recording) trace(id pcommon.TraceID) []ptrace.Span {
	found := []ptrace.Span{}
	for _, span := range r.spans {
		if span.TraceID() == id {
			found = append(found, span)
		}
	}
	return found
}

func shownTrace() pcommon.TraceID {
	id := pcommon.TraceID{}
	binary.BigEndian.PutUint64(id[8:], 0x8f2e4a1b7c9d3e5f)
	return id
}

// at is a moment by the walkthrough's clock, which stands at 10:47 when the alert fires.
func at(clock string) time.Time {
	moment, err := time.Parse("15:04:05.000", clock)
	if err != nil {
		panic(err)
	}
	alarm, _ := time.Parse("15:04:05", "10:47:00")
	return alert.Add(moment.Sub(alarm))
}

func TestExactly847CheckoutsFailInThirtyMinutesAndNoneNearTheEdges(t *testing.T) {
	t.Parallel()
	r, from := history(), alert.Add(-30*time.Minute)
	require.Len(t, r.failingCheckouts(from, alert), 847)
	require.Empty(t, r.failingCheckouts(from.Add(-3*time.Second), from.Add(3*time.Second)))
	require.Empty(t, r.failingCheckouts(alert.Add(-3*time.Second), alert))
}

func TestTheShownTraceHasTheFiveSpansOfTheWalkthrough(t *testing.T) {
	t.Parallel()
	r := history()
	type drawn struct {
		service, name string
		took          time.Duration
		failed        bool
	}
	found := []drawn{}
	for _, span := range r.trace(shownTrace()) {
		found = append(found, drawn{r.owners[span.SpanID()], span.Name(), took(span), span.Status().Code() == ptrace.StatusCodeError})
	}
	require.ElementsMatch(t, []drawn{
		{"order-service", "POST /api/checkout", 2847 * time.Millisecond, true},
		{"auth-service", "validate", 42 * time.Millisecond, false},
		{"inventory-service", "reserve", 67 * time.Millisecond, false},
		{"payment-service", "charge", 2650 * time.Millisecond, true},
		{"payment-service", "stripe-api: POST /v1/charges", 2620 * time.Millisecond, true},
	}, found)
}

func TestTheShownCallTimesOutAfterThreeAttempts(t *testing.T) {
	t.Parallel()
	spans := history().trace(shownTrace())
	call := spans[slices.IndexFunc(spans, func(s ptrace.Span) bool { return s.Kind() == ptrace.SpanKindClient })]
	require.Equal(t, map[string]any{
		"peer.service": "stripe-api", "server.address": "api.stripe.com",
		"http.method": "POST", "http.url": "https://api.stripe.com/v1/charges", "error.type": "TimeoutError",
		"error.message": "Request timed out after 2500ms", "stripe.idempotency_key": "ord_8f2e4a1b_charge",
		"payment.amount_cents": int64(4999), "retry.attempt": int64(3), "retry.max_attempts": int64(3),
	}, call.Attributes().AsRaw())
	require.Equal(t, at("10:43:16.300"), call.StartTimestamp().AsTime())
	expected := []string{"10:43:12.100", "10:43:14.200", "10:43:16.300", "10:43:18.920"}
	require.Equal(t, len(expected), call.Events().Len())
	for i, event := range call.Events().All() {
		require.Equal(t, at(expected[i]), event.Timestamp().AsTime())
		if i < 3 {
			require.Equal(t, "retry", event.Name())
			require.Equal(t, map[string]any{"attempt": int64(i + 1)}, event.Attributes().AsRaw())
		} else {
			require.Equal(t, "timeout", event.Name())
		}
	}
}

func TestTheShownTraceIsTheLongestThatFails(t *testing.T) {
	t.Parallel()
	for _, root := range history().failingCheckouts(alert.Add(-30*time.Minute), alert) {
		if root.TraceID() != shownTrace() {
			require.LessOrEqual(t, took(root), 2800*time.Millisecond)
		}
	}
}

func TestFailingCheckoutsHaveOneOfTwoShapesOnceTheFaultIsFullyThere(t *testing.T) {
	t.Parallel()
	r := history()
	roots := r.failingCheckouts(alert.Add(-9*time.Minute), alert)
	byTrace := map[pcommon.TraceID][]ptrace.Span{}
	for _, span := range r.spans {
		byTrace[span.TraceID()] = append(byTrace[span.TraceID()], span)
	}
	timeouts := 0
	for _, root := range roots {
		spans := byTrace[root.TraceID()]
		call := slices.IndexFunc(spans, func(s ptrace.Span) bool { return s.Kind() == ptrace.SpanKindClient })
		if call >= 0 {
			timeouts++
			require.Len(t, spans, 5)
			require.GreaterOrEqual(t, took(spans[call]), 900*time.Millisecond)
			require.Contains(t, text(spans[call].Attributes(), "error.message"), "Request timed out after")
			continue
		}
		require.Len(t, spans, 4)
		charge := spans[slices.IndexFunc(spans, func(s ptrace.Span) bool { return s.Name() == "charge" })]
		require.Equal(t, "PoolExhaustedError", text(charge.Events().At(0).Attributes(), "exception.type"))
	}
	require.InDelta(t, 0.72, float64(timeouts)/float64(len(roots)), 0.005)
}

func TestSpansLieWithinTheirParents(t *testing.T) {
	t.Parallel()
	r := history()
	byID := map[pcommon.SpanID]ptrace.Span{}
	for _, span := range r.spans {
		byID[span.SpanID()] = span
	}
	for _, span := range r.spans {
		require.Positive(t, took(span), span.Name())
		if parent, ok := byID[span.ParentSpanID()]; ok {
			require.GreaterOrEqual(t, span.StartTimestamp(), parent.StartTimestamp(), "%s in %s", span.Name(), parent.Name())
			require.LessOrEqual(t, span.EndTimestamp(), parent.EndTimestamp(), "%s in %s", span.Name(), parent.Name())
		}
	}
}

func TestTheLinesOfTheShownTraceAreThoseOfTheWalkthrough(t *testing.T) {
	t.Parallel()
	expected := []string{
		`{"timestamp":"2026-01-20T10:43:11.950Z","level":"info","service":"payment-service","trace_id":"8f2e4a1b7c9d3e5f","message":"Processing payment","user_id":"usr_123","amount_cents":4999}`,
		`{"timestamp":"2026-01-20T10:43:12.100Z","level":"warn","service":"payment-service","trace_id":"8f2e4a1b7c9d3e5f","message":"Stripe request failed, retrying","attempt":1,"error":"connection timeout"}`,
		`{"timestamp":"2026-01-20T10:43:14.200Z","level":"warn","service":"payment-service","trace_id":"8f2e4a1b7c9d3e5f","message":"Stripe request failed, retrying","attempt":2,"error":"connection timeout"}`,
		`{"timestamp":"2026-01-20T10:43:16.300Z","level":"warn","service":"payment-service","trace_id":"8f2e4a1b7c9d3e5f","message":"Stripe request failed, retrying","attempt":3,"error":"connection timeout"}`,
		`{"timestamp":"2026-01-20T10:43:18.920Z","level":"error","service":"payment-service","trace_id":"8f2e4a1b7c9d3e5f","message":"Payment failed after retries","user_id":"usr_123","error":"max retries exceeded","stripe_error":"connection timeout"}`,
	}
	found := []string{}
	for _, l := range history().lines {
		if l.service == "payment-service" && strings.Contains(l.text, "8f2e4a1b7c9d3e5f") {
			require.Contains(t, l.text, l.at.Format("15:04:05.000"))
			found = append(found, l.text)
		}
	}
	require.Equal(t, expected, found)
}

func TestExactly847PaymentsSayThatStripeTimedOutAndThreeInTheHourBefore(t *testing.T) {
	t.Parallel()
	count := func(from, to time.Duration) int {
		n := 0
		for _, l := range history().lines {
			if l.service == "payment-service" && !l.at.Before(alert.Add(from)) && l.at.Before(alert.Add(to)) &&
				strings.Contains(l.text, "stripe") && strings.Contains(l.text, "timeout") {
				n++
			}
		}
		return n
	}
	require.Equal(t, 847, count(-5*time.Minute, 0))
	require.Equal(t, 3, count(-77*time.Minute, -17*time.Minute))
	require.Equal(t, 3, count(-65*time.Minute, -18*time.Minute))
}
