package lab_test

import (
	"bytes"
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

func TestLokiKilledInTheMiddleOfARunCostsPhaseThreeAlone(t *testing.T) {
	t.Parallel()
	l := ownLab(t, "walkthrough")
	killed := false
	c, err := l.Backend.Investigate(context.Background(), l.Instance(), l.Request(), func(investigate.Event) {
		if !killed {
			killed = true
			require.NoError(t, l.Stack.Loki.Kill())
		}
	})
	require.NoError(t, err)
	for _, s := range c.Steps {
		switch {
		case s.Phase == incident.PhaseImpact, s.Phase == incident.PhaseExample:
			require.NotEqual(t, incident.NotChecked, s.Outcome, s.Key())
		case s.Key() == "logs/failing-pattern":
			require.Equal(t, incident.NotChecked, s.Outcome, s.Key())
			require.Contains(t, s.Reason, "Loki")
			require.NotEmpty(t, s.Advice)
		}
	}
	require.Equal(t, incident.Likely, c.Verdict.Level, "metrics and traces still tell the cause")
}

// ownLab is a lab of the test's own, with an incident of its choice.
func ownLab(t *testing.T, scenario string) *lab.Lab {
	t.Helper()
	var log bytes.Buffer
	l, err := lab.Start(context.Background(), lab.Options{Scenario: scenario, Backend: backend, Progress: os.Stderr, Log: &log})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Stop()) })
	return l
}
