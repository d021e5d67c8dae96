package verdict_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// rankedSince is a case whose ranking is carried by one service, whose change began in a time.
func rankedSince(earliest, latest time.Duration) *incident.Case {
	c := caseWithOnset()
	c.Facts.Ranking = &incident.Ranking{Services: []incident.RankedService{failing("stock", 0.9, 1e-9)},
		Onset: &incident.MovedAt{Earliest: ago(earliest), Latest: ago(latest)}}
	return c
}

// linkOf is the timeline's link of the ranking.
func linkOf(t *testing.T, v incident.Verdict) incident.Link {
	t.Helper()
	at := slices.IndexFunc(v.Chain, func(l incident.Link) bool { return l.Step == "cause/ranking" })
	require.GreaterOrEqual(t, at, 0, "%v", v.Chain)
	return v.Chain[at]
}

func TestAChangeKnownToTheMinuteStandsAtItsMoment(t *testing.T) {
	t.Parallel()
	v := judged(t, rankedSince(minutes(21), minutes(21)-20*time.Second))
	l := linkOf(t, v)
	require.Equal(t, ago(minutes(21)-10*time.Second), l.At)
	require.NotContains(t, l.Sentence, "sampled requests show only")
	require.Contains(t, v.Candidates[0].Because, "it began at 11:39:10")
}

func TestAChangeOfWhichTheMomentIsOpenSaysFromWhenToWhen(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		c     *incident.Case
		stand time.Time
	}{
		"the service's numbers moved within that time": {rankedSince(minutes(31), minutes(14)), ago(minutes(20) + 15*time.Second)},
		"it began after they moved":                    {rankedSince(minutes(15), minutes(9)), ago(minutes(15))},
		"it was over before they moved":                {rankedSince(minutes(40), minutes(30)), ago(minutes(40))},
	} {
		v := judged(t, test.c)
		l := linkOf(t, v)
		require.Equal(t, test.stand, l.At, name)
		require.Contains(t, l.Sentence, "; sampled requests show only that this began between ", name)
		require.True(t, slices.ContainsFunc(v.Candidates[0].Because, func(b string) bool {
			return strings.HasPrefix(b, "it began between ") && strings.HasSuffix(b, ", as far as sampled requests show")
		}), "%s: %v", name, v.Candidates[0].Because)
	}
}

func TestANumberThatMovedSlowlySaysFromWhenToWhen(t *testing.T) {
	t.Parallel()
	for _, k := range []struct {
		took time.Duration
		says string
	}{{10 * time.Second, "errors of web rise to 40%"}, {26 * time.Minute, "errors of web rise to 40%, some time between 11:30:00 and 11:56:00"}} {
		c := caseWithOnset()
		c.Facts.Errors = &incident.Change{Now: 0.4, Normal: 0.001, Unit: incident.Ratio, Worse: true,
			Moved: &incident.MovedAt{Earliest: ago(minutes(30)), Latest: ago(minutes(30)).Add(k.took)}}
		chain := judged(t, c).Chain
		require.True(t, slices.ContainsFunc(chain, func(l incident.Link) bool { return l.Step == "impact/error-rate" && l.Sentence == k.says }), "%v", chain)
	}
}

func TestWhatShowsABeginningIsNamed(t *testing.T) {
	t.Parallel()
	for kind, by := range map[string]string{"error lines": "its error lines", "cpu": "points of the metric", "errors": "sampled requests"} {
		c := rankedSince(minutes(31), minutes(14))
		c.Facts.Ranking.Services[0].Evidence[0].Kind = kind
		require.Contains(t, linkOf(t, judged(t, c)).Sentence, "; "+by+" show only that this began between ")
	}
}

func TestWithoutAnOnsetAnOpenBeginningStandsAtItsEarliest(t *testing.T) {
	t.Parallel()
	c := rankedSince(minutes(31), minutes(14))
	c.Facts.Onset = nil
	require.Equal(t, ago(minutes(31)), linkOf(t, judged(t, c)).At)
}

func TestTheTimelineHoldsOnlyWhatTheNamedServiceShows(t *testing.T) {
	t.Parallel()
	c := full(21 * time.Minute)
	c.Facts.Ranking = rankedSince(minutes(31), minutes(14)).Facts.Ranking
	v := judged(t, c)
	require.Equal(t, incident.CauseKind("exhausted-connection-pool"), v.Candidates[0].Kind)
	require.False(t, slices.ContainsFunc(v.Chain, func(l incident.Link) bool { return l.Step == "cause/ranking" }), "another service's change")
}

func TestAChangeThatComesWithAnotherSaysSo(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	follows := failing("prices", 0.8, 1e-8)
	follows.ExplainedBy = "stock"
	follows.Evidence = append(follows.Evidence, incident.Difference{Kind: "errors", About: incident.Aspect{Operation: "GET /prices"}, Now: incident.Counted{Hits: 5, Of: 6}, Before: incident.Counted{Of: 60}})
	c.Facts.Ranking = &incident.Ranking{Services: []incident.RankedService{failing("stock", 0.9, 1e-9), follows}}
	v := judged(t, c)
	require.Equal(t, "prices", v.Candidates[1].Service)
	require.Contains(t, v.Candidates[1].Because, "GET /prices of prices ends in an error in 5 of 6 requests, before in 0%")
	require.Contains(t, v.Candidates[1].Because, "its change comes with that of stock")
}

func TestWhatIsWorthNothingIsNoSuspect(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	nothing, empty := failing("stock", 0, 1e-9), failing("prices", 0.5, 1e-9)
	empty.Evidence = nil
	c.Facts.Ranking = &incident.Ranking{Services: []incident.RankedService{nothing, empty}}
	require.Empty(t, judged(t, c).Candidates)
}

func TestNoMoreThanTenOfTheRankedServicesAreTold(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	c.Facts.Ranking = &incident.Ranking{}
	for i := range 14 {
		c.Facts.Ranking.Services = append(c.Facts.Ranking.Services, failing("service-"+string(rune('a'+i)), 0.9-0.01*float64(i), 1e-9))
	}
	require.Len(t, judged(t, c).Candidates, 10)
}

func TestEveryNumberThatMovedStandsInTheTimelineOnce(t *testing.T) {
	t.Parallel()
	for step, test := range map[string]struct {
		change func(f *incident.Facts, at *incident.MovedAt)
		says   string
	}{
		"impact/latency": {func(f *incident.Facts, at *incident.MovedAt) {
			f.Latency = &incident.Change{Now: 2.3, Normal: 0.4, Unit: incident.Seconds, Worse: true, Moved: at}
		}, "p99 latency of web rises to 2.3 s"},
		"impact/error-rate": {func(f *incident.Facts, at *incident.MovedAt) {
			f.Errors = &incident.Change{Now: 0.073, Normal: 0.001, Unit: incident.Ratio, Worse: true, Moved: at}
		}, "errors of web rise to 7.3%"},
		"impact/status-codes": {func(f *incident.Facts, at *incident.MovedAt) {
			f.Refused = &incident.Change{Now: 0.77, Normal: 0.02, Unit: incident.Ratio, Worse: true, Moved: at}
		}, "client errors of web rise to 77%"},
		"impact/request-rate": {func(f *incident.Facts, at *incident.MovedAt) {
			f.Traffic = &incident.Change{Now: 2, Normal: 5, Unit: incident.PerSecond, Worse: true, Moved: at}
		}, "requests to web fall to 2/s"},
	} {
		c, at := caseWithOnset(), moved(minutes(12))
		test.change(&c.Facts, &at)
		links := judged(t, c).Chain
		require.Len(t, links, 1, step)
		require.Equal(t, step, links[0].Step)
		require.Equal(t, test.says, links[0].Sentence)
		require.Equal(t, at.Middle(), links[0].At)

		test.change(&c.Facts, nil)
		require.Empty(t, judged(t, c).Chain, "nobody knows when: %s", step)
	}
}

func TestMarginsThatOverlapLeaveTheOrderOpen(t *testing.T) {
	t.Parallel()
	c := full(minutes(21))
	require.Contains(t, judged(t, c).Candidates[0].Because, "it began at 11:38:52, before the service's own numbers moved at 11:39:52")
	within := incident.MovedAt{Earliest: c.Facts.Onset.Earliest.Add(10 * time.Second), Latest: c.Facts.Onset.Latest.Add(5 * time.Second)}
	c.Facts.Pool.Moved = &within
	require.True(t, slices.ContainsFunc(judged(t, c).Candidates[0].Because, func(b string) bool {
		return strings.Contains(b, ": at the same time, as far as can be told")
	}))
}
