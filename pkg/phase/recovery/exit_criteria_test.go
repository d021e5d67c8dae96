package recovery_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/phase/recovery"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/verdict"
)

// suffering is a case with errors, slow requests and a full pool, each with the query for it.
func suffering() *incident.Case {
	end := time.Date(2025, 1, 21, 12, 0, 0, 0, time.UTC)
	return &incident.Case{Window: incident.Window{From: end.Add(-time.Hour), To: end}, Facts: incident.Facts{
		Errors:  &incident.Change{Now: 0.07, Normal: 0.001, Unit: incident.Ratio, Worse: true, Query: "errors"},
		Latency: &incident.Change{Now: 2.3, Normal: 0.4, Unit: incident.Seconds, Query: "p99", Scale: 0.001},
		Traffic: &incident.Change{Now: 15, Normal: 17, Unit: incident.PerSecond, Query: "rate"},
		Pool:    &incident.Comparison{What: "connections in use", Service: "pay", Now: 98, Normal: 13, Unit: incident.Count, Abnormal: true, Query: "used"},
	}}
}

func TestEveryCriterionHasItsQueryItsBoundAndWhetherItHolds(t *testing.T) {
	t.Parallel()
	c := suffering()
	questions, err := recovery.ExitCriteria().Plan(c)
	require.NoError(t, err)
	require.Len(t, questions, 1, "all of them in one question")
	require.Contains(t, questions[0].Text, `label_replace(errors, "faultline_part", "error-rate", "", "")`)
	answer := source.Answer{}
	for name, value := range map[string]float64{"error-rate": 0.001, "p99-latency": 2300, "request-rate": 15, "connection-pool/pay": 12} {
		answer.Series = append(answer.Series, incident.Series{Labels: map[string]string{phase.PartLabel: name}, Points: []incident.Point{{Value: value}}})
	}
	reading, err := recovery.ExitCriteria().Read(c, source.Answers{"criteria": answer})
	require.NoError(t, err)
	require.Equal(t, "It is over when: error rate at most 0.2% (now 0.1%); p99 latency at most 600 ms (now 2.3 s); connections in use at most 20 (now 12); "+
		"request rate at least 5/s (now 15/s). Of these 4, 3 hold now.", reading.Findings[0].Sentence)
	reading.Learn(&c.Facts)
	require.False(t, c.Facts.Recovery.Over)
	p99 := c.Facts.Recovery.Criteria[1]
	require.False(t, p99.Holds)
	require.InDelta(t, 2.3, *p99.Now, 1e-9)
	require.True(t, p99.Met(0.5), "a watch judges later answers by the same bounds")
}

func TestALatencyBeyondItsBucketsStaysALowerBound(t *testing.T) {
	t.Parallel()
	for milliseconds, now := range map[float64]string{10_000: "over 10 s", 2300: "2.3 s"} {
		c := suffering()
		c.Facts.Latency.Now, c.Facts.Latency.AtLeast = 10, true
		answer := source.Answer{Series: []incident.Series{{Labels: map[string]string{phase.PartLabel: incident.CriterionLatency}, Points: []incident.Point{{Value: milliseconds}}}}}
		reading, err := recovery.ExitCriteria().Read(c, source.Answers{"criteria": answer})
		require.NoError(t, err)
		require.Contains(t, reading.Findings[0].Sentence, "p99 latency at most 600 ms (now "+now+")")
	}
}

func TestANumberThatIsNotMeasuredDoesNotHold(t *testing.T) {
	t.Parallel()
	c := suffering()
	reading, err := recovery.ExitCriteria().Read(c, source.Answers{"criteria": {}})
	require.NoError(t, err)
	require.Contains(t, reading.Findings[0].Sentence, "request rate at least 5/s (not measured now). Of these 4, 0 hold now.")
	lost := &source.Problem{Sentence: "It is gone."}
	_, err = recovery.ExitCriteria().Read(c, source.Answers{"criteria": {Problem: lost}})
	require.ErrorIs(t, err, lost)
}

func TestLittleTrafficIsEnoughWhereLittleIsNormalAndNothingOpenAsksNothing(t *testing.T) {
	t.Parallel()
	c := suffering()
	c.Facts.Traffic.Normal = 2
	criteria := verdict.Criteria(&c.Facts)
	require.InDelta(t, 1, *criteria[len(criteria)-1].Least, 0)
	c.Facts.Errors.Worse, c.Facts.Pool = false, nil
	require.Empty(t, verdict.Criteria(&c.Facts))
	questions, err := recovery.ExitCriteria().Plan(c)
	require.NoError(t, err)
	require.Empty(t, questions)
}

func TestRunbooksOfTheAlertAndTheServicesAreBroughtWithWhatTheyFollowFrom(t *testing.T) {
	t.Parallel()
	c := suffering()
	c.Subject = incident.Subject{Service: "shop", Alert: &incident.Alert{Name: "Errors", Annotations: map[string]string{"runbook_url": "https://wiki/alert"}}}
	c.Facts.Culprit = &incident.Culprit{Span: incident.Span{Service: "pay"}}
	c.Knowledge.Runbooks = []incident.Runbook{{Service: "other", URL: "https://wiki/other"}, {Service: "pay", URL: "https://wiki/pay",
		Commands: []incident.RunbookCommand{{Text: "kubectl get pods -n pay", Why: "Shows the pods."}, {Text: "echo \x1b]0;hidden"}}}, {Alert: "Errors", Commands: []incident.RunbookCommand{{Text: "restart", Changes: true}}}}
	reading, err := recovery.Runbook().Read(c, nil)
	require.NoError(t, err)
	require.Len(t, reading.Findings, 3)
	require.Equal(t, "The runbook of pay: https://wiki/pay, with 1 command.", reading.Findings[0].Sentence)
	require.Equal(t, []incident.Command{{Text: "kubectl get pods -n pay", Why: "Shows the pods.", Step: "example/culprit"}}, reading.Findings[0].Evidence.Commands)
	require.Equal(t, []incident.Command{{Text: "restart", Why: "From the runbook of the alert Errors.", Step: "impact/onset", Changes: true}}, reading.Findings[1].Evidence.Commands)
	require.Equal(t, "The alert Errors names a runbook: https://wiki/alert.", reading.Findings[2].Sentence)

	c.Subject.Alert.Annotations["runbook_url"] = "javascript:alert(1)"
	c.Knowledge.Runbooks = nil
	reading, err = recovery.Runbook().Read(c, nil)
	require.NoError(t, err)
	require.Equal(t, incident.Clear, reading.Outcome)
	require.Contains(t, reading.Findings[0].Sentence, "No runbook is known for it.")
}
