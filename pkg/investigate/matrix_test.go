package investigate_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/sourcetest"
)

// patience is the time of a query where a store is slow: enough for those that are not.
const patience = 2 * time.Second

// unhurried are limits with which no store is too slow, however busy the machine is that the tests share.
func unhurried() investigate.Limits {
	limits := investigate.DefaultLimits()
	limits.QuestionTimeout = time.Hour
	return limits
}

// kindsAsked are the kinds of query of an investigation of the walkthrough.
func kindsAsked() []source.Kind {
	return []source.Kind{source.Instant, source.Range, source.MetricNames, source.MetricLabels, source.Exemplars, source.LogLabels, source.Lines, source.LogCount,
		source.TraceSearch, source.TraceByID}
}

func TestEveryFaultOfEveryEndpointCostsItsStepsAndIsNamed(t *testing.T) {
	t.Parallel()
	request, recording := walkthrough(t)
	truth, err := investigate.Run(t.Context(), request, recording, investigate.Options{Limits: unhurried()}, func(investigate.Event) {})
	require.NoError(t, err)
	for _, kind := range kindsAsked() {
		for name, fault := range sourcetest.Faults() {
			t.Run(string(kind)+"/"+name, func(t *testing.T) {
				t.Parallel()
				limits := unhurried()
				if name == "slow" {
					limits.QuestionTimeout = patience
				}
				c, err := investigate.Run(t.Context(), request, sourcetest.Damaged{Truth: recording, Kind: kind, Fault: fault}, investigate.Options{Limits: limits}, func(e investigate.Event) {
					_, err := json.Marshal(e)
					assert.NoError(t, err)
				})
				require.NoError(t, err)
				require.Len(t, c.Steps, len(truth.Steps))
				for i, s := range c.Steps {
					soundStep(t, s)
					// Of a store that is empty it may be true that there is nothing; whole answers said otherwise of all else.
					assert.False(t, name != "empty" && s.Outcome == incident.Clear && truth.Steps[i].Outcome == incident.Found, "%s is clear, but found something in the whole answers", s.Key())
				}
				t.Logf("%v", outcomesThatDiffer(c, truth))
			})
		}
	}
}

func TestStoresThatHoldNothingMakeNoStepClear(t *testing.T) {
	t.Parallel()
	request, recording := walkthrough(t)
	c, err := investigate.Run(t.Context(), request, sourcetest.Damaged{Truth: recording, Fault: sourcetest.Faults()["empty"]}, investigate.Options{}, func(investigate.Event) {})
	require.NoError(t, err)
	for _, s := range c.Steps {
		soundStep(t, s)
		if s.Key() != "recovery/runbook" { // which looks into settings and into no store
			assert.NotEqual(t, incident.Clear, s.Outcome, "%s: %v", s.Key(), s.Findings)
		}
	}
	require.Empty(t, c.Verdict.Normal)
}

// soundStep checks that a step says nothing that its answers do not carry.
func soundStep(t *testing.T, s incident.StepResult) {
	t.Helper()
	failed := slices.ContainsFunc(s.Queries, func(q incident.Query) bool { return q.Problem != "" })
	doubtful := slices.ContainsFunc(s.Queries, func(q incident.Query) bool { return len(q.Warnings) > 0 })
	switch s.Outcome {
	case incident.NotChecked:
		assert.NotEmpty(t, s.Reason, s.Key())
		assert.NotEmpty(t, s.Advice, s.Key())
	case incident.Clear:
		assert.False(t, failed, "%s is clear although a query failed", s.Key())
		assert.False(t, doubtful, "%s is clear although an answer may lack something", s.Key())
	case incident.Found:
		assert.True(t, !doubtful || len(s.Notes) > 0, "%s does not say that an answer may lack something", s.Key())
	}
}

func outcomesThatDiffer(c, truth *incident.Case) []string {
	var differ []string
	for i, s := range c.Steps {
		if s.Outcome != truth.Steps[i].Outcome {
			differ = append(differ, s.Key()+": "+string(truth.Steps[i].Outcome)+" -> "+string(s.Outcome)+" "+s.Reason)
		}
	}
	return differ
}
