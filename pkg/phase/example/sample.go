package example

import (
	"slices"
	"sort"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	slicesTaken = 4  // short times, spread evenly over the traces found
	perSlice    = 6  // traces looked at in each
	mostOfOld   = 20 // traces that failed before the onset that are looked at, in one slice
	fewestOld   = 6  // traces that failed before the onset, from which it is looked whether they failed alike
	slowest     = 2  // of the longest ones are read whole
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

const (
	vague  = 2 * time.Minute // margin of an onset, from which the time within it is of neither side
	surely = 5 * time.Minute // before the end, that is of the incident whatever its onset
)

// turn are the moments up to which a trace is from before the incident, and from which it is from the incident.
func turn(c *incident.Case) (before, since time.Time) {
	onset := c.Facts.Onset
	if onset.Margin() < vague {
		return onset.Earliest, onset.Earliest
	}
	since = c.Window.To.Add(-surely)
	if onset.Latest.Before(since) {
		since = onset.Latest
	}
	if since.Before(onset.Earliest) {
		since = onset.Earliest
	}
	return onset.Earliest, since
}

// parted splits the traces, the newest first, into those of the incident and those from before it.
func parted(c *incident.Case) (incidents, earlier []incident.TraceSummary) {
	traces := lookedAt(c).Traces
	before, since := turn(c)
	older := func(moment time.Time) int {
		return sort.Search(len(traces), func(i int) bool { return traces[i].Start.Before(moment) })
	}
	return traces[:older(since)], traces[older(before):]
}

// sides are the slices of the traces since the onset, and of those before it where there are enough to compare: what fails all day is
// no news. Without an onset there is one side.
func sides(c *incident.Case) (since, before []incident.TraceSlice) {
	found := lookedAt(c)
	if c.Facts.Onset == nil || found.Slow {
		return found.Slices, nil
	}
	incidents, earlier := parted(c)
	if len(incidents) == 0 || len(earlier) < fewestOld {
		return found.Slices, nil
	}
	return slicesOf(incidents), []incident.TraceSlice{sliceOf(earlier[:min(mostOfOld, len(earlier))])}
}

// perMinute is how many traces failed a minute since the onset, and before it, of those found.
func perMinute(c *incident.Case) (since, before float64) {
	found := lookedAt(c)
	incidents, earlier := parted(c)
	until, from := turn(c)
	oldest := found.Window.From
	if n := len(found.Traces); found.AtLeast && n > 0 {
		oldest = found.Traces[n-1].Start
	}
	rate := func(n int, w time.Duration) float64 { return float64(n) / max(w, time.Second).Minutes() }
	return rate(len(incidents), found.Window.To.Sub(from)), rate(len(earlier), until.Sub(oldest))
}
