package callgraph_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/callgraph"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/storm"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// calls are those of one edge: how many there are now and were before, and of these how many failed and how many took longer than 100 ms.
type calls struct {
	caller, callee                   string
	now, failed, slow, before, fails float64
}

// store has a service graph, in traces only where metrics are empty.
type store struct {
	edges  []calls
	lost   string // a part of a question that is not answered
	traces map[string]*incident.Trace
}

const total = "traces_service_graph_request_total"

func (s store) Ask(_ context.Context, q source.Question) source.Answer {
	a := source.Answer{Question: q, DataSource: "m"}
	if s.lost != "" && strings.Contains(q.Text, s.lost) {
		a.Problem = &source.Problem{Kind: source.Timeout, Sentence: "No answer.", Advice: "Wait."}
		return a
	}
	switch q.Kind {
	case source.MetricNames:
		if len(s.edges) > 0 {
			a.Names = []string{total, "traces_service_graph_request_failed_total", "traces_service_graph_request_client_seconds_bucket"}
		}
	case source.TraceSearch:
		for id, t := range s.traces {
			if strings.Contains(q.Text, `"`+t.Spans[0].Service+`"`) {
				a.Traces = append(a.Traces, incident.TraceSummary{ID: id})
			}
		}
	case source.TraceByID:
		a.Trace = s.traces[q.Text]
	case source.Instant:
		for _, e := range s.edges {
			a.Series = append(a.Series, e.series(q)...)
		}
	default:
	}
	return a
}

func (e calls) series(q source.Question) []incident.Series {
	all, failed, slow := e.now, e.failed, e.slow
	if q.Window.Length() > 10*time.Minute {
		all, failed, slow = e.before, e.fails, 0.02*e.before
	}
	series := func(value float64, le string) incident.Series {
		labels := map[string]string{"client": e.caller, "server": e.callee}
		if le != "" {
			labels["le"] = le
		}
		return incident.Series{Labels: labels, Points: []incident.Point{{Time: q.Window.To, Value: value}}}
	}
	switch {
	case strings.Contains(q.Text, "failed"):
		return []incident.Series{series(failed, "")}
	case strings.Contains(q.Text, "bucket"):
		return []incident.Series{series(0.1*all, "0.01"), series(all-slow, "0.1"), series(all-slow/2, "1"), series(all, "+Inf")}
	}
	return []incident.Series{series(all, "")}
}

func read(t *testing.T, s store) callgraph.Reading {
	t.Helper()
	got, err := callgraph.Reader{Querier: s, Most: time.Second}.Metrics(t.Context(), noon, noon.Add(-20*time.Minute))
	require.NoError(t, err)
	return got
}

func TestCallsAreWorseThatFailMoreOrAreSlowMoreOftenThanChanceGives(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		calls
		want storm.State
	}{
		"more fail":                   {calls{"a", "b", 100, 8, 2, 1200, 2}, storm.Worse},
		"more are slow":               {calls{"a", "b", 100, 0, 20, 1200, 2}, storm.Worse},
		"few calls, most of them bad": {calls{"a", "b", 6, 0, 5, 70, 0}, storm.Worse},
		"nothing changed":             {calls{"a", "b", 100, 1, 2, 1200, 12}, storm.Unchanged},
		"one more than usual":         {calls{"a", "b", 100, 0, 4, 1200, 0}, storm.Unchanged},
		"few calls":                   {calls{"a", "b", 6, 0, 0, 70, 0}, storm.Unmeasured},
		"nobody calls any more":       {calls{"a", "b", 0, 0, 0, 1200, 2}, storm.Unmeasured},
		"nobody called before":        {calls{"a", "b", 100, 90, 90, 0, 0}, storm.Unmeasured},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := read(t, store{edges: []calls{c.calls}})
			require.Empty(t, got.Problems)
			require.Equal(t, []storm.Call{{Caller: "a", Callee: "b", State: c.want}}, got.Calls)
			require.Equal(t, total, got.Metric)
		})
	}
}

func TestCallsOfNobodyTracedAndOfAServiceToItselfAreNone(t *testing.T) {
	t.Parallel()
	got := read(t, store{edges: []calls{{"user", "a", 100, 0, 0, 1200, 0}, {"a", "a", 100, 0, 0, 1200, 0}, {"a", "b.shop.svc:80", 100, 0, 0, 1200, 0}, {"a", "unknown", 9, 9, 9, 9, 9}}})
	require.Equal(t, []storm.Call{{Caller: "a", Callee: "b", State: storm.Unchanged}}, got.Calls)
}

func TestWhatWasNotAnsweredIsSaidAndNeverTakenForUnchanged(t *testing.T) {
	t.Parallel()
	for _, lost := range []string{"bucket[", "failed_total["} {
		got := read(t, store{edges: []calls{{"a", "b", 100, 0, 0, 1200, 0}}, lost: lost})
		assert.Contains(t, got.Problems[0], "not checked: No answer.")
		assert.Equal(t, []storm.Call{{Caller: "a", Callee: "b", State: storm.Unmeasured}}, got.Calls)
	}
	none := read(t, store{})
	assert.Empty(t, none.Calls)
	assert.Contains(t, fmt.Sprint(none.Problems), "No metric of calls between services is known")
}

func TestTracesSayWhoCallsAServiceThatTheMetricsLack(t *testing.T) {
	t.Parallel()
	span := func(id, parent, service string) incident.Span {
		return incident.Span{ID: id, Parent: parent, Service: service}
	}
	s := store{traces: map[string]*incident.Trace{"t1": {Spans: []incident.Span{span("1", "", "cart"), span("2", "1", "cart"), span("3", "2", "stock"), span("4", "lost", "stock")}}}}
	got := callgraph.Reader{Querier: s, Most: time.Second}.Traces(t.Context(), []string{"cart", "nobody"}, incident.Window{From: noon.Add(-time.Hour), To: noon})
	require.Equal(t, []storm.Call{{Caller: "cart", Callee: "stock", State: storm.Unmeasured}}, got.Calls)
	require.Len(t, got.Answers, 3)
	many := callgraph.Reader{Querier: s, Most: time.Second}.Traces(t.Context(), strings.Split("a b c d e f g h i j", " "), incident.Window{})
	require.Contains(t, many.Problems[0], "Of 10 services")
}
