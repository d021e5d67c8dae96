package investigate_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// warned reads whatever the store answers as an outcome, and learns a fact of it.
func warned(outcome incident.Outcome) phase.Step {
	s := asks("partly", "1", nil, facts(incident.FactConventions))
	s.Read = func(*incident.Case, source.Answers) (phase.Reading, error) {
		return phase.Reading{Outcome: outcome, Findings: []incident.Finding{{Sentence: "Said."}},
			Learn: func(f *incident.Facts) { f.Conventions = &incident.Conventions{} }}, nil
	}
	return s
}

func half(_ context.Context, q source.Question) source.Answer {
	return source.Answer{Question: q, DataSource: "prometheus-1", Warnings: []string{"a shard is missing"}}
}

const says = "The metrics store (prometheus-1) answered and warned that its answer may lack something: a shard is missing."

func TestAnAnswerThatMayLackSomethingIsNeverCalledClear(t *testing.T) {
	t.Parallel()
	c, _ := run(t, store(half), warned(incident.Clear))
	require.Equal(t, incident.NotChecked, c.Steps[0].Outcome)
	require.Equal(t, says+" What it told was normal.", c.Steps[0].Reason)
	require.NotEmpty(t, c.Steps[0].Advice)
	require.Empty(t, c.Steps[0].Findings)
	require.Nil(t, c.Facts.Conventions, "nothing rests on it")
}

func TestWhatWasFoundInAPartStaysFoundAndSaysSo(t *testing.T) {
	t.Parallel()
	c, _ := run(t, store(half), warned(incident.Found))
	require.Equal(t, incident.Found, c.Steps[0].Outcome)
	require.Equal(t, []string{says}, c.Steps[0].Notes)
	require.Equal(t, []string{"a shard is missing"}, c.Steps[0].Queries[0].Warnings)
	require.NotNil(t, c.Facts.Conventions)
}
