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
			l := world
			if name != world.Scenario.Name() {
				l = ownLab(t, name)
			}
			instance := patient(t, l.Instance())
			instance.UID += "-" + name // the shared lab's own goes on with its own settings
			c, err := l.Backend.Investigate(context.Background(), instance, l.Request(), func(investigate.Event) {})
			require.NoError(t, err)
			if *record {
				writeStepRecordings(t, l, c, name)
			}
			requireAudited(t, l.Stack, c)
			requireSameAgain(t, l.Backend, instance, c)
			require.LessOrEqual(t, c.Cost.Queries, investigate.DefaultLimits().Questions)
			require.LessOrEqual(t, impactQuestions(c), 15)
			requireTold(t, c, earlierDays[name]...)
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
			requireOwnNumber(t, c, ownNumber[name])
		})
	}
}

// earlierDays are what is to be said of the same hours of earlier days, in scenarios whose stores hold them.
var earlierDays = map[string][]string{
	"nightfall": {`Request rate is \d+% below normal: .* That is as usual at this time of day: by 4 earlier days it would be `,
		`In the same hour of 4 earlier days it was 0\.\d+%`, `In the same hour of 4 earlier days it was \d+ ms`},
	"surge": {`Request rate is \d+% above normal: .* By the time of day, as 4 earlier days had it, it would be [34]\.?\d*/s`},
}

func requireTold(t *testing.T, c *incident.Case, expressions ...string) {
	t.Helper()
	var told []string
	for _, s := range c.Steps {
		for _, f := range s.Findings {
			told = append(told, f.Sentence)
		}
	}
	for _, e := range expressions {
		require.True(t, slices.ContainsFunc(told, regexp.MustCompile(e).MatchString), "%s is in none of %q", e, told)
	}
}

// ownNumber is the number that the cause is known by, where it has one: it has to come back too before the incident is over.
var ownNumber = map[string]string{
	"walkthrough": "DNS lookups of api.stripe.com", "node": "time waiting for a processor on worker-3", "queue": "messages waiting in orders",
	"pool": "connections to ledger-db in use by transfer-service", "surge": "throttled CPU periods",
}

func requireOwnNumber(t *testing.T, c *incident.Case, name string) {
	t.Helper()
	if name == "" {
		return
	}
	at := slices.IndexFunc(c.Facts.Recovery.Criteria, func(k incident.ExitCriterion) bool { return k.Name == name })
	require.GreaterOrEqual(t, at, 0, "%s is none of %v", name, c.Facts.Recovery.Criteria)
	own := c.Facts.Recovery.Criteria[at]
	require.NotNil(t, own.Now, "%s was asked for: %s", name, own.Query)
	require.Greater(t, *own.Now, *own.Most, name)
	require.Less(t, own.Normal, *own.Most, name)
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
