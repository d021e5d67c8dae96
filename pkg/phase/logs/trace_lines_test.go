package logs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/logs"
	"github.com/faultline-investigation/faultline/pkg/source"
)

const traceID = "8f2e4a1b7c9d3e5f"

func anExample() *incident.Case {
	c := anIncident()
	c.Facts.Example = &incident.Example{Trace: incident.Trace{ID: traceID, Start: alert.Add(-4 * time.Minute), Duration: 3 * time.Second,
		Spans: []incident.Span{{Service: subject}, {Service: service}}}}
	return c
}

func TestATracesLinesAreAskedForInTwoQuestionsWhateverTheSpelling(t *testing.T) {
	t.Parallel()
	questions, err := logs.TraceLines().Plan(anExample())
	require.NoError(t, err)
	require.Len(t, questions, 2)
	const ids = `(?:8f2e4a1b7c9d3e5f|8f2e-4a1b7c9d3e5f|10317265278267637343)`
	require.Contains(t, questions[0].Text, ids)
	require.Contains(t, questions[1].Text, ids)
	require.Contains(t, questions[1].Text, "otelTraceID=~")
}

func TestTheLinesOfTheTraceAreMergedAndTheirSpellingRemembered(t *testing.T) {
	t.Parallel()
	c := anExample()
	answers := asked(t, logs.TraceLines(), c)
	first := wrote(alert, service, "payment-a", "error", `Payment failed, trace `+traceID, 2)
	withLines(answers, "text", false, first)
	withLines(answers, "structured metadata", true, first[:1])
	r := reading(t, logs.TraceLines(), c, answers)
	require.Equal(t, incident.Found, r.Outcome)
	require.Equal(t, []string{`2 log lines of trace 8f2e4a1b7c9d3e5f; the last error of payment-service: "Payment failed, trace 8f2e4a1b7c9d3e5f 1001".`}, sentences(r))
	require.True(t, r.Findings[0].Values[0].AtLeast)
	require.Equal(t, "text", c.Facts.TraceLines.Spelling)
	require.Equal(t, "hex", c.Facts.TraceLines.Form)
}

func TestATraceWithoutLinesIsClearAndAnUnansweredQuestionIsNot(t *testing.T) {
	t.Parallel()
	c := anExample()
	r := reading(t, logs.TraceLines(), c, asked(t, logs.TraceLines(), c))
	require.Equal(t, incident.Clear, r.Outcome)
	require.Contains(t, r.Findings[0].Sentence, "No log line of order-service and payment-service holds trace id 8f2e4a1b7c9d3e5f")
	require.Nil(t, c.Facts.TraceLines)

	answers := asked(t, logs.TraceLines(), c)
	problem := withProblem(answers, "structured metadata")
	_, err := logs.TraceLines().Read(c, answers)
	var got *source.Problem
	require.ErrorAs(t, err, &got)
	require.Equal(t, problem, got)
}

func TestWhereARequestWasRefusedTheLastWarningSaysWhy(t *testing.T) {
	t.Parallel()
	c := anIncident()
	c.Facts.TraceLines = &incident.TraceLines{Lines: []incident.Line{
		{Text: "token of customer 12 has expired", Level: "warn", Labels: map[string]string{"service_name": service}},
		{Text: "POST /charge 401", Level: "info", Labels: map[string]string{"service_name": service}},
	}}
	_, err := logs.FailingPattern().Plan(c)
	require.ErrorContains(t, err, "wrote no error line in the trace", "a failure is an error line's to explain")
	culprit := *c.Facts.Culprit
	culprit.Refused = "401"
	c.Facts.Culprit = &culprit
	questions, err := logs.FailingPattern().Plan(c)
	require.NoError(t, err)
	require.Contains(t, questions[0].Text, `|= "token of customer"`)
	c.Facts.TraceLines.Lines = c.Facts.TraceLines.Lines[1:]
	_, err = logs.FailingPattern().Plan(c)
	require.ErrorContains(t, err, "wrote no error line or warning in the trace", "a line that merely follows the request says nothing")
}
