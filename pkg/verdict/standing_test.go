package verdict_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict"
)

// standing is a case of which some requests fail, as they did before as far as anything tells.
func standing() *incident.Case {
	c := inside()
	c.Facts.Onset, c.Facts.Pattern = nil, nil
	c.Facts.Culprit.Span.Failed = true
	c.Facts.Errors = &incident.Change{Now: 0.038, NoBaseline: true, Unit: incident.Ratio, Samples: 3000}
	c.Facts.Latency = &incident.Change{Now: 0.9, NoBaseline: true, Unit: incident.Seconds}
	c.Facts.Ranking = &incident.Ranking{Compared: 900}
	return c
}

func TestAFailureThatAlwaysWasAccusesNobody(t *testing.T) {
	t.Parallel()
	v := judged(t, standing())
	require.Equal(t, incident.NoClearCause, v.Level)
	require.Equal(t, "No clear cause: what fails failed as often before, as far as is known, and nothing that was looked at changed.", v.Sentence)
	require.NotEmpty(t, v.Candidates, "where it fails is told")
}

func TestManyRequestsAloneTellThatNothingIsNew(t *testing.T) {
	t.Parallel()
	c := standing()
	c.Facts.Errors, c.Facts.Latency, c.Facts.Ranking.Traces = nil, nil, 600
	require.Equal(t, incident.NoClearCause, judged(t, c).Level)
}

func TestAFailureThatMayBeNewIsNamed(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(f *incident.Facts){
		"errors rose":                 func(f *incident.Facts) { f.Errors.NoBaseline, f.Errors.Worse = false, true },
		"more fail than before":       func(f *incident.Facts) { f.Errors.NoBaseline, f.Errors.Normal = false, 0.01 },
		"errors are not known":        func(f *incident.Facts) { f.Errors = nil },
		"another service fails anew":  func(f *incident.Facts) { f.Ranking.Services = []incident.RankedService{failing("stock", 0.5, 1e-6)} },
		"the requests were only slow": func(f *incident.Facts) { f.Culprit.Span.Failed = false },
	} {
		c := standing()
		change(&c.Facts)
		require.NotEqual(t, incident.NoClearCause, judged(t, c).Level, name)
	}
}

func TestAFailureOfUnknownAgeAccusesNobody(t *testing.T) {
	t.Parallel()
	for name, unknown := range map[string]func(f *incident.Facts){
		"requests were not compared":   func(f *incident.Facts) { f.Ranking = nil },
		"nothing was there to compare": func(f *incident.Facts) { f.Ranking.Compared = 0 },
		"nor are errors known":         func(f *incident.Facts) { f.Ranking, f.Errors = nil, nil },
	} {
		c := standing()
		unknown(&c.Facts)
		v := judged(t, c)
		require.Equal(t, incident.NoClearCause, v.Level, name)
		require.Contains(t, v.Sentence, "it is not known whether they did before", name)
		require.NotEmpty(t, v.Candidates, "where it fails is told")
		c.Facts.Onset = &incident.Onset{MovedAt: moved(minutes(20)), First: "errors"}
		require.Equal(t, incident.Possible, judged(t, c).Level, "%s, but something moved", name)
	}
}

func TestWhatNoneFailedOfBeforeIsNotStanding(t *testing.T) {
	t.Parallel()
	c := standing()
	c.Facts.Onset = &incident.Onset{MovedAt: moved(minutes(20)), First: "latency"}
	require.Equal(t, incident.NoClearCause, judged(t, c).Level, "latency moved, and what fails failed before as far as is known")
	c.Facts.Shapes = &incident.TraceShapes{Of: 24}
	require.Equal(t, incident.Possible, judged(t, c).Level, "no trace from before the onset failed")
	c.Facts.Shapes.Before = 6
	require.Equal(t, incident.NoClearCause, judged(t, c).Level)
}

func TestACauseWithAMechanismIsNeverStanding(t *testing.T) {
	t.Parallel()
	c := full(minutes(21))
	c.Facts.Culprit.Span.Failed = true
	c.Facts.Errors = &incident.Change{Now: 0.02, Normal: 0.02, Unit: incident.Ratio, Samples: 3000}
	c.Facts.Ranking = &incident.Ranking{Compared: 900}
	v := judged(t, c)
	require.Equal(t, incident.CauseKind("exhausted-connection-pool"), v.Candidates[0].Kind)
	require.Equal(t, incident.Likely, v.Level)
}

func TestChangesThatAreNoFailureLeaveAFailureStanding(t *testing.T) {
	t.Parallel()
	c := standing()
	weak := failing("stock", 0.1, 0.2)
	weak.Evidence[0].Strength, weak.Evidence[0].Chance = 0.1, 0.2
	c.Facts.Ranking.Services = []incident.RankedService{weak}
	require.Equal(t, incident.NoClearCause, judged(t, c).Level, "too weak to be told")
}

func TestAFailureOfFewRequestsThatIsNewIsNotStanding(t *testing.T) {
	t.Parallel()
	for before, isNew := range map[int]bool{0: true, 1: true, 20: false} {
		c := standing()
		few := failing(c.Facts.Culprit.Span.Service, 0.1, 0.001)
		few.Evidence[0].Kind, few.Evidence[0].Strength, few.Evidence[0].Chance = "errors", 0.1, 0.001
		few.Evidence[0].Now, few.Evidence[0].Before = incident.Counted{Hits: 20, Of: 100}, incident.Counted{Hits: before, Of: 100}
		c.Facts.Ranking.Services = []incident.RankedService{few}
		require.Equal(t, isNew, judged(t, c).Level == incident.Possible, "%d of 100 before", before)
	}
}

func TestARefusalIsNotCalledAFailure(t *testing.T) {
	t.Parallel()
	for external, says := range map[string]string{
		"":                 "POST /check of permissions is answered with 403.",
		"auth.example.com": "calls from permissions to auth.example.com are answered with 403.",
	} {
		c := caseWithOnset()
		c.Facts.Refused = &incident.Change{Now: 0.4, Normal: 0.02, Worse: true}
		c.Facts.Example = &incident.Example{}
		c.Facts.Culprit = &incident.Culprit{Span: incident.Span{Service: "permissions", Name: "POST /check"}, External: external, Refused: "403"}
		judged, _ := verdict.Judge(c)
		require.Equal(t, says, judged.Statement)
		require.Equal(t, []string{"the example trace is refused there, with 403"}, judged.Candidates[0].Because)
	}
}

func TestAFewRequestsThatTakeALittleLongerLeaveAFailureStanding(t *testing.T) {
	t.Parallel()
	for score, isNew := range map[float64]bool{0.13: false, 0.8: true} {
		c := standing()
		own := ranked(c.Facts.Culprit.Span.Service, score, 0.001)
		own.Evidence[0].Kind, own.Evidence[0].About, own.Evidence[0].Failure = "own latency", incident.Aspect{Operation: "charge"}, true
		c.Facts.Ranking.Services = []incident.RankedService{own}
		require.Equal(t, isNew, judged(t, c).Level != incident.NoClearCause, "%v of its requests", score)
	}
}

func TestACalleeOfWhichNothingIsKnownFromBeforeIsNoSuspect(t *testing.T) {
	t.Parallel()
	c := standing()
	share, usual := 0.04, 0.001
	c.Facts.Culprit, c.Facts.Example = nil, nil
	row := incident.Dependency{Service: "stock", Health: incident.Degraded, Errors: &share, Requests: 3000}
	c.Facts.Dependencies = &incident.Dependencies{Rows: []incident.Dependency{row}}
	require.Empty(t, judged(t, c).Candidates, "it may have failed as often all day")
	c.Facts.Dependencies.Rows[0].ErrorsBaseline = &usual
	require.Equal(t, "stock", judged(t, c).Candidates[0].Service)
}
