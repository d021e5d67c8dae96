package investigate_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// A step that read a fact which it does not declare would say one thing or another, by which step happened to end first.
func TestStepsReadOnlyTheFactsThatTheyDeclare(t *testing.T) {
	t.Parallel()
	request, recording := walkthrough(t)
	c, err := investigate.Run(t.Context(), request, recording, investigate.Options{}, func(investigate.Event) {})
	require.NoError(t, err)
	for _, s := range investigate.All() {
		t.Run(s.Key(), func(t *testing.T) {
			t.Parallel()
			require.Equal(t, done(t, s, c, recording), done(t, s, s.View(c), recording))
		})
	}
}

// done is what a step plans, and what it makes of the answers, in words.
func done(t *testing.T, s phase.Step, c *incident.Case, querier source.Querier) string {
	t.Helper()
	for _, fact := range s.Needs {
		if !c.Facts.Knows(fact) {
			return "not to be asked"
		}
	}
	questions, err := s.Plan(c)
	if err != nil {
		return said(t, err)
	}
	answers := source.Answers{}
	for _, q := range questions {
		answers[q.Name] = querier.Ask(t.Context(), q)
	}
	for more := s.More; more != nil; {
		further, err := more(c, answers)
		if err != nil {
			return said(t, err)
		}
		for _, q := range further {
			answers[q.Name] = querier.Ask(t.Context(), q)
		}
		questions = append(questions, further...)
		if len(further) == 0 {
			break
		}
	}
	reading, err := s.Read(c, answers)
	if err != nil {
		return said(t, err)
	}
	var learned incident.Facts
	if reading.Learn != nil {
		reading.Learn(&learned)
	}
	content, err := json.Marshal([]any{questions, reading.Outcome, reading.Reason, reading.Findings, learned, learned.Verdict})
	require.NoError(t, err)
	return string(content)
}

// said is why a step could not look; a defect fails the test.
func said(t *testing.T, err error) string {
	t.Helper()
	var skip *phase.Skip
	var problem *source.Problem
	require.True(t, errors.As(err, &skip) || errors.As(err, &problem), "%v", err)
	return err.Error()
}

func TestEveryFactIsDeclaredByAFieldAndLearnedByAStep(t *testing.T) {
	t.Parallel()
	learned := map[incident.Fact]bool{}
	for _, s := range investigate.All() {
		for _, fact := range s.Learns {
			learned[fact] = true
		}
	}
	for _, fact := range incident.AllFacts() {
		require.NotEmpty(t, fact, "every field of the facts names its fact")
		require.True(t, learned[fact], "nothing learns %s", fact)
	}
	require.Len(t, learned, len(incident.AllFacts()))
}
