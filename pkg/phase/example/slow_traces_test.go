package example_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/example"
	"github.com/faultline-investigation/faultline/pkg/source"
)

func TestWhereRequestsAreSlowAndDoNotFailTheSlowOnesAreLookedAt(t *testing.T) {
	t.Parallel()
	c := slowIncident()
	c.Facts.Failing = &incident.FailingTraces{Count: 1, Sampled: []string{"everyday"}}
	questions, err := example.SlowTraces().Plan(c)
	require.NoError(t, err)
	require.Len(t, questions, 1)
	require.Equal(t, `{ resource.service.name = "order-service" && name = "POST /api/checkout" && duration > 400000us } with (most_recent=true)`, questions[0].Text)

	traces := several(20, "s", func(int) *incident.Trace { return request("", 2300, 2200, false, nil) })
	r := reading(t, example.SlowTraces(), c, source.Answers{"slow": {Question: questions[0], Traces: searched(traces...)}})
	require.Equal(t, incident.Found, r.Outcome)
	require.Equal(t, "20 traces of POST /api/checkout (order-service) took longer than the usual p99 of 400 ms in the last 30 min.", r.Findings[0].Sentence)

	r = grouped(t, c, traces)
	require.Equal(t, "They are slow in the same way. 20 of 20: time spent in charge of payment-service.", r.Findings[0].Sentence)
	r = chosen(t, c, traces)
	require.Contains(t, r.Findings[0].Sentence, "those that are slow in the commonest place")
	r = reading(t, example.Culprit(), c, nil)
	require.Equal(t, "Its time went to charge (payment-service): 2,200 ms of the request's 2,300 ms were spent there.", r.Findings[0].Sentence)
}

func TestWithoutSlowTracesTheStepIsClear(t *testing.T) {
	t.Parallel()
	c := slowIncident()
	r := reading(t, example.SlowTraces(), c, source.Answers{"slow": {}})
	require.Equal(t, incident.Clear, r.Outcome)
	require.Contains(t, r.Findings[0].Sentence, "No trace of POST /api/checkout (order-service) took longer than the usual p99 of 400 ms")
	require.Nil(t, c.Facts.Slow)

	_, err := example.SlowTraces().Read(c, source.Answers{"slow": {Problem: broken()}})
	require.EqualError(t, err, broken().Error())
}

func TestWhereFailuresTellTheStoryNothingIsAsked(t *testing.T) {
	t.Parallel()
	for name, facts := range map[string]incident.Facts{
		"errors rose and traces failed": {Latency: &incident.Change{Now: 2.3, Normal: 0.4, Worse: true}, Errors: &incident.Change{Now: 0.073, Worse: true}, Failing: &incident.FailingTraces{Count: 847}},
		"latency did not rise":          {Latency: &incident.Change{Now: 0.4, Normal: 0.4}},
		"nobody counts errors":          {Latency: &incident.Change{Now: 2.3, Normal: 0.4, Worse: true}, Failing: &incident.FailingTraces{Count: 847}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := anIncident()
			c.Facts = facts
			questions, err := example.SlowTraces().Plan(c)
			require.NoError(t, err)
			require.Empty(t, questions)
			r := reading(t, example.SlowTraces(), c, source.Answers{})
			require.Equal(t, incident.Clear, r.Outcome)
			require.Empty(t, r.Findings)
		})
	}
	c := anIncident()
	c.Facts.Latency, c.Facts.Errors = &incident.Change{Now: 2.3, Normal: 0.4, Worse: true}, &incident.Change{Worse: true}
	questions, err := example.SlowTraces().Plan(c)
	require.NoError(t, err)
	require.Len(t, questions, 1, "requests fail, but no trace says so: the slow ones may show it")
	c.Facts.Errors, c.Facts.Failing = &incident.Change{Now: 0.002, Worse: true}, &incident.FailingTraces{Count: 46}
	questions, err = example.SlowTraces().Plan(c)
	require.NoError(t, err)
	require.Len(t, questions, 1, "two in a thousand fail, and one in a hundred is slow")
}
