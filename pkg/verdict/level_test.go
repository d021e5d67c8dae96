package verdict_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// failing is a service in whose requests an error is new.
func failing(service string, score, chance float64) incident.RankedService {
	r := ranked(service, score, chance)
	r.Evidence[0].Failure, r.Evidence[0].Before = true, incident.Counted{Of: 90}
	return r
}

// countedAs are second counts of all differences of a service with one outcome.
func countedAs(outcome incident.WitnessOutcome, r *incident.RankedService) *incident.Witnesses {
	all := &incident.Witnesses{}
	for _, d := range r.Evidence {
		all.Counts = append(all.Counts, countOf(outcome, r.Service, d))
	}
	return all
}

func countOf(outcome incident.WitnessOutcome, service string, d incident.Difference) incident.Witness {
	w := incident.Witness{Service: service, Kind: d.Kind, About: d.About, Peers: d.Peers, Outcome: outcome}
	if outcome == incident.WitnessUncounted {
		w.Reason = "Tempo did not answer."
		return w
	}
	w.Counted, w.Now, w.Before = incident.CountedTraces, incident.Tally{Count: 240, Over: 5 * time.Minute}, incident.Tally{Count: 2, Over: 5 * time.Minute}
	return w
}

// levelWith is the level with a ranking of which a second count confirms the first service, unless the case has other counts.
func levelWith(t *testing.T, c *incident.Case, services ...incident.RankedService) incident.Level {
	t.Helper()
	c.Facts.Ranking = &incident.Ranking{Services: services}
	if c.Facts.Witness == nil {
		c.Facts.Witness = countedAs(incident.WitnessConfirms, &services[0])
	}
	return judged(t, c).Level
}

func TestAFailureThatIsNewInMostRequestsOfOneServiceIsLikely(t *testing.T) {
	t.Parallel()
	require.Equal(t, incident.Likely, levelWith(t, calm(), failing("stock", 0.9, 1e-9), failing("prices", 0.3, 1e-4)))
}

func TestRequestsThatMerelyTakeAnotherWayAreOnlyPossibleWhereNothingMoved(t *testing.T) {
	t.Parallel()
	require.Equal(t, incident.Possible, levelWith(t, calm(), ranked("stock", 0.9, 1e-9)))
	require.Equal(t, incident.Likely, levelWith(t, caseWithOnset(), ranked("stock", 0.9, 1e-9)))
}

func TestTwoServicesWhoseRequestsChangeAlikeAreOnlyPossible(t *testing.T) {
	t.Parallel()
	require.Equal(t, incident.Possible, levelWith(t, caseWithOnset(), failing("stock", 0.9, 1e-9), failing("prices", 0.85, 1e-9)))
	symptom := failing("prices", 0.85, 1e-9)
	symptom.ExplainedBy = "stock"
	require.Equal(t, incident.Likely, levelWith(t, caseWithOnset(), failing("stock", 0.9, 1e-9), symptom))
}

func TestALargeChangeThatMayBeChanceIsOnlyPossible(t *testing.T) {
	t.Parallel()
	require.Equal(t, incident.Possible, levelWith(t, caseWithOnset(), failing("stock", 0.9, 0.02)))
}

func TestAChangeOfSecondsIsOnlyPossible(t *testing.T) {
	t.Parallel()
	short := failing("stock", 0.9, 1e-9)
	short.Lasted = 30 * time.Second
	require.Equal(t, incident.Possible, levelWith(t, caseWithOnset(), short))
}

func TestAChangeOfWhichTheLastMinutesHaveNoRequestIsOnlyPossible(t *testing.T) {
	t.Parallel()
	past := failing("stock", 0.9, 1e-9)
	past.Last = ago(3 * time.Minute)
	require.Equal(t, incident.Possible, levelWith(t, caseWithOnset(), past))
}

func TestARolloutSinceWhichRequestsFailIsLikely(t *testing.T) {
	t.Parallel()
	released := func() *incident.Case {
		c := slowNames()
		c.Facts.Lookups = nil
		return changed(c, rollout("web", minutes(22)))
	}
	require.Equal(t, incident.Likely, levelWith(t, released(), failing("web", 0.15, 1e-6)))
	require.Equal(t, incident.Possible, levelWith(t, released(), ranked("web", 0.15, 1e-6)), "what changed is no failure")
	before := failing("web", 0.15, 1e-6)
	before.Evidence[0].Before = incident.Counted{Hits: 9, Of: 90}
	require.Equal(t, incident.Possible, levelWith(t, released(), before), "a tenth failed before")
	require.Equal(t, incident.Possible, levelWith(t, released(), failing("stock", 0.15, 1e-6)), "another service fails")
	lines := failing("web", 0.15, 1e-6)
	lines.Evidence[0].Kind = "error lines"
	require.Equal(t, incident.Possible, levelWith(t, released(), lines), "no request is known to fail")
}

func TestARolloutOfTheAlertingServiceWhosePodsCannotStartIsLikely(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	c.Facts.Pods = &incident.PodTroubles{New: []incident.PodTrouble{{Namespace: "shop", Workload: "web", Pods: []string{"web-7c8d9f6b5-abcd1"},
		Reason: "CreateContainerConfigError", Since: moved(minutes(21))}}}
	v := judged(t, changed(c, rollout("web", minutes(22))))
	require.Equal(t, "Likely: the rollout of web at 11:38:00 broke it: web cannot start: its container cannot be created from its specification.", v.Sentence)
}

func TestThatTheAlertingServiceItselfFailsIsNoLikelyCause(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"errors", "refusals"} {
		symptom := failing("web", 0.9, 1e-9)
		symptom.Evidence[0].Kind, symptom.Evidence[0].About = kind, incident.Aspect{Operation: "GET /me", Status: 401}
		require.Equal(t, incident.Possible, levelWith(t, caseWithOnset(), symptom), "it is what is to be explained")
	}
}
