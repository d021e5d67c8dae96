package investigate_test

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// store answers questions as a function does.
type store func(ctx context.Context, q source.Question) source.Answer

func (s store) Ask(ctx context.Context, q source.Question) source.Answer { return s(ctx, q) }

// willing is a store that answers everything with nothing.
func willing() store {
	return func(_ context.Context, q source.Question) source.Answer { return source.Answer{Question: q} }
}

// asks is a step that asks one question and finds something.
func asks(id, text string, needs, learns []incident.Fact) phase.Step {
	return phase.Step{Phase: incident.PhaseImpact, ID: id, Title: "Title of " + id, Needs: needs, Learns: learns,
		Plan: func(*incident.Case) ([]source.Question, error) {
			return []source.Question{{Name: "q", Kind: source.Instant, Text: text}}, nil
		},
		Read: func(_ *incident.Case, answers source.Answers) (phase.Reading, error) {
			if problem := answers.Problem("q"); problem != nil {
				return phase.Reading{}, problem
			}
			return phase.FoundThat(incident.Finding{Sentence: id}).Teaching(teach(learns)), nil
		}}
}

func teach(facts []incident.Fact) func(*incident.Facts) {
	return func(f *incident.Facts) {
		for _, fact := range facts {
			switch fact {
			case incident.FactConventions:
				f.Conventions = &incident.Conventions{}
			case incident.FactService:
				f.Service = &incident.ServiceSeries{}
			case incident.FactExample:
				f.Example = &incident.Example{}
			default:
				panic("the test cannot teach " + fact)
			}
		}
	}
}

func facts(f ...incident.Fact) []incident.Fact { return f }

func run(t *testing.T, querier source.Querier, steps ...phase.Step) (*incident.Case, []investigate.Event) {
	t.Helper()
	return runIn(t.Context(), t, querier, investigate.Limits{}, steps...)
}

func runIn(ctx context.Context, t *testing.T, querier source.Querier, limits investigate.Limits, steps ...phase.Step) (*incident.Case, []investigate.Event) {
	t.Helper()
	var events []investigate.Event
	c, err := investigate.Run(ctx, investigate.Request{Subject: incident.Subject{Service: "shop"}}, querier,
		investigate.Options{Steps: steps, Limits: limits}, func(e investigate.Event) { events = append(events, e) })
	require.NoError(t, err)
	return c, events
}

func outcomes(c *incident.Case) map[string]incident.Outcome {
	got := map[string]incident.Outcome{}
	for _, s := range c.Steps {
		got[s.ID] = s.Outcome
	}
	return got
}

func TestAStepStartsOnceWhatItNeedsIsKnown(t *testing.T) {
	t.Parallel()
	var order []string
	asked := store(func(_ context.Context, q source.Question) source.Answer {
		order = append(order, q.Text) // one at a time, since each waits for the one before
		return source.Answer{Question: q}
	})
	c, _ := run(t, asked,
		asks("third", "3", facts(incident.FactService), nil),
		asks("second", "2", facts(incident.FactConventions), facts(incident.FactService)),
		asks("first", "1", nil, facts(incident.FactConventions)))
	require.Equal(t, []string{"1", "2", "3"}, order)
	require.Equal(t, "third", c.Steps[0].ID, "results stand in the order of reading")
}

func TestStepsThatDoNotNeedEachOtherAskAtTheSameTime(t *testing.T) {
	t.Parallel()
	both := make(chan struct{})
	var arrived atomic.Int32
	meeting := store(func(ctx context.Context, q source.Question) source.Answer {
		if arrived.Add(1) == 2 {
			close(both)
		}
		select {
		case <-both:
			return source.Answer{Question: q}
		case <-ctx.Done():
			return source.Answer{Question: q, Problem: &source.Problem{Kind: source.Timeout, Sentence: "The other never came."}}
		}
	})
	c, _ := run(t, meeting, asks("a", "1", nil, nil), asks("b", "2", nil, nil))
	require.Equal(t, map[string]incident.Outcome{"a": incident.Found, "b": incident.Found}, outcomes(c))
}

func TestTheSameQuestionIsSentOnce(t *testing.T) {
	t.Parallel()
	var sent atomic.Int32
	counting := store(func(_ context.Context, q source.Question) source.Answer {
		sent.Add(1)
		return source.Answer{Question: q, Bytes: 7}
	})
	c, _ := run(t, counting, asks("a", "same", nil, nil), asks("b", "same", nil, nil))
	require.EqualValues(t, 1, sent.Load())
	require.Equal(t, 1, c.Cost.Queries)
	require.EqualValues(t, 7, c.Cost.Bytes)
	require.Equal(t, "same", c.Steps[1].Queries[0].Text, "both steps show what they rest on")
}

func TestAStepAsksMoreUntilItKnowsEnough(t *testing.T) {
	t.Parallel()
	asked := []string{}
	further := asks("curious", "first", nil, nil)
	further.More = func(_ *incident.Case, answers source.Answers) ([]source.Question, error) {
		if len(answers) == 3 {
			return nil, nil
		}
		return []source.Question{{Name: fmt.Sprintf("q%d", len(answers)), Kind: source.Instant, Text: "further"}}, nil
	}
	read := further.Read
	further.Read = func(c *incident.Case, answers source.Answers) (phase.Reading, error) {
		for name := range answers {
			asked = append(asked, name)
		}
		return read(c, answers)
	}
	endless := asks("endless", "first", nil, nil)
	endless.More = func(_ *incident.Case, answers source.Answers) ([]source.Question, error) {
		return []source.Question{{Name: fmt.Sprintf("q%d", len(answers)), Kind: source.Instant, Text: "further"}}, nil
	}
	twice := asks("twice", "first", nil, nil)
	twice.More = func(*incident.Case, source.Answers) ([]source.Question, error) {
		return []source.Question{{Name: "q", Kind: source.Instant, Text: "again"}}, nil
	}
	c, _ := run(t, willing(), further, endless, twice)
	require.ElementsMatch(t, []string{"q", "q1", "q2"}, asked)
	require.Len(t, c.Steps[0].Queries, 3, "every query is shown")
	require.Len(t, c.Steps[1].Queries, 1+phase.MostRounds)
	require.Equal(t, incident.Found, c.Steps[1].Outcome)
	require.Equal(t, incident.NotChecked, c.Steps[2].Outcome)
	require.Contains(t, c.Steps[2].Reason, `two queries that are both named "q"`)
}

func TestAFailedQuestionIsNeverNothingFound(t *testing.T) {
	t.Parallel()
	down := store(func(_ context.Context, q source.Question) source.Answer {
		return source.Answer{Question: q, Problem: &source.Problem{Kind: source.ServerError, Sentence: "Prometheus failed with 500.", Advice: "See its log."}}
	})
	c, _ := run(t, down,
		asks("first", "1", nil, facts(incident.FactConventions)),
		asks("second", "2", facts(incident.FactConventions), facts(incident.FactService)),
		asks("third", "3", facts(incident.FactService), nil))
	for _, s := range c.Steps {
		require.Equal(t, incident.NotChecked, s.Outcome, s.ID)
		require.Contains(t, s.Reason, "Prometheus failed with 500.", s.ID)
		require.Equal(t, "See its log.", s.Advice, s.ID)
		require.Empty(t, s.Findings)
	}
	require.Empty(t, c.Steps[0].Root)
	require.Equal(t, "impact/first", c.Steps[2].Root, "the root of it, and not the step between")
	require.Equal(t, `It needs the service, but "Title of first" could not look: Prometheus failed with 500.`, c.Steps[2].Reason)
	require.Equal(t, "Prometheus failed with 500.", c.Steps[0].Queries[0].Problem)
}

func TestAStepWhoseNeedWasLookedForInVainSaysSo(t *testing.T) {
	t.Parallel()
	nothing := asks("search", "1", nil, facts(incident.FactExample))
	nothing.Read = func(*incident.Case, source.Answers) (phase.Reading, error) { return phase.ClearBecause(), nil }
	c, _ := run(t, willing(), nothing, asks("look", "2", facts(incident.FactExample), nil))
	require.Equal(t, incident.Clear, c.Steps[0].Outcome)
	require.Equal(t, incident.NotChecked, c.Steps[1].Outcome)
	require.Equal(t, `It needs the example trace, and "Title of search" found none.`, c.Steps[1].Reason)
}

func TestAStepBehindOneThatLackedItsNeedNamesTheOneThatLookedInVain(t *testing.T) {
	t.Parallel()
	search := asks("search", "a", nil, facts(incident.FactConventions))
	search.Read = func(*incident.Case, source.Answers) (phase.Reading, error) { return phase.ClearBecause(), nil }
	c, _ := run(t, willing(), search, asks("second", "b", facts(incident.FactConventions), facts(incident.FactService)), asks("third", "c", facts(incident.FactService), nil))
	require.Equal(t, `It needs the conventions, and "Title of search" found none.`, c.Steps[1].Reason)
	require.Equal(t, `It needs the service, and "Title of search" found nothing that leads to it.`, c.Steps[2].Reason)
	require.Equal(t, c.Steps[1].Key(), c.Steps[2].Root)
}

func TestAStepCanDoWithOneOfSeveralFacts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		broken string
		want   incident.Outcome
	}{
		"both there": {"", incident.Found},
		"one there":  {"1", incident.Found},
		"none there": {"12", incident.NotChecked},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			partly := store(func(_ context.Context, q source.Question) source.Answer {
				if slices.Contains([]byte(c.broken), q.Text[0]) {
					return source.Answer{Question: q, Problem: &source.Problem{Sentence: "Broken."}}
				}
				return source.Answer{Question: q}
			})
			either := asks("either", "3", nil, nil)
			either.NeedsOne = facts(incident.FactConventions, incident.FactService)
			got, _ := run(t, partly, either, asks("a", "1", nil, facts(incident.FactConventions)), asks("b", "2", nil, facts(incident.FactService)))
			require.Equal(t, c.want, outcomes(got)["either"])
		})
	}
}

func TestAnAwaitedFactIsUsedWhenItComesAndDoneWithoutWhenItCannot(t *testing.T) {
	t.Parallel()
	for _, broken := range []bool{false, true} {
		late := store(func(_ context.Context, q source.Question) source.Answer {
			if broken && q.Text == "1" {
				return source.Answer{Question: q, Problem: &source.Problem{Sentence: "Broken."}}
			}
			return source.Answer{Question: q}
		})
		knew := false
		waits := asks("waits", "2", nil, nil)
		waits.Awaits = facts(incident.FactConventions)
		waits.Plan = func(c *incident.Case) ([]source.Question, error) {
			knew = c.Facts.Conventions != nil
			return nil, nil
		}
		waits.Read = func(*incident.Case, source.Answers) (phase.Reading, error) { return phase.FoundThat(), nil }
		c, _ := run(t, late, waits, asks("a", "1", nil, facts(incident.FactConventions)))
		require.Equal(t, !broken, knew)
		require.Equal(t, incident.Found, outcomes(c)["waits"])
	}
}

func TestAPanicInAStepEndsThatStepAlone(t *testing.T) {
	t.Parallel()
	wild := asks("wild", "1", nil, nil)
	wild.Read = func(*incident.Case, source.Answers) (phase.Reading, error) { panic("index out of range") }
	c, _ := run(t, willing(), wild, asks("calm", "2", nil, nil))
	require.Equal(t, incident.NotChecked, c.Steps[0].Outcome)
	require.Contains(t, c.Steps[0].Reason, "index out of range")
	require.Contains(t, c.Steps[0].Advice, "bug")
	require.Equal(t, incident.Found, c.Steps[1].Outcome)
}

func TestASkipSaysWhyAndWhatToDo(t *testing.T) {
	t.Parallel()
	picky := asks("picky", "1", nil, nil)
	picky.Plan = func(*incident.Case) ([]source.Question, error) {
		return nil, phase.Skipf("Turn it on.", "There is no %s.", "service graph")
	}
	c, _ := run(t, willing(), picky)
	require.Equal(t, "There is no service graph.", c.Steps[0].Reason)
	require.Equal(t, "Turn it on.", c.Steps[0].Advice)
}

func TestACanceledRunEndsAndSaysWhatItDidNotLookAt(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	slow := store(func(ctx context.Context, q source.Question) source.Answer {
		cancel()
		<-ctx.Done()
		return source.Answer{Question: q, Problem: &source.Problem{Kind: source.Canceled, Sentence: "The investigation was canceled."}}
	})
	c, _ := runIn(ctx, t, slow, investigate.Limits{}, asks("first", "1", nil, facts(incident.FactConventions)), asks("second", "2", facts(incident.FactConventions), nil))
	require.Equal(t, map[string]incident.Outcome{"first": incident.NotChecked, "second": incident.NotChecked}, outcomes(c))
	require.Contains(t, c.Steps[1].Reason, "canceled")
}

func TestAQuestionHasItsOwnTime(t *testing.T) {
	t.Parallel()
	stalled := store(func(ctx context.Context, q source.Question) source.Answer {
		<-ctx.Done()
		return source.Answer{Question: q, Problem: &source.Problem{Kind: source.Timeout, Sentence: ctx.Err().Error()}}
	})
	limits := investigate.DefaultLimits()
	limits.QuestionTimeout = 20 * time.Millisecond
	c, _ := runIn(t.Context(), t, stalled, limits, asks("a", "1", nil, nil))
	require.Equal(t, "context deadline exceeded", c.Steps[0].Reason)
}

func TestNoMoreThanTheAllowedQuestionsAreOutAtOnce(t *testing.T) {
	t.Parallel()
	var out, most atomic.Int32
	counting := store(func(_ context.Context, q source.Question) source.Answer {
		n := out.Add(1)
		for {
			m := most.Load()
			if n <= m || most.CompareAndSwap(m, n) {
				break
			}
		}
		time.Sleep(time.Millisecond)
		out.Add(-1)
		return source.Answer{Question: q}
	})
	limits := investigate.DefaultLimits()
	limits.Concurrency = 2
	var steps []phase.Step
	for _, text := range []string{"1", "2", "3", "4", "5", "6", "7"} {
		steps = append(steps, asks("step "+text, text, nil, nil))
	}
	_, _ = runIn(t.Context(), t, counting, limits, steps...)
	require.LessOrEqual(t, most.Load(), int32(2))
}

func TestARunThatUsedUpItsQuestionsSaysSo(t *testing.T) {
	t.Parallel()
	limits := investigate.DefaultLimits()
	limits.Questions = 1
	c, _ := runIn(t.Context(), t, willing(), limits,
		asks("first", "1", nil, facts(incident.FactConventions)), asks("second", "2", facts(incident.FactConventions), nil))
	require.Equal(t, incident.Found, c.Steps[0].Outcome)
	require.Equal(t, "The run's 1 questions are used up.", c.Steps[1].Reason)
	require.Equal(t, 1, c.Cost.Queries)
}

func TestEventsBeginWithThePlanAndEndWithTheCase(t *testing.T) {
	t.Parallel()
	c, events := run(t, willing(), asks("a", "1", nil, nil), asks("b", "2", nil, nil))
	require.Len(t, events, 5)
	require.Equal(t, []investigate.PlannedStep{{Phase: "impact", ID: "a", Title: "Title of a"}, {Phase: "impact", ID: "b", Title: "Title of b"}}, events[0].Plan)
	require.Empty(t, events[0].Case.Steps)
	require.Equal(t, investigate.Done, events[4].Type)
	require.Same(t, c, events[4].Case)
}

func TestEventsTellWhichStepsWaitForAnswers(t *testing.T) {
	t.Parallel()
	_, events := run(t, willing(),
		asks("third", "3", facts(incident.FactConventions), nil),
		asks("first", "1", nil, facts(incident.FactConventions)),
		asks("second", "2", nil, nil))
	var told [][]string
	for _, e := range events {
		if e.Type == investigate.Running {
			told = append(told, e.Keys)
		}
	}
	require.Equal(t, [][]string{{"impact/first", "impact/second"}, {"impact/third"}}, told)
}

func TestEventsBringWhatTheirStepLearnedAndNothingElse(t *testing.T) {
	t.Parallel()
	_, events := run(t, willing(),
		asks("first", "1", nil, facts(incident.FactConventions)),
		asks("second", "2", facts(incident.FactConventions), facts(incident.FactService, incident.FactExample)),
		asks("third", "3", facts(incident.FactService), nil))
	learned := map[string]*incident.Facts{}
	for _, e := range events {
		if e.Type == investigate.StepEnded {
			learned[e.Step.ID] = e.Facts
		}
	}
	require.Equal(t, &incident.Facts{Conventions: &incident.Conventions{}}, learned["first"])
	require.Equal(t, &incident.Facts{Service: &incident.ServiceSeries{}}, learned["second"], "its example stands in its finding")
	require.Equal(t, &incident.Facts{}, learned["third"])
}

func TestARequestThatCannotBeInvestigatedIsRefusedWithAdvice(t *testing.T) {
	t.Parallel()
	at := time.Date(2025, 1, 21, 10, 47, 0, 0, time.UTC)
	window := func(from, to time.Duration) incident.Window {
		return incident.Window{From: at.Add(from), To: at.Add(to)}
	}
	for name, c := range map[string]struct {
		request investigate.Request
		says    string
	}{
		"no service":     {investigate.Request{}, "names no service"},
		"backwards":      {investigate.Request{Subject: incident.Subject{Service: "a"}, Window: window(0, -time.Hour)}, "shorter than"},
		"too short":      {investigate.Request{Subject: incident.Subject{Service: "a"}, Window: window(-time.Minute, 0)}, "shorter than"},
		"too long":       {investigate.Request{Subject: incident.Subject{Service: "a"}, Window: window(-25*time.Hour, 0)}, "longer than"},
		"unknown phase":  {investigate.Request{Subject: incident.Subject{Service: "a"}, Phases: []incident.Phase{"impact", "lunch"}}, `no phase "lunch"`},
		"year 0":         {investigate.Request{Subject: incident.Subject{Service: "a"}, Window: incident.Window{From: time.Date(0, 1, 1, 0, 0, 0, 0, time.FixedZone("", 3600)), To: time.Date(0, 1, 1, 1, 0, 0, 0, time.UTC)}}, "before the year 2000"},
		"year 9999":      {investigate.Request{Subject: incident.Subject{Service: "a"}, Window: incident.Window{From: time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -3600)), To: time.Date(9999, 12, 31, 23, 59, 0, 0, time.FixedZone("", -3600))}}, "future"},
		"old alert":      {investigate.Request{Subject: incident.Subject{Service: "a", Alert: &incident.Alert{Began: &time.Time{}}}}, "did not begin at a time"},
		"from to-morrow": {investigate.Request{Subject: incident.Subject{Service: "a"}, Window: window(24*time.Hour, 25*time.Hour)}, "future"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := investigate.Run(t.Context(), c.request, willing(), investigate.Options{Now: func() time.Time { return at }},
				func(investigate.Event) { t.Error("an event of a run that never began") })
			var invalid *failure.Failure
			require.ErrorAs(t, err, &invalid)
			require.Contains(t, invalid.Sentence, c.says)
			require.NotEmpty(t, invalid.Advice)
		})
	}
}

func TestARequestForSomePhasesWalksThoseAlone(t *testing.T) {
	t.Parallel()
	other := asks("b", "2", nil, nil)
	other.Phase = incident.PhaseLogs
	c, err := investigate.Run(t.Context(), investigate.Request{Subject: incident.Subject{Service: "shop"}, Phases: []incident.Phase{incident.PhaseLogs}},
		willing(), investigate.Options{Steps: []phase.Step{asks("a", "1", nil, nil), other}}, func(investigate.Event) {})
	require.NoError(t, err)
	require.Equal(t, map[string]incident.Outcome{"b": incident.Found}, outcomes(c))
}

func TestARequestWithoutAWindowMeansTheLastHour(t *testing.T) {
	t.Parallel()
	at := time.Date(2025, 1, 21, 10, 47, 0, 999, time.UTC)
	c, err := investigate.Run(t.Context(), investigate.Request{Subject: incident.Subject{Service: "a"}}, willing(),
		investigate.Options{Now: func() time.Time { return at }, Steps: []phase.Step{}}, func(investigate.Event) {})
	require.NoError(t, err)
	require.Equal(t, at.Truncate(time.Second), c.Window.To)
	require.Equal(t, time.Hour, c.Window.Length())
}
