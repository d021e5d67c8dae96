package source_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/source"
)

// querier answers as a function does.
type querier func(context.Context, source.Question) source.Answer

// Ask implements source.Querier.
func (q querier) Ask(ctx context.Context, question source.Question) source.Answer {
	return q(ctx, question)
}

func TestAnAnswerThatPanicsIsNotCheckedAndSaysSo(t *testing.T) {
	t.Parallel()
	for _, kind := range []source.Kind{source.Instant, source.Lines, source.TraceByID, source.StatusPage, source.GrafanaRules} {
		asked := source.Question{Name: "q", Kind: kind, Text: "up"}
		answer := source.Guarded(querier(func(context.Context, source.Question) source.Answer {
			var none *source.Problem
			return source.Answer{Names: []string{none.Sentence}}
		})).Ask(t.Context(), asked)
		require.Equal(t, asked, answer.Question)
		require.NotNil(t, answer.Problem)
		require.Equal(t, source.Defect, answer.Problem.Kind)
		require.Equal(t, kind.Signal(), answer.Problem.Signal)
		require.Contains(t, answer.Problem.Sentence, "nil pointer")
		require.Contains(t, answer.Problem.Advice, "Report this as a bug")
	}
}

func TestAnAnswerThatDoesNotPanicIsPassedOn(t *testing.T) {
	t.Parallel()
	once := source.Guarded(querier(func(_ context.Context, q source.Question) source.Answer {
		return source.Answer{Question: q, Names: []string{"up"}}
	}))
	require.Equal(t, []string{"up"}, once.Ask(t.Context(), source.Question{Kind: source.MetricNames}).Names)
	require.Equal(t, []string{"up"}, source.Guarded(once).Ask(t.Context(), source.Question{Kind: source.MetricNames}).Names)
}
