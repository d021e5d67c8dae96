package services_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/phase/phasetest"
	"github.com/faultline-investigation/faultline/pkg/phase/services"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// shown is a difference of a kind that so many requests show.
func shown(kind string, about incident.Aspect, now, before incident.Counted) incident.Difference {
	return incident.Difference{Kind: kind, About: about, Now: now, Before: before, Usual: 20, Current: 220}
}

var (
	most = incident.Counted{Hits: 80, Of: 100}
	none = incident.Counted{Of: 200}
)

// said is a case whose ranking says something of stock.
func said(all ...incident.Difference) *incident.Case {
	c := caseWithOnset()
	c.Facts.Onset = nil
	began := &incident.MovedAt{Earliest: ago(10 * time.Minute), Latest: ago(9 * time.Minute)}
	c.Facts.Ranking = &incident.Ranking{Onset: began, Services: []incident.RankedService{{Service: "stock", Score: 0.9, Began: began, Evidence: all}}}
	return c
}

// counts are answers with so many traces or lines on either side.
func counts(t *testing.T, s phase.Step, c *incident.Case, since, before int) source.Answers {
	t.Helper()
	answers := source.Answers{}
	for name, n := range map[string]int{"counted since": since, "counted before": before} {
		question := phasetest.Planned(t, s, c)[name]
		answer := source.Answer{Question: question}
		for i := range n {
			answer.Traces = append(answer.Traces, incident.TraceSummary{ID: fmt.Sprint(i), Start: question.Window.From.Add(time.Second)})
		}
		if question.Kind == source.LogCount {
			answer.Traces, answer.Series = nil, []incident.Series{{Points: []incident.Point{{Time: question.Window.To, Value: float64(n)}}}}
		}
		answers[name] = answer
	}
	return answers
}

func TestASecondCountAsksForAllThatShowsTheChange(t *testing.T) {
	t.Parallel()
	for _, known := range []struct {
		kind  string
		about incident.Aspect
		query string
	}{
		{"errors", incident.Aspect{Operation: "GET /stock"}, `{ resource.service.name = "stock" && name = "GET /stock" && status = error }`},
		{"refusals", incident.Aspect{Operation: "GET /stock 12", Status: 403}, `{ resource.service.name = "stock" && name = "GET /stock 12" && (span.http.response.status_code = 403 || span.http.status_code = 403) }`},
		{"calls", incident.Aspect{Callee: "prices of today", Operation: "GET /price"}, `{ resource.service.name = "stock" } >> { resource.service.name = "prices of today" && name = "GET /price" }`},
		{"own latency", incident.Aspect{Operation: "GET /stock"}, `{ resource.service.name = "stock" && name = "GET /stock" && duration > 120000us }`},
		{"operation", incident.Aspect{Operation: "send"}, `{ resource.service.name = "stock" && name = "send" }`},
	} {
		questions := phasetest.Planned(t, services.Witness(), said(shown(known.kind, known.about, most, none)))
		require.Equal(t, known.query+" with (most_recent=true)", questions["counted since"].Text)
		require.Equal(t, incident.Window{From: ago(5 * time.Minute), To: end}, questions["counted since"].Window)
		require.Equal(t, incident.Window{From: ago(15 * time.Minute), To: ago(10 * time.Minute)}, questions["counted before"].Window, "as long, and before it began")
	}
}

func TestLogLinesAreCountedInTheLogStore(t *testing.T) {
	t.Parallel()
	d := shown("log pattern", incident.Aspect{Level: "warn", Line: "no room <*> left"}, most, none)
	d.Holds = []string{"no", "room", "left"}
	c := said(d)
	question := phasetest.Planned(t, services.Witness(), c)["counted since"]
	require.Equal(t, source.LogCount, question.Kind)
	require.Equal(t, "sum(count_over_time({service_name=\"stock\"} |= \"no\" |= \"room\" |= \"left\"[5m]))", question.Text)
	r := phasetest.Learned(t, services.Witness(), c, counts(t, services.Witness(), c, 900, 4))
	require.Equal(t, incident.WitnessConfirms, c.Facts.Witness.Counts[0].Outcome)
	require.Equal(t, `A count of all log lines confirms the largest change: log lines "warn no room <*> left" of stock, 900 in 5 min, before 4 in 5 min.`, r.Findings[0].Sentence)
}

// calling is a case with sampled calls from web to stock that stock serves in 10 ms and web waits longer for since it began.
func calling(waits time.Duration) *incident.Case {
	d := shown("edge latency", incident.Aspect{}, most, none)
	d.Peers = []string{"web"}
	c := said(d)
	c.Facts.Neighbours = &incident.Neighbours{Services: []string{"stock", "web"}}
	for i := range 40 {
		at, wait := ago(time.Duration(i+1)*30*time.Second), waits
		if at.Before(ago(10 * time.Minute)) {
			wait = 2 * time.Millisecond
		}
		c.Facts.Neighbours.Traces = append(c.Facts.Neighbours.Traces, incident.Trace{Start: at, Spans: []incident.Span{
			{ID: "a", Service: "web", Kind: incident.KindClient, Start: at, Duration: 10*time.Millisecond + wait},
			{ID: "b", Parent: "a", Service: "stock", Kind: incident.KindServer, Start: at, Duration: 10 * time.Millisecond}}})
	}
	return c
}

func TestCallsThatWaitAreCountedByBothTheirSpans(t *testing.T) {
	t.Parallel()
	require.Equal(t, `({ resource.service.name = "web" && kind = client && duration > 86500us } > { resource.service.name = "stock" && duration <= 10000us }) with (most_recent=true)`,
		phasetest.Planned(t, services.Witness(), calling(300*time.Millisecond))["counted since"].Text, "10 ms served, and a quarter of the way from 2 to 300 ms of waiting")
	require.Empty(t, phasetest.Planned(t, services.Witness(), calling(2*time.Millisecond)), "what did not rise has no limit to be told by")
}

func TestRequestsThatWaitForTracedCallsAreSlowBeyondThese(t *testing.T) {
	t.Parallel()
	for kind, limit := range map[incident.SpanKind]string{incident.KindServer: "duration > 180000us", incident.KindInternal: "duration > 120000us"} {
		c := said(shown("own latency", incident.Aspect{Operation: "GET /stock"}, most, none))
		c.Facts.Neighbours = &incident.Neighbours{Services: []string{"prices", "stock"}}
		for i := range 40 {
			at := ago(time.Duration(i+1) * 30 * time.Second)
			c.Facts.Neighbours.Traces = append(c.Facts.Neighbours.Traces, incident.Trace{Start: at, Spans: []incident.Span{
				{ID: "a", Service: "stock", Name: "GET /stock", Kind: incident.KindServer, Start: at, Duration: 80 * time.Millisecond},
				{ID: "b", Parent: "a", Service: "stock", Kind: incident.KindClient, Start: at, Duration: 60 * time.Millisecond},
				{ID: "c", Parent: "b", Service: "prices", Kind: kind, Start: at, Duration: 50 * time.Millisecond}}})
		}
		require.Contains(t, phasetest.Planned(t, services.Witness(), c)["counted since"].Text, limit,
			"halfway from 20 to 220 ms, on top of the 60 ms of a call that prices takes up")
	}
}

func TestCallsThatAreServedInDifferentTimesAreCountedInParts(t *testing.T) {
	t.Parallel()
	c := calling(300 * time.Millisecond)
	for i := range c.Facts.Neighbours.Traces {
		for k := range c.Facts.Neighbours.Traces[i].Spans {
			c.Facts.Neighbours.Traces[i].Spans[k].Duration += time.Duration(i%5) * 100 * time.Millisecond
		}
	}
	text := phasetest.Planned(t, services.Witness(), c)["counted since"].Text
	require.Equal(t, 4, strings.Count(text, "kind = client"), text)
	require.Contains(t, text, "duration <= 310000us", "what takes long to serve is counted too")
}

func TestATimeWithoutRequestsIsNotATimeWithoutTheChange(t *testing.T) {
	t.Parallel()
	c := said(shown("calls", incident.Aspect{Callee: "prices", Operation: "GET /price"}, none, incident.Counted{Hits: 190, Of: 200}))
	c.Facts.Neighbours = &incident.Neighbours{Parts: []incident.Sampled{{Window: c.Window, Traces: 2}},
		Traces: []incident.Trace{{Start: ago(40 * time.Minute)}, {Start: ago(11 * time.Minute)}, {Start: ago(time.Minute)}}}
	require.Equal(t, incident.Window{From: ago(11 * time.Minute), To: ago(10 * time.Minute)}, phasetest.Planned(t, services.Witness(), c)["counted before"].Window)
	c.Facts.Neighbours.Traces[1].Start = ago(30 * time.Minute)
	require.Empty(t, phasetest.Planned(t, services.Witness(), c), "none are known from just before it")
	reading, err := services.Witness().Read(c, source.Answers{})
	require.NoError(t, err)
	require.Contains(t, reading.Reason, "no requests are known from before")
	c.Facts.Neighbours.Parts[0].Window.From = ago(12 * time.Minute)
	require.Equal(t, ago(15*time.Minute), phasetest.Planned(t, services.Witness(), c)["counted before"].Window.From, "the sample has only the newest of them")
}

func TestASecondCountConfirmsContradictsOrCannotTell(t *testing.T) {
	t.Parallel()
	fails := func() *incident.Case {
		return said(shown("errors", incident.Aspect{Operation: "GET /stock"}, most, none))
	}
	gone := func() *incident.Case {
		return said(shown("calls", incident.Aspect{Callee: "prices", Operation: "GET /price"}, incident.Counted{Of: 300}, incident.Counted{Hits: 270, Of: 300}))
	}
	for _, known := range []struct {
		c             *incident.Case
		since, before int
		outcome       incident.WitnessOutcome
		says          string
	}{
		{fails(), 240, 2, incident.WitnessConfirms, "confirms"},
		{fails(), 240, 236, incident.WitnessContradicts, "contradicts"},
		{fails(), 0, 0, incident.WitnessUnsure, "neither confirms nor contradicts"},
		{fails(), 3, 2, incident.WitnessUnsure, "neither confirms nor contradicts"},
		{gone(), 4, 700, incident.WitnessConfirms, "confirms"},
		{gone(), 690, 700, incident.WitnessContradicts, "contradicts"},
	} {
		r := phasetest.Learned(t, services.Witness(), known.c, counts(t, services.Witness(), known.c, known.since, known.before))
		require.Len(t, known.c.Facts.Witness.Counts, 1)
		w := known.c.Facts.Witness.Counts[0]
		require.Equal(t, known.outcome, w.Outcome, "%d since, %d before: %s", known.since, known.before, r.Findings[0].Sentence)
		require.Equal(t, incident.Tally{Count: float64(known.since), Over: 5 * time.Minute}, w.Now)
		require.Contains(t, r.Findings[0].Sentence, "A count of all traces "+known.says+" the largest change: ")
		require.Contains(t, r.Findings[0].Sentence, fmt.Sprintf(" of stock, %d in 5 min, before %d in 5 min.", known.since, known.before))
	}
}

func TestAWeakerChangeIsCountedAsSuchWhereTheLargestCannotBe(t *testing.T) {
	t.Parallel()
	waits := shown("edge latency", incident.Aspect{}, most, none)
	waits.Peers = []string{"prices"}
	c := said(waits, shown("errors", incident.Aspect{Operation: "GET /stock"}, most, none))
	r := phasetest.Learned(t, services.Witness(), c, counts(t, services.Witness(), c, 240, 2))
	require.Equal(t, "A count of all traces confirms a smaller change: failing GET /stock of stock, 240 in 5 min, before 2 in 5 min. "+
		"Waiting calls with prices of stock could not be counted again: No sampled calls tell how long they usually take.", r.Findings[0].Sentence)
	outcomes := []incident.WitnessOutcome{}
	for _, w := range c.Facts.Witness.Counts {
		outcomes = append(outcomes, w.Outcome)
	}
	require.Equal(t, []incident.WitnessOutcome{incident.WitnessUncounted, incident.WitnessConfirms}, outcomes)
	require.Equal(t, "errors", c.Facts.Witness.Counts[1].Kind)
}

func TestWhatCannotBeCountedSaysWhy(t *testing.T) {
	t.Parallel()
	slow := shown("own latency", incident.Aspect{Operation: "GET /stock"}, most, none)
	slow.Current = slow.Usual
	for _, known := range []struct {
		d   incident.Difference
		why string
	}{
		{shown("log pattern", incident.Aspect{Line: "<*>"}, most, none), "Its log lines have no words in common that can be searched for."},
		{slow, "The usual time did not rise, so no limit tells slow requests apart."},
		{shown("errors", incident.Aspect{Operation: strings.Repeat("long ", 300)}, most, none), "The names in it make the TraceQL query longer than Tempo reads."},
	} {
		c := said(known.d)
		require.Empty(t, phasetest.Planned(t, services.Witness(), c))
		reading, err := services.Witness().Read(c, source.Answers{})
		require.NoError(t, err)
		require.Equal(t, incident.NotChecked, reading.Outcome)
		require.Contains(t, reading.Reason, strings.TrimSuffix(known.why, "."))
		reading.Learn(&c.Facts)
		require.Equal(t, incident.WitnessUncounted, c.Facts.Witness.Counts[0].Outcome)
		require.Equal(t, known.why, c.Facts.Witness.Counts[0].Reason)
	}
}

func TestAStoreThatDoesNotAnswerLeavesTheChangeUncounted(t *testing.T) {
	t.Parallel()
	c := said(shown("errors", incident.Aspect{Operation: "GET /stock"}, most, none))
	answers := counts(t, services.Witness(), c, 3, 3)
	answers["counted before"] = source.Answer{Problem: &source.Problem{Kind: source.Timeout, Sentence: "Tempo did not answer.", Advice: "Wait."}}
	reading, err := services.Witness().Read(c, answers)
	require.NoError(t, err)
	require.Equal(t, phase.Reading{Outcome: incident.NotChecked, Reason: "Tempo did not answer.", Advice: "Wait."}, phase.Reading{Outcome: reading.Outcome, Reason: reading.Reason, Advice: reading.Advice})
	reading.Learn(&c.Facts)
	require.Equal(t, "Tempo did not answer.", c.Facts.Witness.Counts[0].Reason)
}

func TestWhatIsNoSampleIsNotCountedAgain(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"cpu", "error lines"} {
		c := said(shown(kind, incident.Aspect{Metric: "x"}, most, none), shown("errors", incident.Aspect{Operation: "GET /stock"}, most, none))
		require.Empty(t, phasetest.Planned(t, services.Witness(), c))
		reading := phasetest.Learned(t, services.Witness(), c, source.Answers{})
		require.Contains(t, reading.Findings[0].Sentence, "not from a sample, so there is nothing to count again")
		require.Equal(t, incident.Found, reading.Outcome, "what was not counted is not normal")
		require.Nil(t, c.Facts.Witness)
		require.Contains(t, phasetest.Learned(t, services.NextWitness(), c, source.Answers{}).Findings[0].Sentence, "the next one was not counted")
	}
	c := said()
	c.Facts.Ranking.Services = nil
	for _, s := range []phase.Step{services.Witness(), services.NextWitness()} {
		require.Empty(t, phasetest.Planned(t, s, c))
		require.NotEmpty(t, phasetest.Learned(t, s, c, source.Answers{}).Findings)
	}
}

// second is a case with another service behind stock, which is counted as an outcome says.
func second(outcome incident.WitnessOutcome) *incident.Case {
	first := shown("errors", incident.Aspect{Operation: "GET /stock"}, most, none)
	c := said(first)
	c.Facts.Ranking.Services = append(c.Facts.Ranking.Services, incident.RankedService{Service: "prices", Score: 0.6,
		Began:    &incident.MovedAt{Earliest: ago(4 * time.Minute), Latest: ago(3 * time.Minute)},
		Evidence: []incident.Difference{shown("errors", incident.Aspect{Operation: "GET /price"}, most, none)}})
	c.Facts.Witness = &incident.Witnesses{Counts: []incident.Witness{{Service: "stock", Kind: first.Kind, About: first.About, Outcome: outcome}}}
	return c
}

func TestTheNextServiceIsCountedWhereTheFirstIsContradicted(t *testing.T) {
	t.Parallel()
	c := second(incident.WitnessContradicts)
	questions := phasetest.Planned(t, services.NextWitness(), c)
	require.Len(t, questions, 2, "four in all")
	require.Equal(t, `{ resource.service.name = "prices" && name = "GET /price" && status = error } with (most_recent=true)`, questions["counted since"].Text)
	require.Equal(t, incident.Window{From: ago(3 * time.Minute), To: end}, questions["counted since"].Window, "since its own change began")
	require.Equal(t, incident.Window{From: ago(7 * time.Minute), To: ago(4 * time.Minute)}, questions["counted before"].Window)
	phasetest.Learned(t, services.NextWitness(), c, counts(t, services.NextWitness(), c, 240, 2))
	require.Equal(t, "prices", c.Facts.NextWitness.Counts[0].Service)
	require.Equal(t, incident.WitnessConfirms, c.Facts.NextWitness.Counts[0].Outcome)
}

func TestTheNextServiceCostsNothingUnlessTheFirstIsContradicted(t *testing.T) {
	t.Parallel()
	for _, outcome := range []incident.WitnessOutcome{incident.WitnessConfirms, incident.WitnessUnsure, incident.WitnessUncounted} {
		c := second(outcome)
		require.Empty(t, phasetest.Planned(t, services.NextWitness(), c))
		require.Contains(t, phasetest.Learned(t, services.NextWitness(), c, source.Answers{}).Findings[0].Sentence, "the next one was not counted")
		require.Nil(t, c.Facts.NextWitness)
	}
	alone := second(incident.WitnessContradicts)
	alone.Facts.Ranking.Services = alone.Facts.Ranking.Services[:1]
	require.Empty(t, phasetest.Planned(t, services.NextWitness(), alone))
	require.Contains(t, phasetest.Learned(t, services.NextWitness(), alone, source.Answers{}).Findings[0].Sentence, "No service is left")
}
