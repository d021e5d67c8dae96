package practice_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/casebook/practice"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

func walkthrough(t *testing.T) *incident.SavedCase {
	t.Helper()
	written, err := os.ReadFile(filepath.Join("..", "..", "incident", "testdata", "saved.v1.json"))
	require.NoError(t, err)
	s, err := incident.ReadSaved(written)
	require.NoError(t, err)
	return s
}

func TestACaseToPractiseOnHoldsNothingThatWasFound(t *testing.T) {
	t.Parallel()
	s := walkthrough(t)
	p := practice.Hidden(s)
	written, err := json.Marshal(p)
	require.NoError(t, err)
	for _, never := range []string{"coredns", "CoreDNS", "stripe", "payment", "7.3", "found", "Likely"} {
		assert.NotContains(t, string(written), never)
	}
	assert.Equal(t, s.Case.Subject, p.Subject)
	require.Len(t, p.Phases, 5)
	budgets := []float64{}
	for _, phase := range p.Phases {
		budgets = append(budgets, phase.Budget/60)
	}
	assert.Equal(t, []float64{2, 3, 2, 3, 5}, budgets)
	assert.NotEmpty(t, p.Phases[0].Steps)
	assert.Empty(t, p.Phases[4].Steps, "what to mend would tell what broke")
}

func TestAStepIsRevealedWhenItIsAskedForButNotTheVerdict(t *testing.T) {
	t.Parallel()
	s := walkthrough(t)
	assert.Contains(t, practice.Revealed(s, "impact/error-rate").Findings[0].Sentence, "7.3 %", "a saved case keeps its words")
	for _, key := range []string{"cause/verdict", "cause/ranking", "recovery/mitigations", "recovery/exit-criteria", "impact/nothing"} {
		assert.Nil(t, practice.Revealed(s, key), key)
	}
}

func TestAnAnswerIsComparedWithTheVerdictAndTheTruth(t *testing.T) {
	t.Parallel()
	s := walkthrough(t)
	truth := &incident.Truth{Service: "coredns", Component: "networkpolicy/restrict-coredns", Cause: "the policy"}
	answer := incident.PracticeAnswer{Service: " CoreDNS ", Why: "a policy", Asked: []string{"impact/error-rate", "cause/changes"},
		Spent: map[string]float64{"impact": 90, "cause": 200}}
	sheet := practice.Score(s, answer, truth, nil)
	assert.True(t, *sheet.Right)
	assert.True(t, *sheet.Engine)
	assert.Equal(t, 1, sheet.Place)
	assert.Equal(t, []string{"coredns", "payment-service", "recommendation-service"}, sheet.Ranked)
	assert.InDelta(t, 290, sheet.Spent, 0)
	assert.InDelta(t, 15*60, sheet.Budget, 0)
	assert.Regexp(t, `^Answer: CoreDNS, after 4:50 min of 15:00 min and 2 of \d+ steps, which is right\.$`, sheet.Said)

	answer.Service = "payment-service"
	sheet = practice.Score(s, answer, truth, nil)
	assert.False(t, *sheet.Right)
	assert.Equal(t, 2, sheet.Place)
	sheet = practice.Score(s, answer, nil, nil)
	assert.Nil(t, sheet.Right)
	assert.Contains(t, sheet.Said, "which the investigation ranks 2.")
	answer.Service = "auth-service"
	assert.Contains(t, practice.Score(s, answer, nil, nil).Said, "which the investigation does not suspect.")
}

func TestThatNothingIsWrongCanBeRight(t *testing.T) {
	t.Parallel()
	s := &incident.SavedCase{Case: incident.Case{Verdict: incident.Verdict{Level: incident.NoClearCause}}}
	sheet := practice.Score(s, incident.PracticeAnswer{}, &incident.Truth{Cause: "the alert's limit is too tight"}, nil)
	assert.True(t, *sheet.Right)
	assert.True(t, *sheet.Engine)
	assert.Zero(t, sheet.Place)
}

func TestAnAnswerThatMakesNoSenseIsNamed(t *testing.T) {
	t.Parallel()
	for says, answer := range map[string]incident.PracticeAnswer{
		`no phase "lunch"`:    {Spent: map[string]float64{"lunch": 1}},
		"from 0 to 86400":     {Spent: map[string]float64{"impact": 1.7e308}},
		"number of seconds":   {Spent: map[string]float64{"logs": math.NaN()}},
		"a number of seconds": {Spent: map[string]float64{"cause": -1}},
		"names 201 steps":     {Asked: make([]string, 201)},
		"name has 501 bytes":  {Service: strings.Repeat("x", 501)},
	} {
		assert.Contains(t, practice.Check(answer), says)
	}
	assert.Empty(t, practice.Check(incident.PracticeAnswer{Service: "shop", Spent: map[string]float64{"impact": 12.5}, Asked: []string{"impact/latency"}}))
}
