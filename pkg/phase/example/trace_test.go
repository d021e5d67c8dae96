package example_test

import (
	"fmt"
	"sort"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/phase/example"
	"github.com/faultline-investigation/faultline/pkg/phase/phasetest"
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
	r := grouped(t, c, traces)
	require.Equal(t, incident.Found, r.Outcome)
	require.Equal(t, "They fail in 2 ways. 16 of 20: charge of payment-service: TimeoutError; 4 of 20: charge of payment-service: PoolExhaustedError.",
		r.Findings[0].Sentence)
	require.Equal(t, []incident.TraceShape{{Shape: "charge of payment-service: TimeoutError", Service: "payment-service", Operation: "charge", Failed: true, Count: 16, Trace: "a15"},
		{Shape: "charge of payment-service: PoolExhaustedError", Service: "payment-service", Operation: "charge", Failed: true, Count: 4, Trace: "b0"}}, c.Facts.Shapes.Shapes)
	r = chosen(t, c, traces)
	require.Equal(t, "a15", c.Facts.Example.Trace.ID, "the longest of the commonest kind")
	require.Equal(t, 16, c.Facts.Example.Like)
	require.Contains(t, r.Findings[0].Sentence, "the longest complete one of the commonest kind of failure: charge of payment-service: TimeoutError (16 of 20")
}

func TestTracesAreLookedAtInShortTimesSpreadOverAllThatWereFound(t *testing.T) {
	t.Parallel()
	c := anIncident()
	traces := searched(several(800, "a", func(i int) *incident.Trace {
		trace := request("", 2000, 1900, true, nil)
		trace.Start = alert.Add(-time.Duration(i)*time.Second - 300*time.Millisecond)
		return trace
	})...)
	reading(t, example.FailingTraces(), c, source.Answers{"failing": {Traces: traces}})
	found := c.Facts.Failing
	require.Len(t, found.Slices, 4)
	require.Equal(t, []string{"a97", "a98", "a99", "a100", "a101", "a102"}, found.Slices[0].Traces)
	require.Len(t, found.Sampled, 24)
	for _, s := range found.Slices {
		require.Equal(t, 6*time.Second, s.Window.Length(), "as short as its traces allow")
		require.Zero(t, s.Window.From.Nanosecond())
	}
	questions, err := example.Shapes().Plan(c)
	require.NoError(t, err)
	require.Len(t, questions, 4)
	require.Equal(t, found.Slices[3].Window, questions[3].Window)
	require.Equal(t, `{ resource.service.name = "order-service" && name = "POST /api/checkout" && status = error } && { } | `+
		`select(name, span:parentID, kind, status, statusMessage, resource.service.name, event.exception.type, event.exception.message, `+
		`span.error.type, span.error.message, span.exception.type, span.exception.message) with (most_recent=true)`, questions[0].Text)
}

func TestOfLargeTracesOnlyTheSpansThatMatterAreAsked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kase  *incident.Case
		wants string
	}{
		"failing": {anIncident(), "&& status = error } && { status = error } |"},
		"slow":    {slowIncident(), "&& duration > 400000us } && { duration > 40000us } |"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			trace := request("a0", 2000, 1900, true, nil)
			for len(trace.Spans) < 10_000 {
				trace.Spans = append(trace.Spans, incident.Span{ID: fmt.Sprint(len(trace.Spans)), Parent: "2", Service: callee, Name: "row", Start: trace.Start})
			}
			looking(c.kase, []*incident.Trace{trace})
			reading(t, example.Whole(), c.kase, source.Answers{"a0": {Trace: trace}})
			questions, err := example.Shapes().Plan(c.kase)
			require.NoError(t, err)
			require.Contains(t, questions[0].Text, c.wants)
			cut := incident.TraceSummary{ID: "a1", Spans: trace.Spans[:2], Matched: 10_000}
			reading(t, example.Shapes(), c.kase, source.Answers{"slice 1": {Traces: []incident.TraceSummary{cut}}})
			require.Equal(t, "a0", c.kase.Facts.Shapes.Chosen, "a trace of which only some spans came is not the complete one")
			chosen(t, c.kase, []*incident.Trace{trace})
			reading(t, example.Culprit(), c.kase, nil)
			require.Equal(t, "charge", c.kase.Facts.Culprit.Span.Name)
		})
	}
}

func TestTracesThatDidNotComeBackAreLeftOutAndNoneIsAProblem(t *testing.T) {
	t.Parallel()
	c, traces := anIncident(), append(exhausted(1), timeouts(2)...)
	looking(c, traces)
	reading(t, example.Whole(), c, source.Answers{"b0": {Trace: traces[0]}})
	r := reading(t, example.Shapes(), c, source.Answers{"slice 1": {Problem: broken()}})
	require.Equal(t, "Those that could be looked at fail in the same way. 1 of 1: charge of payment-service: PoolExhaustedError. Some could not be looked at: Tempo failed.", r.Findings[0].Sentence)
	c.Facts.Whole = nil
	_, err := example.Shapes().Read(c, source.Answers{"slice 1": {Problem: broken()}})
	require.EqualError(t, err, broken().Error())
	_, err = example.Whole().Read(c, source.Answers{"b0": {Problem: broken()}})
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
			r := grouped(t, c, []*incident.Trace{trace})
			require.Contains(t, r.Findings[0].Sentence, "1 of 1: ")
			require.Empty(t, c.Facts.Shapes.Attributes)
			chosen(t, c, []*incident.Trace{trace})
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
	grouped(t, c, []*incident.Trace{trace})
	chosen(t, c, []*incident.Trace{trace})
	require.Equal(t, "charge of payment-service: PoolExhaustedError", c.Facts.Example.Shape)
}

func TestTheFailureThatIsNewLeadsWhereAnotherOneFailsMoreOftenAllDay(t *testing.T) {
	t.Parallel()
	c := anIncident()
	onset := incident.Onset{MovedAt: incident.MovedAt{Earliest: alert.Add(-10 * time.Minute), Latest: alert.Add(-10 * time.Minute)}}
	c.Facts.Onset = &onset
	at := func(trace *incident.Trace, ago time.Duration) *incident.Trace {
		trace.Start = alert.Add(-ago)
		return trace
	}
	var traces []*incident.Trace
	for i := range 27 { // one a minute fails in the old way, before and since
		traces = append(traces, at(request(fmt.Sprintf("a%d", i), 2000, 1900, true, saying("InvalidArgument")), time.Duration(i)*time.Minute+time.Second))
	}
	for i := range 6 {
		traces = append(traces, at(request(fmt.Sprintf("b%d", i), 700, 600, true, saying("DiskFull")), time.Duration(i)*time.Minute+30*time.Second))
	}
	found := broughtBy(traces)
	sort.SliceStable(found, func(i, j int) bool { return found[i].Start.After(found[j].Start) })
	reading(t, example.FailingTraces(), c, source.Answers{"failing": {Traces: found}})
	r := reading(t, example.Shapes(), c, source.Answers{"slice 1": {Traces: found}, "slice 2": {Traces: found}, "slice 3": {Traces: found}})
	require.Contains(t, r.Findings[0].Sentence, "6 of 16 (before the onset 0 of 17): charge of payment-service: DiskFull; 10 of 16 (before the onset 17 of 17): charge of payment-service: InvalidArgument")
	require.Equal(t, "b", c.Facts.Shapes.Chosen[:1])
}

func TestWithAVagueOnsetTheLastMinutesAreHeldAgainstWhatIsSurelyBefore(t *testing.T) {
	t.Parallel()
	c := anIncident()
	c.Facts.Onset = &incident.Onset{MovedAt: incident.MovedAt{Earliest: alert.Add(-20 * time.Minute), Latest: alert.Add(-2 * time.Minute)}}
	var traces []*incident.Trace
	for i := range 28 {
		old := request(fmt.Sprintf("a%d", i), 2000, 1900, true, saying("InvalidArgument"))
		old.Start = alert.Add(-time.Duration(i)*time.Minute - time.Second)
		traces = append(traces, old)
	}
	found := broughtBy(traces)
	sort.SliceStable(found, func(i, j int) bool { return found[i].Start.After(found[j].Start) })
	reading(t, example.FailingTraces(), c, source.Answers{"failing": {Traces: found}})
	questions := phasetest.Planned(t, example.Shapes(), c)
	require.Len(t, questions, 2)
	require.False(t, questions["slice 1"].Window.From.Before(alert.Add(-5*time.Minute)), "the incident's are of the last five minutes")
	require.False(t, questions["slice 2"].Window.To.After(alert.Add(-20*time.Minute)), "and the others from before it can have begun")
}

func TestAStoreWithoutTracesOfTheServiceIsNotOneWithoutFailures(t *testing.T) {
	t.Parallel()
	_, err := example.FailingTraces().Read(anIncident(), source.Answers{"failing": {}, "any": {}})
	var skip *phase.Skip
	require.ErrorAs(t, err, &skip)
	require.Equal(t, "The trace store has no trace of order-service in the last 30 min.", skip.Reason)
	r := reading(t, example.FailingTraces(), anIncident(), source.Answers{"failing": {}, "any": {Traces: searched(timeouts(1)...)}})
	require.Equal(t, incident.Clear, r.Outcome)
}
