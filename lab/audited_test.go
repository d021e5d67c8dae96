package lab_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/lab/audit"
	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

// requireAudited requires that an independent reading of the same stores comes to the numbers that a case's findings hold.
func requireAudited(t *testing.T, l *lab.Lab, c *incident.Case) {
	t.Helper()
	rows, err := audit.Run(context.Background(), audit.Stores{Prometheus: l.Stack.Prometheus.URL, Tempo: l.Stack.Tempo.URL, Loki: l.Stack.Loki.URL}, c)
	require.NoError(t, err)
	agree := 0
	for _, row := range rows {
		require.NotContains(t, []audit.Outcome{audit.Differs, audit.Denies}, row.Outcome, "%s: %q: %s is %v and not %v (%s)",
			row.Step, row.Statement, row.Number, row.True, row.Said, row.Why)
		if row.Outcome == audit.Agrees {
			agree++
		}
	}
	require.Positive(t, agree, "nothing was recomputed")
	t.Log(audit.Summary(rows))
}

// requireSameAgain requires that the same window has the same verdict in every run, in the same words.
func requireSameAgain(t *testing.T, l *lab.Lab, instance plugin.Instance, c *incident.Case) {
	t.Helper()
	const more = 2
	for range more {
		again, err := l.Backend.Investigate(context.Background(), instance, l.Request(), func(investigate.Event) {})
		require.NoError(t, err)
		require.Equal(t, c.Verdict.Sentence, again.Verdict.Sentence)
		require.Equal(t, c.Verdict.Candidates, again.Verdict.Candidates)
	}
}
