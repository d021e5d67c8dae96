package impact_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/impact"
	"github.com/faultline-investigation/faultline/pkg/phase/phasetest"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// countersAre is the answer to the question about a service's counters.
func countersAre(resets, samples, copies float64) source.Answers {
	return answered("counters", point(map[string]string{"counted": "resets"}, resets), point(map[string]string{"counted": "samples"}, samples),
		point(map[string]string{"counted": "copies"}, copies))
}

func TestCountersThatOnlyRiseAreClear(t *testing.T) {
	t.Parallel()
	for sentence, answer := range map[string]source.Answers{
		"only rise, and each is stored once":              countersAre(0, 60, 1),
		"rise, but for 2 restarts in 15 min, and each is": countersAre(2, 60, 1),
	} {
		c := checkout()
		reading := phasetest.Learned(t, impact.Counters(), c, answer)
		require.Equal(t, incident.Clear, reading.Outcome)
		require.Contains(t, reading.Findings[0].Sentence, sentence)
		require.NotContains(t, plans(t, impact.ErrorRate(), c)["traffic"], "without")
	}
}

func TestNothingIsReadFromCountersThatFall(t *testing.T) {
	t.Parallel()
	c := checkout()
	reading := phasetest.Learned(t, impact.Counters(), c, countersAre(31, 60, 1))
	require.Contains(t, reading.Findings[0].Sentence, "fell 31 times in 15 min, at 52% of its samples, as when several collectors write one series")
	for _, s := range []func() error{
		func() error { _, err := impact.ErrorRate().Plan(c); return err }, func() error { _, err := impact.RequestRate().Plan(c); return err },
		func() error { _, err := impact.Latency().Plan(c); return err }, func() error { _, err := impact.StatusCodes().Plan(c); return err },
		func() error { _, err := impact.BlastRadius().Plan(c); return err },
	} {
		requireSkip(t, s(), "fall again and again")
	}
}

func TestSeriesOfReplicasAreCountedOnce(t *testing.T) {
	t.Parallel()
	c := checkout()
	reading := phasetest.Learned(t, impact.Counters(), c, countersAre(0, 60, 2))
	require.Contains(t, reading.Findings[0].Sentence, "is stored 2 times, by replicas of its collector")
	require.Contains(t, plans(t, impact.RequestRate(), c)["traffic"], "max without (__replica__, monitor_replica, prometheus_replica")
}

func TestAServiceWithoutCountersIsNotChecked(t *testing.T) {
	t.Parallel()
	c := checkout()
	_, err := impact.Counters().Read(c, answered("counters"))
	requireSkip(t, err, "have no requests")
	requireProblem(t, impact.Counters(), c, refused("counters"))
}

// begun adds to an answer what counters of a status began at when they appeared, and how many requests all of its counters counted.
func begun(answers source.Answers, status string, at, grown float64) source.Answers {
	answer := answers["counters"]
	for mark, n := range map[string]float64{"begun at": at, "grown": grown} {
		answer.Series = append(answer.Series, point(map[string]string{"counted": mark, "http_response_status_code": status}, n))
	}
	answers["counters"] = answer
	return answers
}

func TestFirstRequestsOfCountersThatAppearAreCountedWhereTheyMatter(t *testing.T) {
	t.Parallel()
	for name, of := range map[string]struct {
		answers source.Answers
		counted bool
	}{
		"hundreds of pods fail once or twice each":        {begun(begun(countersAre(0, 60, 1), "502", 180, 40), "200", 0, 12000), true},
		"a service of one pod that fails as never before": {begun(begun(countersAre(0, 60, 1), "500", 3, 0), "200", 0, 90), true},
		"one counter of many that fail":                   {begun(begun(countersAre(0, 60, 1), "502", 2, 4000), "200", 0, 12000), false},
		"hardly any request":                              {begun(begun(countersAre(0, 60, 1), "404", 3, 9), "200", 0, 120000), false},
		"all are old":                                     {begun(countersAre(0, 60, 1), "200", 0, 12000), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := checkout()
			asked := plans(t, impact.Counters(), c)["counters"]
			require.Contains(t, asked, "min_over_time(", "what counters begin at")
			require.Contains(t, asked, "offset 1h", "those that were not there before")
			reading := phasetest.Learned(t, impact.Counters(), c, of.answers)
			require.Equal(t, of.counted, c.Facts.Counters.Firsts)
			traffic := plans(t, impact.ErrorRate(), c)["traffic"]
			if of.counted {
				require.Contains(t, reading.Findings[0].Sentence, "a rate misses these")
				require.Contains(t, traffic, "last_over_time(")
				return
			}
			require.NotContains(t, traffic, "last_over_time(")
		})
	}
}
