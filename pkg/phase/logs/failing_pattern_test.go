package logs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/phase/logs"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// sayingLast is an incident whose trace's last error line of the culprit's service is the given one.
func sayingLast(text string) *incident.Case {
	c := anIncident()
	c.Facts.TraceLines = &incident.TraceLines{Lines: []incident.Line{
		{Text: "error: an earlier one 12", Level: "error", Labels: map[string]string{"service_name": service}},
		{Text: text, Level: "error", Labels: map[string]string{"service_name": service}},
		{Text: "checkout failed", Level: "error", Labels: map[string]string{"service_name": subject}},
	}}
	return c
}

func TestTheConstantPartOfTheLastErrorLineIsCountedNowAndInTheHourBeforeTheOnset(t *testing.T) {
	t.Parallel()
	for text, counts := range map[string]string{
		`{"message":"Payment failed after retries","order":"12"}`:                                                     "Payment failed after retries",
		"2025-01-21T10:43:18.920Z ERROR 1 --- [app] [nio-8080-exec-3] [8f2e] c.e.Quotes  : quote 12 could not be had": "could not be had",
	} {
		questions, err := logs.FailingPattern().Plan(sayingLast(text))
		require.NoError(t, err)
		onset := alert.Add(-17 * time.Minute)
		require.Equal(t, []source.Question{
			{Name: "now", Kind: source.LogCount, Text: "sum(count_over_time({service_name=\"payment-service\"} |= \"" + counts + "\"[5m]))",
				Window: incident.Window{From: alert.Add(-5 * time.Minute), To: alert}},
			{Name: "before", Kind: source.LogCount, Text: "sum(count_over_time({service_name=\"payment-service\"} |= \"" + counts + "\"[1h]))",
				Window: incident.Window{From: onset.Add(-time.Hour), To: onset}},
			{Name: "any lines before", Kind: source.LogCount, Text: "sum(count_over_time({service_name=\"payment-service\"}[1h]))",
				Window: incident.Window{From: onset.Add(-time.Hour), To: onset}},
		}, questions)
	}
}

func TestALineMuchMoreFrequentThanBeforeIsFoundAndOthersAreClear(t *testing.T) {
	t.Parallel()
	for now, want := range map[float64]incident.Outcome{847: incident.Found, 2: incident.Clear} {
		c := sayingLast("Payment failed after retries")
		answers := asked(t, logs.FailingPattern(), c)
		withCounts(answers, "now", map[string]float64{service: now})
		withCounts(answers, "before", map[string]float64{service: 3})
		withCounts(answers, "any lines before", map[string]float64{service: 9000})
		r := reading(t, logs.FailingPattern(), c, answers)
		require.Equal(t, want, r.Outcome)
		require.InDelta(t, now, c.Facts.Pattern.Now, 0)
		require.Contains(t, r.Findings[0].Sentence, `"Payment failed after retries" stands in `)
		require.Contains(t, r.Findings[0].Sentence, "in the hour before the onset it stood in 3.")
	}
}

func TestATimeWithoutAnyLinesIsNoTimeWithoutErrors(t *testing.T) {
	t.Parallel()
	c := sayingLast("Payment failed after retries")
	answers := asked(t, logs.FailingPattern(), c)
	withCounts(answers, "now", map[string]float64{service: 847})
	r := reading(t, logs.FailingPattern(), c, answers)
	require.Equal(t, incident.Found, r.Outcome)
	require.Equal(t, incident.Info, r.Findings[0].Severity)
	require.Contains(t, r.Findings[0].Sentence, "the log store has no lines of it from the hour before the onset to compare with.")
	require.Nil(t, r.Findings[0].Values[0].Baseline)
	require.True(t, c.Facts.Pattern.NoBaseline)
}

func TestALineWithoutATextThatCouldBeCountedIsNotChecked(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"12 13 14", "failed"} {
		_, err := logs.FailingPattern().Plan(sayingLast(text))
		var skip *phase.Skip
		require.ErrorAs(t, err, &skip)
		require.Equal(t, "payment-service wrote no error line in the trace whose text could be counted.", skip.Reason)
	}
	lost := &source.Problem{Sentence: "It is gone."}
	_, err := logs.FailingPattern().Read(sayingLast("Payment failed"), source.Answers{"now": {}, "before": {Problem: lost}})
	require.ErrorIs(t, err, lost)
}

func TestLabelsThatNameServicesAndNamespacesAreFoundAmongThoseThatThereAre(t *testing.T) {
	t.Parallel()
	c := anIncident()
	questions, err := logs.Labels().Plan(c)
	require.NoError(t, err)
	require.Equal(t, []source.Question{{Name: "labels", Kind: source.LogLabels, Window: c.Window}}, questions)
	r := reading(t, logs.Labels(), c, source.Answers{"labels": {Names: []string{"filename", "k8s_namespace_name", "service_name"}}})
	require.Equal(t, "Logs name their service in the label service_name, its namespace in k8s_namespace_name.", r.Findings[0].Sentence)
	require.Equal(t, &incident.LogLabels{Service: "service_name", Namespace: "k8s_namespace_name",
		Scopes: map[incident.ScopePart][]string{incident.Namespace: {"k8s_namespace_name"}}}, c.Facts.LogLabels)

	c.Facts.Apart = &incident.Apart{Within: incident.Scope{Cluster: "north"}, Others: []incident.Scope{{Cluster: "south"}}}
	r = reading(t, logs.Labels(), c, source.Answers{"labels": {Names: []string{"k8s_namespace_name", "service_name"}}})
	require.Contains(t, r.Findings[0].Sentence, "No label shows the cluster, so lines of others named "+c.Subject.Service)

	for reason, names := range map[string][]string{"no lines at all": nil, "is one that names a service": {"filename"}} {
		_, err := logs.Labels().Read(c, source.Answers{"labels": {Names: names}})
		var skip *phase.Skip
		require.ErrorAs(t, err, &skip)
		require.Contains(t, skip.Reason, reason)
		require.NotEmpty(t, skip.Advice)
	}
}
