package criticalpath_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/analysis/criticalpath"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// many is a trace of so many spans whose parents a function chooses. Work that grew with the square of it would outlast the test.
func many(n int, failed bool, parent func(i int) int) *incident.Trace {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	trace := &incident.Trace{ID: "1", Start: start, Duration: time.Hour}
	for i := range n {
		s := incident.Span{ID: strconv.Itoa(i), Start: start.Add(time.Duration(i)), Duration: time.Hour - 2*time.Duration(i), Failed: failed}
		if p := parent(i); p >= 0 {
			s.Parent = strconv.Itoa(p)
		}
		trace.Spans = append(trace.Spans, s)
	}
	return trace
}

const enough = 300_000

func TestDeepWideAndCircularTracesAreReadToTheirEnd(t *testing.T) {
	t.Parallel()
	for name, parent := range map[string]func(int) int{
		"a chain":          func(i int) int { return i - 1 },
		"a chain upwards":  func(i int) int { return (i + 2) % (enough + 1) },
		"a wide trace":     func(i int) int { return min(i, 1) - 1 },
		"a comb":           func(i int) int { return i - 1 - i%2 },
		"a circle":         func(i int) int { return (i + 1) % enough },
		"circles of two":   func(i int) int { return i ^ 1 },
		"each its own":     func(i int) int { return i },
		"no parents":       func(int) int { return -1 },
		"a tree of halves": func(i int) int { return (i - 1) / 2 },
	} {
		for _, failed := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				tree := criticalpath.TreeOf(many(enough, failed, parent))
				require.NotEmpty(t, tree.Roots)
				require.NotEmpty(t, tree.Path())
				blame, found := tree.Culprit(criticalpath.Habits{})
				require.True(t, found)
				require.Equal(t, failed, blame.Failed)
				require.Len(t, tree.PathTo(blame.Span), tree.Depth(blame.Span)+1)
				below := 0
				for i := range tree.Trace.Spans {
					below += len(tree.Children(i))
				}
				require.Equal(t, enough, below+len(tree.Roots), "every span stands in the tree once")
			})
		}
	}
}
