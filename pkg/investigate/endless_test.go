package investigate_test

import (
	"context"
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
)

func TestAnAnswerThatPanicsCostsItsStepAndNoOther(t *testing.T) {
	t.Parallel()
	c, _ := run(t, store(func(_ context.Context, q source.Question) source.Answer {
		if q.Text == "bad" {
			var none *incident.Trace
			_ = none.Spans
		}
		return source.Answer{Question: q}
	}), asks("bad", "bad", nil, nil), asks("good", "good", nil, nil), asks("again", "bad", nil, nil))
	require.Equal(t, map[string]incident.Outcome{"bad": incident.NotChecked, "good": incident.Found, "again": incident.NotChecked}, outcomes(c))
	require.Contains(t, c.Steps[0].Reason, "nil pointer")
	require.Contains(t, c.Steps[0].Advice, "bug")
	require.NotEmpty(t, c.Steps[0].Queries[0].Problem, "its query says so too")
}

func TestTwoQueriesOfOneNameAreRefusedAndTheRunEnds(t *testing.T) {
	t.Parallel()
	twice := asks("twice", "1", nil, nil)
	twice.Plan = func(*incident.Case) ([]source.Question, error) {
		return []source.Question{{Name: "q", Kind: source.Instant, Text: "1"}, {Name: "q", Kind: source.Instant, Text: "2"}}, nil
	}
	c, _ := run(t, willing(), twice, asks("good", "3", nil, nil))
	require.Equal(t, map[string]incident.Outcome{"twice": incident.NotChecked, "good": incident.Found}, outcomes(c))
	require.Contains(t, c.Steps[0].Reason, `two queries that are both named "q"`)
}

// deaf is a store that comes back only when the test is over, whatever its context says.
func deaf(t *testing.T) store {
	t.Helper()
	over := make(chan struct{})
	t.Cleanup(func() { close(over) })
	return func(_ context.Context, q source.Question) source.Answer {
		<-over
		return source.Answer{Question: q}
	}
}

func TestAStoreThatNeverComesBackCostsItsQuestionsTime(t *testing.T) {
	t.Parallel()
	limits := investigate.DefaultLimits()
	limits.QuestionTimeout, limits.Concurrency = time.Millisecond, 1
	c, _ := runIn(t.Context(), t, deaf(t), limits, asks("a", "1", nil, nil), asks("b", "2", nil, nil))
	require.Equal(t, map[string]incident.Outcome{"a": incident.NotChecked, "b": incident.NotChecked}, outcomes(c))
	require.Equal(t, "The query did not end within its time.", c.Steps[0].Reason)
}

func TestARunEndsWithItsLimitWhateverTheStoresDo(t *testing.T) {
	t.Parallel()
	c, err := investigate.Run(t.Context(), investigate.Request{Subject: incident.Subject{Service: "shop"}}, deaf(t),
		investigate.Options{Longest: time.Millisecond, Steps: []phase.Step{asks("a", "1", nil, facts(incident.FactConventions)), asks("b", "2", facts(incident.FactConventions), nil)}},
		func(investigate.Event) {})
	require.NoError(t, err)
	require.Equal(t, map[string]incident.Outcome{"a": incident.NotChecked, "b": incident.NotChecked}, outcomes(c))
	require.Contains(t, c.Steps[0].Reason, "longer than its limit of 1ms")
}

func TestWhatCannotBeWrittenCostsItsStepAndNotTheCase(t *testing.T) {
	t.Parallel()
	late := time.Date(70000, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, reading := range map[string]phase.Reading{
		"value":    phase.FoundThat(incident.Finding{Values: []incident.Value{{Value: math.Inf(1)}}}),
		"baseline": phase.FoundThat(incident.Finding{Values: []incident.Value{{Baseline: incident.Baselined(math.NaN())}}}),
		"time":     phase.FoundThat(incident.Finding{Interval: &incident.Window{From: late, To: late}}),
		"series":   phase.FoundThat(incident.Finding{Evidence: incident.Evidence{Series: []incident.Series{{Points: []incident.Point{{Time: late}}}}}}),
		"example": phase.FoundThat().Teaching(func(f *incident.Facts) {
			f.Example = &incident.Example{Trace: incident.Trace{Start: late}}
		}),
		"fact":  phase.FoundThat().Teaching(func(f *incident.Facts) { f.Onset = &incident.Onset{Baseline: incident.Window{From: late}} }),
		"panic": phase.FoundThat().Teaching(func(*incident.Facts) { panic("on purpose") }),
	} {
		wild := asks("wild", "1", nil, nil)
		wild.Read = func(*incident.Case, source.Answers) (phase.Reading, error) { return reading, nil }
		c, events := run(t, willing(), wild, asks("calm", "2", nil, nil))
		require.Equal(t, map[string]incident.Outcome{"wild": incident.NotChecked, "calm": incident.Found}, outcomes(c), name)
		require.Contains(t, c.Steps[0].Reason, "cannot be written down", name)
		for _, e := range events {
			_, err := json.Marshal(e)
			require.NoError(t, err, name)
		}
	}
}
