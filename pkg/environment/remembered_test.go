package environment

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// counting answers with a name, and counts how often it was asked.
type counting struct {
	asked  int
	answer source.Answer
}

func (c *counting) Ask(_ context.Context, q source.Question) source.Answer {
	c.asked++
	a := c.answer
	a.Question = q
	return a
}

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func namesUpTo(at time.Time) source.Question {
	return source.Question{Name: "names", Kind: source.MetricNames, Text: "up", Window: incident.Window{From: at.Add(-time.Hour), To: at}}
}

func TestNamesAreRememberedForAWhileAndForAboutTheSameTime(t *testing.T) {
	t.Parallel()
	now := noon
	store := &counting{answer: source.Answer{Names: []string{"up"}, Bytes: 7, Elapsed: time.Second}}
	querier := remembering{Querier: store, memory: &rememberedNames{clock: func() time.Time { return now }}}
	first := querier.Ask(t.Context(), namesUpTo(noon))
	require.True(t, first.Asked.IsZero(), "it was asked just now")

	now = noon.Add(rememberFor - time.Second)
	again := querier.Ask(t.Context(), namesUpTo(noon.Add(time.Minute)))
	require.Equal(t, 1, store.asked)
	require.Equal(t, noon, again.Asked)
	require.Equal(t, []string{"up"}, again.Names)
	first.Names[0], again.Names[0] = "theirs", "to change"
	require.Equal(t, []string{"up"}, querier.Ask(t.Context(), namesUpTo(noon)).Names)
	require.Zero(t, again.Bytes, "it cost nothing")
	require.Equal(t, noon.Add(time.Minute), again.Question.Window.To)

	querier.Ask(t.Context(), namesUpTo(noon.Add(-2*time.Hour)))
	require.Equal(t, 2, store.asked, "of another time nothing is known")
	querier.Ask(t.Context(), source.Question{Kind: source.Instant, Text: "up"})
	querier.Ask(t.Context(), source.Question{Kind: source.Instant, Text: "up"})
	require.Equal(t, 4, store.asked, "numbers are never remembered")

	now = noon.Add(rememberFor)
	querier.Ask(t.Context(), namesUpTo(noon))
	require.Equal(t, 5, store.asked, "it is stale")
	remembering{Querier: store, memory: querier.memory, fresh: true}.Ask(t.Context(), namesUpTo(noon))
	require.Equal(t, 6, store.asked, "it was to be asked again")
}

func TestAnswersThatTellTooLittleAreNotRemembered(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]source.Answer{
		"a problem":      {Names: []string{"up"}, Problem: &source.Problem{}},
		"a warning":      {Names: []string{"up"}, Warnings: []string{"a shard is missing"}},
		"nothing at all": {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := &counting{answer: answer}
			querier := remembering{Querier: store, memory: &rememberedNames{}}
			querier.Ask(t.Context(), namesUpTo(noon))
			querier.Ask(t.Context(), namesUpTo(noon))
			require.Equal(t, 2, store.asked)
		})
	}
}
