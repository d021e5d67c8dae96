package lab_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/audit"
	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/lab/stack"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

// leastAudited is the share of a page's numbers that has to be recomputed, whatever the case.
const leastAudited = 0.65

// leastTelling is the share of these that would not agree if they were twice as large, or half: what a check allows is no shrug.
const leastTelling = 0.55

// requireAudited requires that an independent reading of the same stores comes to the numbers that a case's findings hold.
func requireAudited(t *testing.T, stores *stack.Stack, c *incident.Case) {
	t.Helper()
	rows, err := audit.Run(context.Background(), audit.Stores{Prometheus: stores.Prometheus.URL, Tempo: stores.Tempo.URL, Loki: stores.Loki.URL}, c)
	require.NoError(t, err)
	for _, row := range rows {
		require.NotContains(t, []audit.Outcome{audit.Differs, audit.Denies}, row.Outcome, "%s: %q: %s is %v and not %v (%s)",
			row.Step, row.Statement, row.Number, row.True, row.Said, row.Why)
	}
	t.Log(audit.Summary(rows))
	require.GreaterOrEqual(t, audit.Share(rows), leastAudited, "numbers without a measure, or a measure that nothing recomputes: %v", unaudited(rows))
	require.GreaterOrEqual(t, audit.Telling(rows), leastTelling, "the audit allows too much")
}

// unaudited are the numbers that nothing recomputes.
func unaudited(rows []audit.Row) []string {
	var names []string
	for _, row := range rows {
		if row.Outcome == audit.NotAudited {
			names = append(names, row.Step+": "+row.Number+" ("+row.Why+")")
		}
	}
	return names
}

// requireSameAgain requires that the same window has the same verdict in every run, in the same words, and the same first candidate. What
// is told of it may differ by a request: a store that goes on taking spans gets some that began in the window and ended after it.
func requireSameAgain(t *testing.T, backend *plugin.Backend, instance plugin.Instance, c *incident.Case) {
	t.Helper()
	const more = 2
	for range more {
		again, err := backend.Investigate(context.Background(), instance, investigate.Request{Subject: c.Subject, Window: c.Window}, func(investigate.Event) {})
		require.NoError(t, err)
		require.Equal(t, c.Verdict.Sentence, again.Verdict.Sentence)
		require.Equal(t, firstOf(c), firstOf(again))
	}
}

// firstOf is who the first candidate is; all of it is empty where there is none.
func firstOf(c *incident.Case) incident.Candidate {
	if len(c.Verdict.Candidates) == 0 {
		return incident.Candidate{}
	}
	first := c.Verdict.Candidates[0]
	return incident.Candidate{Service: first.Service, Kind: first.Kind, Target: first.Target, Component: first.Component}
}
