package example_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/example"
	"github.com/faultline-investigation/faultline/pkg/source"
)

func timeouts(n int) []*incident.Trace {
	return several(n, "a", func(i int) *incident.Trace { return request("", 2000+i, 1900, true, saying("TimeoutError")) })
}

func exhausted(n int) []*incident.Trace {
	return several(n, "b", func(int) *incident.Trace { return request("", 700, 600, true, saying("PoolExhaustedError")) })
}

func TestFailingTracesAreGroupedByShapeWithTheSizesOfTheGroups(t *testing.T) {
	t.Parallel()
	c, traces := anIncident(), append(timeouts(16), exhausted(4)...)
	looking(c, traces)
	r := reading(t, example.Trace(), c, fetched(t, example.Trace(), c, traces))
	require.Equal(t, incident.Found, r.Outcome)
	require.Equal(t, "They fail in 2 ways. 16 of 20: charge of payment-service: TimeoutError; 4 of 20: charge of payment-service: PoolExhaustedError.",
		r.Findings[0].Sentence)
	require.Equal(t, []incident.TraceShape{{Shape: "charge of payment-service: TimeoutError", Count: 16, Trace: "a15"},
		{Shape: "charge of payment-service: PoolExhaustedError", Count: 4, Trace: "b0"}}, c.Facts.Shapes.Shapes)
	require.Equal(t, "a15", c.Facts.Example.Trace.ID, "the longest of the commonest kind")
	require.Equal(t, 16, c.Facts.Example.Like)
	require.Contains(t, r.Findings[1].Sentence, "the longest complete one of the commonest kind of failure: charge of payment-service: TimeoutError (16 of 20")
}

func TestTracesThatDidNotComeBackAreLeftOutAndNoneIsAProblem(t *testing.T) {
	t.Parallel()
	c, traces := anIncident(), append(timeouts(2), exhausted(1)...)
	looking(c, traces)
	answers := fetched(t, example.Trace(), c, traces)
	lose := func(id string) { answers[id] = source.Answer{Question: answers[id].Question, Problem: broken()} }
	lose("a0")
	lose("a1")
	r := reading(t, example.Trace(), c, answers)
	require.Equal(t, "They fail in the same way. 1 of 1: charge of payment-service: PoolExhaustedError.", r.Findings[0].Sentence)
	lose("b0")
	_, err := example.Trace().Read(c, answers)
	require.EqualError(t, err, broken().Error())
}

func TestTracesThatSayLittleStillHaveAShapeAndACulprit(t *testing.T) {
	t.Parallel()
	for name, trace := range map[string]*incident.Trace{
		"one failed span":       {ID: "a", Spans: []incident.Span{{ID: "1", Service: callee, Name: "charge", Failed: true}}},
		"no root":               {ID: "a", Spans: []incident.Span{{ID: "2", Parent: "gone", Service: callee, Name: "charge", Failed: true}}},
		"no status":             {ID: "a", Spans: []incident.Span{{ID: "1", Service: callee, Name: "charge"}}},
		"nothing but a service": {ID: "a", Spans: []incident.Span{{Service: callee}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := anIncident()
			looking(c, []*incident.Trace{trace})
			r := reading(t, example.Trace(), c, fetched(t, example.Trace(), c, []*incident.Trace{trace}))
			require.Contains(t, r.Findings[0].Sentence, "1 of 1: ")
			require.Empty(t, c.Facts.Shapes.Attributes)
			r = reading(t, example.Culprit(), c, nil)
			require.Equal(t, callee, c.Facts.Culprit.Span.Service)
			require.NotContains(t, r.Findings[0].Sentence, "%!")
			_, err := example.Traits().Plan(c)
			require.ErrorContains(t, err, "no attribute that could be compared")
		})
	}
}

func TestAnExceptionsNameSaysMoreThanAStatusCode(t *testing.T) {
	t.Parallel()
	trace := request("a", 700, 600, true, saying("500"))
	trace.Spans[1].Events = []incident.SpanEvent{{Name: "exception", Attributes: map[string]string{"exception.type": "PoolExhaustedError"}}}
	c := anIncident()
	looking(c, []*incident.Trace{trace})
	reading(t, example.Trace(), c, fetched(t, example.Trace(), c, []*incident.Trace{trace}))
	require.Equal(t, "charge of payment-service: PoolExhaustedError", c.Facts.Example.Shape)
}
