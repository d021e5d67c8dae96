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

// rests is a step that needs a fact and reads it as an outcome, with an answer that lacks nothing.
func rests(id string, outcome incident.Outcome, needs, learns []incident.Fact) phase.Step {
	s := asks(id, id, needs, learns)
	s.Read = func(*incident.Case, source.Answers) (phase.Reading, error) {
		return phase.Reading{Outcome: outcome, Findings: []incident.Finding{{Sentence: "Said."}}, Learn: teach(learns)}, nil
	}
	return s
}

func TestDoubtTravelsWithTheFactsThatWereMadeOfAPart(t *testing.T) {
	t.Parallel()
	partly := store(func(ctx context.Context, q source.Question) source.Answer {
		if q.Text == "first" {
			return half(ctx, q)
		}
		return source.Answer{Question: q}
	})
	c, _ := run(t, partly,
		rests("first", incident.Found, nil, facts(incident.FactService)),
		rests("found", incident.Found, facts(incident.FactService), facts(incident.FactExample)),
		rests("clear", incident.Clear, facts(incident.FactService), nil),
		rests("further", incident.Clear, facts(incident.FactExample), nil),
		rests("other", incident.Clear, nil, nil))
	require.Equal(t, map[string]incident.Outcome{"first": incident.Found, "found": incident.Found, "clear": incident.NotChecked,
		"further": incident.NotChecked, "other": incident.Clear}, outcomes(c))
	require.Equal(t, []string{says}, c.Steps[0].Notes)
	require.Equal(t, []string{`It rests on "Title of first", which may lack something.`}, c.Steps[1].Notes, "in short: the step itself says why")
	require.Contains(t, c.Steps[2].Reason, "a shard is missing")
	require.Contains(t, c.Steps[3].Reason, "a shard is missing", "through the step between")
	require.Empty(t, c.Steps[4].Notes)
}

func TestDoubtTravelsWithFactsThatWereMadeAlthoughAQueryFailed(t *testing.T) {
	t.Parallel()
	failing := store(func(_ context.Context, q source.Question) source.Answer {
		if q.Text == "first" {
			return source.Answer{Question: q, Problem: &source.Problem{Kind: source.Timeout, Sentence: "The store did not answer.", Advice: "Look again."}}
		}
		return source.Answer{Question: q}
	})
	c, _ := run(t, failing,
		rests("first", incident.Found, nil, facts(incident.FactService)),
		rests("clear", incident.Clear, facts(incident.FactService), nil),
		rests("other", incident.Clear, nil, nil))
	require.Equal(t, map[string]incident.Outcome{"first": incident.Found, "clear": incident.NotChecked, "other": incident.Clear}, outcomes(c))
	require.Equal(t, []string{`A query of "Title of first" failed: The store did not answer.`}, c.Steps[0].Notes)
	require.Contains(t, c.Steps[1].Reason, "The store did not answer.")
}

func TestNamesOfMetricsThatMayLackSomeDoNotMakeNormalNumbersDoubtful(t *testing.T) {
	t.Parallel()
	c, _ := run(t, store(func(ctx context.Context, q source.Question) source.Answer {
		if q.Text == "names" {
			return half(ctx, q)
		}
		return source.Answer{Question: q}
	}), rests("names", incident.Found, nil, facts(incident.FactConventions)), rests("numbers", incident.Clear, facts(incident.FactConventions), nil))
	require.Equal(t, incident.Clear, c.Steps[1].Outcome)
	require.Equal(t, []string{`It rests on "Title of names", which may lack something.`}, c.Steps[1].Notes, "it says so all the same")
}
