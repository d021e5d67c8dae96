package criticalpath_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/analysis/criticalpath"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

var began = time.Date(2025, 1, 21, 10, 43, 16, 0, time.UTC)

// span is a span of a drawing: from and to in milliseconds after the trace's start.
type span struct {
	id, parent string
	from, to   int
	failed     bool
	kind       incident.SpanKind
}

func drawn(spans ...span) *incident.Trace {
	trace := &incident.Trace{ID: "1", Start: began}
	for _, s := range spans {
		trace.Spans = append(trace.Spans, incident.Span{ID: s.id, Parent: s.parent, Failed: s.failed, Name: s.id, Kind: s.kind,
			Start: began.Add(time.Duration(s.from) * time.Millisecond), Duration: time.Duration(s.to-s.from) * time.Millisecond})
	}
	return trace
}

func names(trace *incident.Trace, indices []int) []string {
	var ids []string
	for _, i := range indices {
		ids = append(ids, trace.Spans[i].ID)
	}
	return ids
}

func TestTheCriticalPathLeavesOutWhatRanBeside(t *testing.T) {
	t.Parallel()
	trace := drawn(
		span{id: "root", from: 0, to: 100},
		span{id: "a", parent: "root", from: 3, to: 20},
		span{id: "b", parent: "root", from: 8, to: 30},
		span{id: "c", parent: "root", from: 40, to: 95},
		span{id: "inside c", parent: "c", from: 45, to: 90},
	)
	tree := criticalpath.TreeOf(trace)
	require.Equal(t, []string{"root", "b", "c", "inside c"}, names(trace, tree.Path()))
}

// A caller waits a second for an answer, twice, and the one called is at work for longer each time.
func givenUp() *incident.Trace {
	return drawn(
		span{id: "root", from: 0, to: 210, failed: true},
		span{id: "call", parent: "root", from: 2, to: 102, failed: true, kind: incident.KindClient},
		span{id: "handler", parent: "call", from: 3, to: 160, kind: incident.KindServer},
		span{id: "query", parent: "handler", from: 5, to: 159, kind: incident.KindClient},
		span{id: "again", parent: "root", from: 104, to: 204, failed: true, kind: incident.KindClient},
		span{id: "handler again", parent: "again", from: 105, to: 300, kind: incident.KindServer},
		span{id: "query again", parent: "handler again", from: 107, to: 299, kind: incident.KindClient},
	)
}

func TestWhatACallerGaveUpWaitingForIsTheCulprit(t *testing.T) {
	t.Parallel()
	trace := givenUp()
	tree := criticalpath.TreeOf(trace)
	blame, found := tree.Culprit(criticalpath.Habits{})
	require.True(t, found)
	require.Equal(t, []string{"query", "call"}, names(trace, []int{blame.Span, blame.GaveUp}))
	require.True(t, blame.Waited)
	require.Equal(t, []string{"root", "call", "handler", "query", "again", "handler again", "query again"}, names(trace, tree.Path()))

	for i := range trace.Spans {
		trace.Spans[i].Kind = incident.KindInternal
	}
	blame, _ = tree.Culprit(criticalpath.Habits{})
	require.Equal(t, []string{"call"}, names(trace, []int{blame.Span}), "work that goes on by itself is waited for by nobody")
	require.Equal(t, []string{"root", "call", "again"}, names(trace, tree.Path()))
}

func TestAFailureThatTheOneCalledHandsOnIsItsOwn(t *testing.T) {
	t.Parallel()
	trace := givenUp()
	trace.Spans[2].Failed, trace.Spans[3].Failed = true, true
	blame, _ := criticalpath.TreeOf(trace).Culprit(criticalpath.Habits{})
	require.Equal(t, []string{"query"}, names(trace, []int{blame.Span}))
	require.True(t, blame.Failed)
}

func TestSelfTimeIsWhatNoChildCovers(t *testing.T) {
	t.Parallel()
	tree := criticalpath.TreeOf(drawn(
		span{id: "root", from: 0, to: 100},
		span{id: "a", parent: "root", from: 10, to: 40},
		span{id: "overlaps a", parent: "root", from: 30, to: 50},
		span{id: "outlives root", parent: "root", from: 90, to: 300},
	))
	require.Equal(t, 50*time.Millisecond, tree.Self(0))
}

func TestTheCulpritIsTheDeepestFailureOfTheChain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		trace  *incident.Trace
		want   string
		failed bool
	}{
		"a failure handed upwards": {drawn(
			span{id: "root", from: 0, to: 100, failed: true},
			span{id: "fine", parent: "root", from: 1, to: 5},
			span{id: "charge", parent: "root", from: 6, to: 98, failed: true},
			span{id: "stripe", parent: "charge", from: 8, to: 96, failed: true}), "stripe", true},
		"a client span without status between two failures": {drawn(
			span{id: "root", from: 0, to: 100, failed: true},
			span{id: "client", parent: "root", from: 1, to: 90},
			span{id: "server", parent: "client", from: 2, to: 89, failed: true}), "server", true},
		"one failed span in a trace that succeeded": {drawn(
			span{id: "root", from: 0, to: 100},
			span{id: "cache", parent: "root", from: 1, to: 3, failed: true}), "cache", true},
		"two failed branches, the longer one": {drawn(
			span{id: "root", from: 0, to: 100, failed: true},
			span{id: "short", parent: "root", from: 1, to: 3, failed: true},
			span{id: "long", parent: "root", from: 4, to: 90, failed: true}), "long", true},
		"no root": {drawn(
			span{id: "a", parent: "gone", from: 0, to: 100, failed: true},
			span{id: "b", parent: "a", from: 1, to: 90, failed: true}), "b", true},
		"nothing failed, where the time went": {drawn(
			span{id: "root", from: 0, to: 100},
			span{id: "quick", parent: "root", from: 1, to: 10},
			span{id: "slow", parent: "root", from: 11, to: 99}), "slow", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			blame, found := criticalpath.TreeOf(c.trace).Culprit(criticalpath.Habits{})
			require.True(t, found)
			require.Equal(t, c.want, c.trace.Spans[blame.Span].ID)
			require.Equal(t, c.failed, blame.Failed)
		})
	}
}

func TestATraceWithoutSpansHasNoCulprit(t *testing.T) {
	t.Parallel()
	_, found := criticalpath.TreeOf(&incident.Trace{}).Culprit(criticalpath.Habits{})
	require.False(t, found)
}

func TestEverySpanOfAnyTraceStandsInTheTreeOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "spans")
		id := rapid.Map(rapid.IntRange(0, n), func(i int) string { return fmt.Sprint(i) })
		trace := &incident.Trace{}
		for range n {
			trace.Spans = append(trace.Spans, incident.Span{ID: id.Draw(t, "id"), Parent: id.Draw(t, "parent"),
				Start: began.Add(time.Duration(rapid.IntRange(0, 99).Draw(t, "start"))), Duration: time.Duration(rapid.IntRange(0, 99).Draw(t, "length")),
				Failed: rapid.Bool().Draw(t, "failed")})
		}
		tree := criticalpath.TreeOf(trace)
		seen := map[int]int{}
		var visit func(int)
		visit = func(i int) {
			seen[i]++
			for _, c := range tree.Children(i) {
				visit(c)
			}
		}
		for _, r := range tree.Roots {
			visit(r)
		}
		require.Len(t, seen, n)
		for i, times := range seen {
			require.Equal(t, 1, times, "span %d", i)
		}
		_, found := tree.Culprit(criticalpath.Habits{})
		require.True(t, found)
		require.NotEmpty(t, tree.Path())
	})
}

func BenchmarkTenThousandSpans(b *testing.B) {
	trace := &incident.Trace{}
	for i := range 10_000 {
		trace.Spans = append(trace.Spans, incident.Span{ID: fmt.Sprint(i + 1), Parent: fmt.Sprint(i / 4), Failed: i%97 == 0,
			Start: began.Add(time.Duration(i)), Duration: time.Duration(20_000 - i)})
	}
	for b.Loop() {
		criticalpath.TreeOf(trace).Culprit(criticalpath.Habits{})
	}
}
