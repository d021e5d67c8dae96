package example_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/example"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// versioned is what a span of a version says, with an id that differs from request to request.
func versioned(version string, i int) map[string]string {
	return map[string]string{"service.version": version, "region": []string{"eu", "us"}[i%2], "order.id": fmt.Sprint(i), "error.type": "TimeoutError"}
}

// compared brings a case to the point where traces are compared, and gives the answers with passing traces of a version.
func compared(t *testing.T, c *incident.Case, version string) source.Answers {
	t.Helper()
	traces := several(20, "a", func(i int) *incident.Trace {
		return request("", 2000, 1900, c.Facts.Latency == nil, versioned("4.7.3", i))
	})
	grouped(t, c, traces)
	chosen(t, c, traces)
	reading(t, example.Culprit(), c, nil)
	questions, err := example.Traits().Plan(c)
	require.NoError(t, err)
	answers := source.Answers{}
	for _, q := range questions {
		passing := source.Answer{Question: q}
		for i := range 30 {
			passing.Traces = append(passing.Traces, incident.TraceSummary{Spans: []incident.Span{{Service: callee, Attributes: versioned(version, i)}}})
		}
		answers[q.Name] = passing
	}
	return answers
}

func TestWhatFailingTracesHaveInCommonIsTold(t *testing.T) {
	t.Parallel()
	c := anIncident()
	answers := compared(t, c, "4.7.2")
	require.Equal(t, `{ resource.service.name = "order-service" && name = "POST /api/checkout" && status != error } && `+
		`{ resource.service.name = "order-service" || resource.service.name = "payment-service" } | select(span.region, span.service.version) with (most_recent=true)`,
		answers["passing 1"].Question.Text, "neither ids nor outcomes are asked for")
	r := reading(t, example.Traits(), c, answers)
	require.Equal(t, incident.Found, r.Outcome)
	require.Equal(t, "Failing traces have in common: service.version=4.7.3 on payment-service (100% of them, 0% of passing ones).", r.Findings[0].Sentence)
	require.Equal(t, "service.version", c.Facts.Traits.Traits[0].Attribute)
	require.Equal(t, 60, c.Facts.Traits.Passing)
}

func TestTracesThatDifferInNothingAreClear(t *testing.T) {
	t.Parallel()
	c := anIncident()
	r := reading(t, example.Traits(), c, compared(t, c, "4.7.3"))
	require.Equal(t, incident.Clear, r.Outcome)
	require.Equal(t, "20 failing and 60 passing traces do not differ in any of 2 attributes of order-service and payment-service: "+
		"none of these sets them apart. All of them, failing and passing, are from service.version=4.7.3 of payment-service: this comparison cannot show whether the version matters.", r.Findings[0].Sentence)
}

func TestSlowTracesAreComparedWithTheOthers(t *testing.T) {
	t.Parallel()
	c := slowIncident()
	answers := compared(t, c, "4.7.2")
	require.Contains(t, answers["passing 1"].Question.Text, "duration <= 400000us")
	r := reading(t, example.Traits(), c, answers)
	require.Equal(t, "Slow traces have in common: service.version=4.7.3 on payment-service (100% of them, 0% of other ones).", r.Findings[0].Sentence)
}

func TestTooFewTracesOrNoAnswerClaimNothing(t *testing.T) {
	t.Parallel()
	c := anIncident()
	answers := compared(t, c, "4.7.2")
	question := answers["passing 1"].Question
	answers["passing 1"], answers["passing 2"] = source.Answer{Question: question}, source.Answer{}
	_, err := example.Traits().Read(c, answers)
	require.ErrorContains(t, err, "20 traces of this kind and 0 of requests that went well are too few to compare.")
	answers["passing 1"] = source.Answer{Question: question, Problem: broken()}
	_, err = example.Traits().Read(c, answers)
	require.EqualError(t, err, broken().Error())
}

func TestWhatPassesIsTakenFromTheTimeInWhichTheOthersFail(t *testing.T) {
	t.Parallel()
	c := anIncident()
	compared(t, c, "4.7.2")
	late := incident.Window{From: alert.Add(-time.Minute), To: alert}
	early := incident.Window{From: alert.Add(-17 * time.Minute), To: alert.Add(-16 * time.Minute)}
	c.Facts.Failing.Slices = []incident.TraceSlice{{Window: late}, {Window: early}}
	questions, err := example.Traits().Plan(c)
	require.NoError(t, err)
	require.Equal(t, incident.Window{From: alert.Add(-690 * time.Second), To: alert.Add(-510 * time.Second)}, questions[0].Window)
	require.Equal(t, incident.Window{From: alert.Add(-180 * time.Second), To: alert}, questions[1].Window)
}
