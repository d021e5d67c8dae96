package example

import (
	"slices"
	"sort"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	slicesTaken = 4 // short times, spread evenly over the traces found
	perSlice    = 6 // traces looked at in each
	slowest     = 2 // of the longest ones are read whole
)

// sample chooses which of the traces found, the newest first, are looked at: some that stand next to each other in time,
// at several places, so that a search of a short time brings several at once; and the longest ones.
func sample(found *incident.FailingTraces) {
	found.Slices = slicesOf(found.Traces)
	found.Sampled = []string{}
	for _, s := range found.Slices {
		found.Sampled = append(found.Sampled, s.Traces...)
	}
	longest := slices.Clone(found.Traces)
	sort.SliceStable(longest, func(i, j int) bool { return longest[i].Duration > longest[j].Duration })
	found.Longest = []string{}
	for _, t := range longest[:min(slowest, len(longest))] {
		found.Longest = append(found.Longest, t.ID)
	}
}

func slicesOf(traces []incident.TraceSummary) []incident.TraceSlice {
	if len(traces) <= slicesTaken*perSlice {
		return []incident.TraceSlice{sliceOf(traces)}
	}
	taken := make([]incident.TraceSlice, slicesTaken)
	for i := range taken {
		begin := len(traces)*(2*i+1)/(2*slicesTaken) - perSlice/2
		taken[i] = sliceOf(traces[begin : begin+perSlice])
	}
	return taken
}

// sliceOf is the time in which the traces, the newest first, began. Stores count in whole seconds.
func sliceOf(traces []incident.TraceSummary) incident.TraceSlice {
	s := incident.TraceSlice{Window: incident.Window{From: traces[len(traces)-1].Start.Truncate(time.Second),
		To: traces[0].Start.Truncate(time.Second).Add(time.Second)}}
	for _, t := range traces {
		s.Traces = append(s.Traces, t.ID)
	}
	return s
}
