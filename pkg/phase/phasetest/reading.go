package phasetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// Planned gives the texts of a step's questions by their names.
func Planned(t *testing.T, s phase.Step, c *incident.Case) map[string]source.Question {
	t.Helper()
	questions, err := s.Plan(s.View(c))
	require.NoError(t, err)
	byName := map[string]source.Question{}
	for _, q := range questions {
		byName[q.Name] = q
	}
	return byName
}

// Learned reads answers and lets the case learn from them. Every number of what is said has a unit.
func Learned(t *testing.T, s phase.Step, c *incident.Case, answers source.Answers) phase.Reading {
	t.Helper()
	reading, err := s.Read(s.View(c), answers)
	require.NoError(t, err)
	if reading.Learn != nil {
		reading.Learn(&c.Facts)
	}
	requireNumbersHaveValues(t, reading)
	return reading
}

// requireNumbersHaveValues checks that findings which claim something carry its numbers.
func requireNumbersHaveValues(t *testing.T, reading phase.Reading) {
	t.Helper()
	for _, f := range reading.Findings {
		require.NotEmpty(t, f.Sentence)
		for _, v := range f.Values {
			require.NotEmpty(t, v.Unit, "%s of %q", v.Name, f.Sentence)
		}
	}
}

// RequireUnable checks that a failed store makes the step say so, and claim nothing.
func RequireUnable(t *testing.T, s phase.Step, c *incident.Case, names ...string) {
	t.Helper()
	problem := &source.Problem{Kind: source.Timeout, Sentence: "It did not answer.", Advice: "Wait."}
	for _, broken := range names {
		answers := source.Answers{}
		for _, name := range names {
			answers[name] = source.Answer{}
		}
		answers[broken] = source.Answer{Problem: problem}
		_, err := s.Read(c, answers)
		require.ErrorIs(t, err, problem, broken)
	}
}

// RequireSkip checks that a step cannot look, and says why and what to do.
func RequireSkip(t *testing.T, err error, reason string) {
	t.Helper()
	var skip *phase.Skip
	require.ErrorAs(t, err, &skip)
	require.Contains(t, skip.Reason, reason)
	require.NotEmpty(t, skip.Advice)
}
