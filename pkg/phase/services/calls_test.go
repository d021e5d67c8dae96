package services_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/phase/phasetest"
	"github.com/faultline-investigation/faultline/pkg/phase/services"
	"github.com/faultline-investigation/faultline/pkg/source"
)

func TestRequestsAreSampledInPartsOfTheWindowTheLastMinutesMostDensely(t *testing.T) {
	t.Parallel()
	questions, err := services.Calls().Plan(caseWithOnset())
	require.NoError(t, err)
	require.Len(t, questions, 5)
	for _, q := range questions {
		require.Equal(t, `{ resource.service.name = "web" } && (({ kind = client } &> { kind = server || kind = consumer }) || `+
			`{ kind = server || kind = consumer || kind = producer || nestedSetParent < 0 || status = error }) | select(name, span:parentID, kind, status, `+
			`nestedSetLeft, nestedSetRight, resource.service.name, span.http.response.status_code, span.http.status_code, resource.service.version, `+
			`span.feature_flag.key, span.feature_flag.result.variant, span.feature_flag.variant, event.feature_flag.key, event.feature_flag.result.variant, event.feature_flag.variant) with (most_recent=true)`, q.Text)
		require.Equal(t, 100, q.Spans)
	}
	for i, minutes := range []float64{60, 42, 24, 6, 3} {
		require.Equal(t, ago(time.Duration(minutes*float64(time.Minute))), questions[i].Window.From)
	}
	require.Equal(t, end, questions[4].Window.To)
	density := func(i int) float64 { return float64(questions[i].Limit) / questions[i].Window.Length().Minutes() }
	require.Greater(t, density(4), 4*density(0))
}

// placed is a span with its place in the trace's tree, as a search brings it.
func placed(id, service, left, right string) incident.Span {
	return incident.Span{ID: id, Service: service, Attributes: map[string]string{"nestedSetLeft": left, "nestedSetRight": right}}
}

func TestSpansOfASearchAreJoinedByTheirPlacesAndTheServicesAreCounted(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	trace := incident.TraceSummary{ID: "a", Spans: []incident.Span{
		placed("3", "stock", "3", "4"), placed("1", "web", "1", "8"), placed("2", "web", "2", "5"), placed("4", "bank", "6", "7"), placed("5", "lost", "", "")}}
	reading := phasetest.Learned(t, services.Calls(), c, source.Answers{"calls 1": {Traces: []incident.TraceSummary{trace}}, "calls 2": {Traces: []incident.TraceSummary{trace}}})
	require.Equal(t, incident.Found, reading.Outcome)
	require.Equal(t, "1 request of web was sampled: 4 services took part, with 2 calls between them.", reading.Findings[0].Sentence)
	require.Equal(t, []string{"bank", "lost", "stock", "web"}, c.Facts.Neighbours.Services)
	parents, within := map[string]string{}, map[string]int{}
	for _, s := range c.Facts.Neighbours.Traces[0].Spans {
		parents[s.ID], within[s.ID] = s.Parent, s.Within
	}
	require.Equal(t, map[string]string{"1": "", "2": "1", "3": "2", "4": "1", "5": ""}, parents, "a span whose way to the root is not stored stands for itself")
	require.Equal(t, map[string]int{"1": 4, "2": 2, "3": 1, "4": 1, "5": 0}, within)
	require.True(t, c.Facts.Neighbours.Traces[0].Partial)
}

func TestATraceIsInPiecesWhereSpansOrTheWayToTheRootAreMissing(t *testing.T) {
	t.Parallel()
	for name, trace := range map[string]incident.TraceSummary{
		"more match than were brought": {Spans: []incident.Span{placed("1", "web", "1", "4")}, Matched: 2},
		"two roots":                    {Spans: []incident.Span{placed("1", "web", "1", "2"), placed("2", "web", "3", "4")}},
		"a parent that is not stored":  {Spans: []incident.Span{placed("1", "web", "1", "2"), {ID: "2", Parent: "9", Service: "bank"}}},
		"":                             {Spans: []incident.Span{placed("1", "web", "1", "6"), placed("2", "bank", "2", "3")}, Matched: 2},
	} {
		trace.ID = "a"
		c := caseWithOnset()
		phasetest.Learned(t, services.Calls(), c, source.Answers{"calls 1": {Traces: []incident.TraceSummary{trace}}})
		require.Equal(t, name != "", c.Facts.Neighbours.Traces[0].Partial, name)
	}
}

func TestTheTimeBeforeMayBeMissingButNotThePresent(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	lost := &source.Problem{Sentence: "It is gone."}
	now := source.Answer{Traces: []incident.TraceSummary{{ID: "a", Spans: []incident.Span{placed("1", "web", "1", "2")}}}}
	reading := phasetest.Learned(t, services.Calls(), c, source.Answers{"calls 1": {Problem: lost}, "calls 2": {}, "calls 3": now})
	require.Contains(t, reading.Findings[0].Sentence, "Not all of the time before could be read.")
	_, err := services.Calls().Read(c, source.Answers{"calls 1": {}, "calls 2": {Problem: lost}})
	require.ErrorIs(t, err, lost)
	var skip *phase.Skip
	_, err = services.Calls().Read(caseWithOnset(), source.Answers{"calls 1": {}, "calls 2": {}})
	require.ErrorAs(t, err, &skip)
	require.Equal(t, "The trace store has no request of web in this time.", skip.Reason)
}
