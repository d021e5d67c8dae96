package investigate_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// taking is a store that says how long each answer took it, by the question's text.
func taking(took map[string]time.Duration) store {
	return func(_ context.Context, q source.Question) source.Answer {
		return source.Answer{Question: q, Elapsed: took[q.Text]}
	}
}

func TestTheLongestChainOfQuestionsThatNeedEachOtherIsWhatARunCannotBeShorterThan(t *testing.T) {
	t.Parallel()
	querier := taking(map[string]time.Duration{"a": 200 * time.Millisecond, "b": 300 * time.Millisecond, "long": 450 * time.Millisecond, "c": 50 * time.Millisecond})
	c, _ := run(t, querier,
		asks("first", "a", nil, facts(incident.FactConventions)),
		asks("alone", "long", nil, nil),
		asks("second", "b", facts(incident.FactConventions), facts(incident.FactService)),
		asks("third", "c", facts(incident.FactService), nil),
		asks("again", "a", facts(incident.FactService), nil), // its answer is there already
	)
	require.EqualValues(t, 550, c.Cost.ChainMilliseconds)
}

func TestAChainGoesThroughAStepThatLearnedNothing(t *testing.T) {
	t.Parallel()
	querier := taking(map[string]time.Duration{"a": 200 * time.Millisecond, "c": 50 * time.Millisecond})
	waits := asks("second", "c", nil, nil)
	waits.Awaits = facts(incident.FactService)
	nothing := asks("first", "a", nil, facts(incident.FactService))
	nothing.Read = asks("", "", nil, nil).Read
	c, _ := run(t, querier, nothing, waits)
	require.EqualValues(t, 250, c.Cost.ChainMilliseconds)
}
