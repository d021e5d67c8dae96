package services_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/phase/phasetest"
	"github.com/faultline-investigation/faultline/pkg/phase/services"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// said is a case whose ranking says something of stock.
func said(kind, what string, now, before incident.Counted) *incident.Case {
	c := caseWithOnset()
	c.Facts.Onset = nil
	c.Facts.Ranking = &incident.Ranking{Onset: &incident.MovedAt{Earliest: ago(10 * time.Minute), Latest: ago(9 * time.Minute)}, Services: []incident.RankedService{
		{Service: "stock", Evidence: []incident.Difference{{Kind: kind, What: what, Now: now, Before: before, Usual: 20, Current: 220}}}}}
	return c
}

// counts are answers with so many traces on either side.
func counts(t *testing.T, c *incident.Case, since, before int) source.Answers {
	t.Helper()
	answers := source.Answers{}
	for name, n := range map[string]int{"counted since": since, "counted before": before} {
		question := phasetest.Planned(t, services.Witness(), c)[name]
		answer := source.Answer{Question: question}
		for i := range n {
			answer.Traces = append(answer.Traces, incident.TraceSummary{ID: fmt.Sprint(i), Start: question.Window.From.Add(time.Second)})
		}
		answers[name] = answer
	}
	return answers
}

func TestASecondCountAsksForAllTracesThatShowTheChange(t *testing.T) {
	t.Parallel()
	for _, known := range []struct{ kind, what, query string }{
		{"errors", "GET /stock", `{ resource.service.name = "stock" && name = "GET /stock" && status = error }`},
		{"refusals", "GET /stock 403", `{ resource.service.name = "stock" && name = "GET /stock" && (span.http.response.status_code = 403 || span.http.status_code = 403) }`},
		{"calls", "prices GET /price", `{ resource.service.name = "stock" } >> { resource.service.name = "prices" && name = "GET /price" }`},
		{"own latency", "GET /stock", `{ resource.service.name = "stock" && name = "GET /stock" && duration > 120000us }`},
	} {
		questions := phasetest.Planned(t, services.Witness(), said(known.kind, known.what, incident.Counted{Hits: 9, Of: 10}, incident.Counted{Of: 10}))
		require.Equal(t, known.query+" with (most_recent=true)", questions["counted since"].Text)
		require.Equal(t, incident.Window{From: ago(5 * time.Minute), To: end}, questions["counted since"].Window)
		require.Equal(t, incident.Window{From: ago(15 * time.Minute), To: ago(10 * time.Minute)}, questions["counted before"].Window, "as long, and before it began")
	}
}

func TestASecondCountConfirmsContradictsOrCannotTell(t *testing.T) {
	t.Parallel()
	fails := func() *incident.Case {
		return said("errors", "GET /stock", incident.Counted{Hits: 80, Of: 100}, incident.Counted{Of: 200})
	}
	gone := func() *incident.Case {
		return said("calls", "prices GET /price", incident.Counted{Of: 300}, incident.Counted{Hits: 270, Of: 300})
	}
	for _, known := range []struct {
		c             *incident.Case
		since, before int
		outcome       incident.WitnessOutcome
	}{
		{fails(), 240, 2, incident.WitnessConfirms},
		{fails(), 240, 236, incident.WitnessContradicts},
		{fails(), 0, 0, incident.WitnessUnsure},
		{fails(), 3, 2, incident.WitnessUnsure},
		{gone(), 4, 700, incident.WitnessConfirms},
		{gone(), 690, 700, incident.WitnessContradicts},
	} {
		r := phasetest.Learned(t, services.Witness(), known.c, counts(t, known.c, known.since, known.before))
		require.Equal(t, known.outcome, known.c.Facts.Witness.Outcome, "%d since, %d before: %s", known.since, known.before, r.Findings[0].Sentence)
		require.Contains(t, r.Findings[0].Sentence, fmt.Sprintf("%d in 5 min; before %d in 5 min.", known.since, known.before))
	}
}

func TestWhatNoSearchCountsIsNotCountedAgain(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"log pattern", "cpu", "edge latency"} {
		c := said(kind, "x", incident.Counted{Hits: 9, Of: 10}, incident.Counted{Of: 10})
		require.Empty(t, phasetest.Planned(t, services.Witness(), c))
		_, err := services.Witness().Read(c, source.Answers{})
		var skip *phase.Skip
		require.ErrorAs(t, err, &skip)
	}
}
