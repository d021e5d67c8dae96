package verdict_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// busy is a case whose service waits for CPU since its requests rose to a multiple.
func busy(times float64, before time.Duration) *incident.Case {
	c := slowNames()
	c.Facts.Lookups = nil
	c.Facts.Culprit.External = ""
	rose := moved(before)
	c.Facts.Traffic = &incident.Change{Now: 5 * times, Normal: 5, Unit: incident.PerSecond, Moved: &rose}
	c.Facts.Patterns = &incident.LogPatterns{Now: incident.LogSample{Lines: int(300 * times), Covered: 5 * time.Minute},
		Before: incident.LogSample{Lines: 600, Covered: 10 * time.Minute}}
	c.Facts.Neighbours = askedIn(1)
	throttled, one := moved(20*time.Minute), 1.0
	c.Facts.Saturation = &incident.Saturation{CPU: &incident.Comparison{What: "throttled CPU periods", Service: "web", Now: 0.6, Normal: 0.01, Limit: &one,
		Unit: incident.Ratio, Abnormal: true, Moved: &throttled}}
	return c
}

// askedIn are traces of the last hour in which the service is asked so many times since the requests rose, and once before.
func askedIn(times int) *incident.Neighbours {
	sampled := &incident.Neighbours{}
	for i := range 120 {
		trace := incident.Trace{Start: ago(time.Duration(i) * 30 * time.Second)}
		asked := 1
		if i < 40 {
			asked = times
		}
		for range asked {
			trace.Spans = append(trace.Spans, incident.Span{Service: "web", Kind: incident.KindServer, Start: trace.Start})
		}
		sampled.Traces = append(sampled.Traces, trace)
	}
	return sampled
}

func TestARiseOfRequestsGoesBeforeTheLimitThatItRunsInto(t *testing.T) {
	t.Parallel()
	v := judged(t, busy(4, 21*time.Minute))
	require.Equal(t, "Likely: load, and no fault of the service: requests to web rose to 4.0 times the usual.", v.Sentence)
	require.Equal(t, "load", v.Candidates[0].Component)
	require.Contains(t, v.Candidates[0].Because[0], "requests rose from 5/s to 20/s")
	require.Equal(t, "requests to web rise to 20/s", v.Chain[0].Sentence)
}

// Whoever is refused asks again: more requests follow from refusals, unless these say that there are too many.
func TestRefusedClientsThatAskAgainAreNoLoad(t *testing.T) {
	t.Parallel()
	refused := func(codes ...string) *incident.Case {
		c := busy(3, 21*time.Minute)
		c.Facts.Errors, c.Facts.Latency = &incident.Change{Now: 0.001, Normal: 0.001}, &incident.Change{Now: 0.1, Normal: 0.1}
		c.Facts.Refused = &incident.Change{Now: 0.6, Normal: 0.02, Worse: true, Codes: codes}
		return c
	}
	for _, codes := range [][]string{{"401"}, {"403", "404"}, {"4xx"}, {"Unauthenticated"}} {
		require.NotContains(t, judged(t, refused(codes...)).Sentence, "load, and no fault of the service", codes)
	}
	require.Contains(t, judged(t, refused("429")).Sentence, "load, and no fault of the service")
	slow := refused("401")
	slow.Facts.Latency.Worse = true
	require.Contains(t, judged(t, slow).Sentence, "load, and no fault of the service", "load makes slow")
}

func TestLoadThatOnlyTheMetricTellsOfIsNotLikely(t *testing.T) {
	t.Parallel()
	alone := busy(4, 21*time.Minute)
	alone.Facts.Patterns = nil
	require.Contains(t, judged(t, alone).Sentence, "Possible: load")
}

func TestLoadThatMayBeRetriesIsNotLikely(t *testing.T) {
	t.Parallel()
	c := busy(4, 21*time.Minute)
	c.Facts.Neighbours = nil
	require.Contains(t, judged(t, c).Sentence, "Possible: load", "requests that are asked again write lines too")
}

func TestLoadThatLinesAndTracesDoNotSeeIsNoSuspect(t *testing.T) {
	t.Parallel()
	c := busy(10, 21*time.Minute)
	c.Facts.Patterns.Now.Lines = 330
	require.NotContains(t, components(judged(t, c)), "load", "counters that two collectors write in turn rise like that")
}

func TestRequestsThatAreRepeatedAreNoLoad(t *testing.T) {
	t.Parallel()
	c := busy(4, 21*time.Minute)
	c.Facts.Neighbours = askedIn(4)
	require.NotContains(t, components(judged(t, c)), "load")
}

func TestLoadIsNoSuspectWhenItIsSmallCameAfterOrTheCallLeavesUs(t *testing.T) {
	t.Parallel()
	require.NotContains(t, components(judged(t, busy(1.3, 21*time.Minute))), "load", "a third more is an ordinary evening")
	require.NotContains(t, components(judged(t, busy(4, 10*time.Minute))), "load", "people who try again come after the failure")
	together := busy(4, 21*time.Minute)
	together.Facts.Traffic.Moved = &incident.MovedAt{Earliest: together.Facts.Onset.Latest.Add(-time.Second), Latest: together.Facts.Onset.Latest.Add(time.Minute)}
	require.Contains(t, components(judged(t, together)), "load", "it may have risen first: the margins overlap")
	outside := busy(4, 21*time.Minute)
	outside.Facts.Culprit.External = "api.example.com"
	require.NotContains(t, components(judged(t, outside)), "load")
}

// usual is a case in which a few requests fail, as on any day.
func usual(now float64) *incident.Case {
	c := slowNames()
	c.Facts.Onset, c.Facts.Lookups = nil, nil
	c.Facts.Latency = &incident.Change{Now: 0.2, Normal: 0.2, Unit: incident.Seconds}
	c.Facts.Errors = &incident.Change{Now: now, Normal: 0.005, Unit: incident.Ratio, Samples: 450}
	return changed(c, rollout("web", 26*time.Minute), rollout("fleet", 40*time.Minute))
}

func TestNobodyIsAccusedWhereNothingMoved(t *testing.T) {
	t.Parallel()
	v := judged(t, usual(0.012))
	require.Equal(t, incident.NoClearCause, v.Level)
	require.Equal(t, "No clear cause: neither errors nor latency of web left their usual course, so there is nothing to explain.", v.Sentence)
	require.Empty(t, v.Candidates)
	require.Empty(t, v.Chain)
}

func TestErrorsThatAreMoreThanChanceGivesAreNoQuietHour(t *testing.T) {
	t.Parallel()
	require.NotEmpty(t, judged(t, usual(0.06)).Candidates, "too late in the window for a moment to be found, and still many")
	long := usual(0.3)
	long.Facts.Errors.Normal = 0.3
	require.NotEmpty(t, judged(t, long).Candidates, "an incident older than what is looked at")
}
