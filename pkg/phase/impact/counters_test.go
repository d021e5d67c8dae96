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
	require.Contains(t, reading.Findings[0].Sentence, "fell 31 times in 15 min, at 52 % of its samples, as when several collectors write one series")
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
