package example_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/example"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// measured is an incident whose request metric is known.
func measured(metric incident.RequestMetric) *incident.Case {
	c := anIncident()
	metric.Operation = incident.OperationLabels{Method: "method", Route: "route"}
	c.Facts.Conventions = &incident.Conventions{Requests: &metric}
	c.Facts.Service = &incident.ServiceSeries{Label: "service_name", Value: subject}
	return c
}

func TestExemplarsAreAskedOfTheSeriesThatKeepThem(t *testing.T) {
	t.Parallel()
	const picked = `{method="POST",route="/api/checkout",service_name="order-service"}`
	for series, metric := range map[string]incident.RequestMetric{
		"took_seconds_bucket": {Histogram: "took_seconds"},
		"took_seconds":        {Histogram: "took_seconds", Native: true},
		"requests_total":      {Counter: "requests_total"},
	} {
		c := measured(metric)
		questions, err := example.Exemplars().Plan(c)
		require.NoError(t, err)
		require.Equal(t, []source.Question{{Name: "exemplars", Kind: source.Exemplars, Text: series + picked, Window: c.Window.Last(30 * 60e9)}}, questions)
	}
}

func exemplarsOf(ids ...string) source.Answers {
	var all []incident.Exemplar
	for _, id := range ids {
		all = append(all, incident.Exemplar{Trace: id, Time: alert, Value: 2})
	}
	return source.Answers{"exemplars": {Exemplars: all}}
}

func TestATraceThatAnExemplarNamesIsPreferredAndTheReasonSaysSo(t *testing.T) {
	t.Parallel()
	c, traces := measured(incident.RequestMetric{Histogram: "took_seconds"}), append(timeouts(16), exhausted(4)...)
	r := reading(t, example.Exemplars(), c, exemplarsOf("b3", "a4", "a2", "a4", "gone"))
	require.Equal(t, incident.Found, r.Outcome)
	require.Equal(t, "The exemplars of took_seconds name 4 traces of POST /api/checkout (order-service) in the last 30 min.", r.Findings[0].Sentence)
	require.Equal(t, []string{"a2", "a4", "b3", "gone"}, c.Facts.Exemplars.Traces)

	grouped(t, c, traces)
	r = chosen(t, c, traces)
	require.Equal(t, "a4", c.Facts.Example.Trace.ID, "a15 is longer, and b3 of a rarer kind")
	require.Contains(t, r.Findings[0].Sentence, "Chosen as the longest complete one of the commonest kind of failure that an exemplar names: ")
}

func TestTheLongestTraceThatAnExemplarNamesIsReadWholeInPlaceOfOneOfTheLongest(t *testing.T) {
	t.Parallel()
	c := measured(incident.RequestMetric{Histogram: "took_seconds"})
	reading(t, example.Exemplars(), c, exemplarsOf("a1", "a0", "gone"))
	reading(t, example.FailingTraces(), c, source.Answers{"failing": {Traces: searched(timeouts(9)...)}})
	asked := func() (ids []string) {
		questions, err := example.Whole().Plan(c)
		require.NoError(t, err)
		for _, q := range questions {
			ids = append(ids, q.Text)
		}
		return ids
	}
	require.Equal(t, []string{"a1", "a8"}, asked())
	c.Facts.Exemplars.Traces = []string{"a7"}
	require.Equal(t, []string{"a8", "a7"}, asked(), "it is one of the longest anyway")
}

func TestWithoutExemplarsNothingIsWrongAndTheExampleIsChosenFromTheSearch(t *testing.T) {
	t.Parallel()
	c, traces := measured(incident.RequestMetric{Histogram: "took_seconds"}), timeouts(3)
	r := reading(t, example.Exemplars(), c, exemplarsOf())
	require.Equal(t, incident.Clear, r.Outcome)
	require.Equal(t, "The store returned no exemplar of took_seconds that names a trace, or keeps none: the example is chosen from the search alone.",
		r.Findings[0].Sentence)
	require.Nil(t, c.Facts.Exemplars)
	grouped(t, c, traces)
	require.NotContains(t, chosen(t, c, traces).Findings[0].Sentence, "exemplar")

	problem := broken()
	_, err := example.Exemplars().Read(c, source.Answers{"exemplars": {Problem: problem}})
	require.ErrorIs(t, err, problem)
}
