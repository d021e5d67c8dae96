package lab_test

import (
	"context"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/scenarios"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

// The backend is told which service and operation an alert names, and the time. What is true it has to find.
func TestEveryScenariosTruthIsRankedFirstForItsKindOfReason(t *testing.T) {
	t.Parallel()
	for _, name := range scenarios.Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := ownLab(t, name)
			c, err := l.Backend.Investigate(context.Background(), l.Instance(), l.Request(), func(investigate.Event) {})
			require.NoError(t, err)
			if *record && stepRecordings[name] != nil {
				writeStepRecording(t, l, c, name)
			}
			require.LessOrEqual(t, c.Cost.Queries, investigate.DefaultLimits().Questions)
			require.LessOrEqual(t, impactQuestions(c), 15)
			truth := l.Scenario.Truth()
			if truth.Quiet {
				requireNobodyAccused(t, c)
				return
			}
			require.NotEqual(t, incident.NoClearCause, c.Verdict.Level, c.Verdict.Sentence)
			t.Logf("%s, ranking %v", c.Verdict.Sentence, c.Facts.Ranking)
			first := c.Verdict.Candidates[0]
			require.Equal(t, truth.Service+": "+truth.Component, first.Service+": "+first.Component, c.Verdict.Sentence)
			reason := regexp.MustCompile(truth.Reason)
			require.True(t, slices.ContainsFunc(first.Because, reason.MatchString), "%s stands in none of %q", truth.Reason, first.Because)
			requireRemedy(t, c, truth.Remedy)
		})
	}
}

// requireRemedy requires that the command which takes the cause away is among those to consider.
func requireRemedy(t *testing.T, c *incident.Case, remedy string) {
	t.Helper()
	var offered []string
	for _, f := range stepOf(t, c, "recovery/mitigations").Findings {
		for _, k := range f.Evidence.Commands {
			if k.Changes {
				offered = append(offered, k.Text)
			}
		}
	}
	require.NotEmpty(t, offered, "every one of these causes has something to be done about it")
	if remedy != "" {
		require.Contains(t, offered, remedy)
	}
}

func requireNobodyAccused(t *testing.T, c *incident.Case) {
	t.Helper()
	require.Equal(t, incident.NoClearCause, c.Verdict.Level, c.Verdict.Sentence)
	require.Empty(t, c.Verdict.Candidates)
	require.Empty(t, c.Verdict.Chain)
	require.Contains(t, c.Verdict.Sentence, "No clear cause")
}
