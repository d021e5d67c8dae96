package criticalpath_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/analysis/criticalpath"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// FuzzTraces arranges spans of any parents and times, four bytes each: the parent, when it starts, how long it takes, and whether it failed.
func FuzzTraces(f *testing.F) {
	f.Add([]byte{255, 0, 200, 0, 0, 10, 100, 1, 1, 20, 50, 3, 0, 150, 20, 0})
	f.Add([]byte{1, 0, 200, 1, 0, 10, 100, 1, 2, 0, 0, 0})
	f.Fuzz(func(t *testing.T, shape []byte) {
		const each = 4
		start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		trace := &incident.Trace{ID: "1", Start: start, Duration: time.Second}
		for ; len(shape) >= each; shape = shape[each:] {
			trace.Spans = append(trace.Spans, incident.Span{ID: strconv.Itoa(len(trace.Spans) / (1 + int(shape[3]>>7))), Parent: strconv.Itoa(int(shape[0])),
				Start: start.Add(time.Duration(shape[1]) * time.Millisecond), Duration: time.Duration(shape[2]) * time.Millisecond, Failed: shape[3]&1 > 0,
				Kind: []incident.SpanKind{"server", "client", "internal", "producer", "consumer", ""}[int(shape[3]>>1)%6]})
		}
		tree := criticalpath.TreeOf(trace)
		below := 0
		for i := range trace.Spans {
			below += len(tree.Children(i))
			require.GreaterOrEqual(t, tree.Self(i), time.Duration(0))
			require.LessOrEqual(t, tree.Self(i), trace.Spans[i].Duration)
		}
		require.Equal(t, len(trace.Spans), below+len(tree.Roots), "every span stands in the tree once")
		tree.Path()
		blame, found := tree.Culprit(criticalpath.Habits{})
		require.Equal(t, len(trace.Spans) > 0, found)
		if found {
			require.Len(t, tree.PathTo(blame.Span), tree.Depth(blame.Span)+1)
		}
	})
}
