package criticalpath_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/analysis/criticalpath"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// handled is a span of a service that handles a call.
func handled(id, parent string, from, to int, failed bool) span {
	return span{id: id, parent: parent, from: from, to: to, failed: failed, kind: incident.KindServer}
}

// goodDay are requests that go well, each of these spans, each once; those listed as failed fail in them.
func goodDay(spans ...span) criticalpath.Habits {
	var requests []incident.Trace
	for range 12 {
		requests = append(requests, *drawn(append([]span{handled("root", "", 0, 100, false)}, spans...)...))
	}
	return criticalpath.HabitsOf(requests)
}

func saying(t *incident.Trace, words map[string]string) *incident.Trace {
	for i := range t.Spans {
		t.Spans[i].StatusMessage = words[t.Spans[i].ID]
	}
	return t
}

func TestWhatFollowsFromAFailureIsNotToBlame(t *testing.T) {
	t.Parallel()
	sequence := func(second string) *incident.Trace {
		return drawn(handled("root", "", 0, 900, true), handled("reserve", "root", 1, 5, false), handled("charge", "root", 6, 40, true), handled(second, "root", 45, 890, true))
	}
	beside := func() *incident.Trace {
		return drawn(handled("root", "", 0, 100, true), handled("stock", "root", 1, 60, true), handled("prices", "root", 1, 62, true), handled("routes", "root", 1, 64, true))
	}
	for name, c := range map[string]struct {
		trace *incident.Trace
		usual criticalpath.Habits
		want  string
		why   criticalpath.Why // of the other failure; empty: none is told
	}{
		"its name says that it undoes": {sequence("rollbackReservation"), criticalpath.Habits{}, "charge", criticalpath.CleansUp},
		"requests that go well do not ask it": {sequence("release"), goodDay(handled("reserve", "root", 1, 5, false), handled("charge", "root", 6, 40, false)),
			"charge", criticalpath.OnlyThen},
		"they ask it as well, and live with the first failure": {sequence("ship"),
			goodDay(handled("charge", "root", 6, 40, true), handled("ship", "root", 45, 60, false)), "ship", criticalpath.LivedWith},
		"they ask both": {sequence("ship"), goodDay(handled("charge", "root", 6, 40, false), handled("ship", "root", 45, 60, false)), "ship", criticalpath.TookLessLong},
		"they live with the first, which makes them ask the second": {sequence("release"), goodDay(handled("charge", "root", 6, 40, true)),
			"charge", criticalpath.OnlyThen},
		"others beside it were called off": {saying(beside(), map[string]string{"stock": "no such shelf", "prices": "context canceled", "routes": "context canceled"}),
			criticalpath.Habits{}, "stock", criticalpath.CalledOff},
		"a wait that was cut off is a failure of its own": {saying(beside(), map[string]string{"stock": "no such shelf", "routes": "canceled: deadline exceeded"}),
			criticalpath.Habits{}, "routes", criticalpath.TookLessLong},
		"the span above repeats the error": {saying(beside(), map[string]string{"root": "cannot offer: no such shelf", "stock": "no such shelf"}),
			criticalpath.Habits{}, "stock", criticalpath.NotHandedOn},
		"a call that is made again": {drawn(handled("root", "", 0, 100, true), span{id: "a", parent: "root", from: 1, to: 20, failed: true, kind: incident.KindClient},
			handled("charge", "a", 2, 19, true), span{id: "b", parent: "root", from: 30, to: 60, failed: true, kind: incident.KindClient}, handled("charge", "b", 31, 59, true)),
			criticalpath.Habits{}, "charge", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			blame, found := criticalpath.TreeOf(c.trace).Culprit(c.usual)
			require.True(t, found)
			require.Equal(t, c.want, c.trace.Spans[blame.Span].ID)
			if c.why == "" {
				require.Empty(t, blame.PassedOver)
				return
			}
			require.NotEmpty(t, blame.PassedOver)
			for _, other := range blame.PassedOver {
				require.Equal(t, c.why, other.Why, "%+v", other)
			}
		})
	}
}

// Words are whole: what merely holds their letters is asked for by itself, and may be where the request went wrong.
func TestOnlyWholeWordsSayThatSomethingUndoes(t *testing.T) {
	t.Parallel()
	for name, undoes := range map[string]bool{"ROLLBACK": true, "rollbackReservation": true, "orderRollback": true, "POST /orders/{id}/undo": true, "compensate": true,
		"undoReservation": true, "tx.roll_back": true, "refundOrder": false, "GET /foundOrders": false, "POST /undocumented": false, "boundOffers": false, "POST /refund": false} {
		trace := drawn(handled("root", "", 0, 900, true), handled("charge", "root", 6, 40, true), handled(name, "root", 45, 890, true))
		blame, _ := criticalpath.TreeOf(trace).Culprit(criticalpath.Habits{})
		require.Equal(t, undoes, trace.Spans[blame.Span].ID == "charge", name)
	}
}

// The same spans in another order are the same trace.
func TestTheCulpritDoesNotDependOnTheOrderOfSpans(t *testing.T) {
	t.Parallel()
	trace := saying(drawn(handled("root", "", 0, 900, true), handled("charge", "root", 6, 40, true), handled("undo", "root", 45, 890, true),
		handled("audit", "root", 46, 200, true)), map[string]string{"root": "payment: card declined", "charge": "card declined"})
	for n := range trace.Spans {
		turned := *trace
		turned.Spans = append(append([]incident.Span{}, trace.Spans[n:]...), trace.Spans[:n]...)
		blame, _ := criticalpath.TreeOf(&turned).Culprit(criticalpath.Habits{})
		require.Equal(t, "charge", turned.Spans[blame.Span].ID)
	}
}

func TestTooFewRequestsAreNoHabit(t *testing.T) {
	t.Parallel()
	var few []incident.Trace
	for i := range 9 {
		few = append(few, incident.Trace{ID: fmt.Sprint(i), Spans: []incident.Span{{ID: "1", Name: "root", Kind: incident.KindServer, Duration: time.Millisecond}}})
	}
	trace := drawn(handled("root", "", 0, 900, true), handled("charge", "root", 6, 40, true), handled("release", "root", 45, 890, true))
	blame, _ := criticalpath.TreeOf(trace).Culprit(criticalpath.HabitsOf(few))
	require.Equal(t, "release", trace.Spans[blame.Span].ID, "nothing tells the two apart but their times")
}
