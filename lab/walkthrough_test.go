package lab_test

import (
	"context"
	"encoding/json"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

// The walkthrough's numbers, as an investigation by the real backend in the real stores must find them.
func TestTheWalkthroughIsFoundNumberForNumber(t *testing.T) {
	t.Parallel()
	c := investigated(t)

	errors := valueOf(t, c, "impact/error-rate", "error rate")
	require.InDelta(t, 0.073, errors.Value, 0.004)
	require.InDelta(t, 0.001, *errors.Baseline, 0.0005)
	latency := valueOf(t, c, "impact/latency", "p99 latency")
	require.InDelta(t, 2.3, latency.Value, 0.15)
	require.InDelta(t, 0.4, *latency.Baseline, 0.05)
	require.InDelta(t, -0.12, valueOf(t, c, "impact/request-rate", "change of request rate").Value, 0.02)
	require.InDelta(t, 0.72, valueOf(t, c, "impact/status-codes", "503").Value, 0.02)
	require.InDelta(t, 0.28, valueOf(t, c, "impact/status-codes", "500").Value, 0.02)

	failing := valueOf(t, c, "example/failing-traces", "failing traces")
	require.InDelta(t, 847, failing.Value, 0)
	require.False(t, failing.AtLeast)
	lines := valueOf(t, c, "logs/failing-pattern", "lines")
	require.InDelta(t, 847, lines.Value, 0)
	require.InDelta(t, 3, *lines.Baseline, 0)
	lookups := valueOf(t, c, "cause/lookups", "DNS lookups of api.stripe.com")
	require.InDelta(t, 2.1, lookups.Value, 0.05)
	require.InDelta(t, 0.005, *lookups.Baseline, 0.001)
	require.InDelta(t, 98, valueOf(t, c, "cause/pool", "connections in use").Value, 0)
	require.InDelta(t, 100, valueOf(t, c, "cause/pool", "connections allowed").Value, 0)
}

func TestTheDependencyTableHasTheWalkthroughsFourRows(t *testing.T) {
	t.Parallel()
	c := investigated(t)
	want := map[string]struct {
		p99, errors float64
		health      incident.Health
	}{
		"auth-service":      {0.045, 0.0001, incident.Healthy},
		"inventory-service": {0.089, 0.0002, incident.Healthy},
		"payment-service":   {1.8, 0.082, incident.Degraded},
		"notification-svc":  {0.034, 0, incident.Healthy},
	}
	rows := c.Facts.Dependencies.Rows
	require.Len(t, rows, len(want))
	for _, row := range rows {
		w, expected := want[row.Service]
		require.True(t, expected, row.Service)
		require.InEpsilon(t, w.p99, *row.P99, 0.1, row.Service)
		require.InDelta(t, w.errors, *row.Errors, 0.1*w.errors, row.Service)
		require.Equal(t, w.health, row.Health, row.Service)
	}
}

func TestTheChosenTraceAndItsCulpritAreTheWalkthroughs(t *testing.T) {
	t.Parallel()
	c := investigated(t)
	trace := c.Facts.Example.Trace
	require.Equal(t, "8f2e4a1b7c9d3e5f", trace.ID)
	require.Equal(t, 4, trace.Services())
	require.Equal(t, "2.847s", trace.Duration.String())
	culprit := c.Facts.Culprit
	require.Equal(t, "stripe-api: POST /v1/charges", culprit.Span.Name)
	require.Equal(t, "2.62s", culprit.Span.Duration.String())
	require.Equal(t, "api.stripe.com", culprit.External)
	require.True(t, culprit.Timeout)

	var payment []string
	for _, line := range c.Facts.TraceLines.Lines {
		if line.Labels["service_name"] == "payment-service" {
			var read struct{ Message string }
			require.NoError(t, json.Unmarshal([]byte(line.Text), &read))
			payment = append(payment, read.Message)
		}
	}
	require.Equal(t, []string{"Processing payment", "Stripe request failed, retrying", "Stripe request failed, retrying",
		"Stripe request failed, retrying", "Payment failed after retries"}, payment)
}

func TestTheOnsetIsWhereTheStoryHasItAndLatencyComesFirst(t *testing.T) {
	t.Parallel()
	c := investigated(t)
	alert := world.Generator.Alert()
	onset := c.Facts.Onset
	require.Equal(t, "latency", onset.First)
	require.InDelta(t, -17*60, onset.Middle().Sub(alert).Seconds(), 45)
	require.InDelta(t, 120, onset.Lead.Seconds(), 45)
}

func TestTheVerdictNamesThePolicyAndEveryStepLooked(t *testing.T) {
	t.Parallel()
	c := investigated(t)
	require.Equal(t, incident.Likely, c.Verdict.Level)
	require.Equal(t, "Likely: network policy restrict-coredns cut CoreDNS off.", c.Verdict.Sentence)
	truth := world.Scenario.Truth()
	top := c.Verdict.Candidates[0]
	require.Equal(t, truth.Service, top.Service)
	require.Equal(t, truth.Component, top.Component)
	require.Greater(t, top.Score, c.Verdict.Candidates[1].Score)
	require.NotEmpty(t, top.Because)
	require.Empty(t, c.Verdict.Unchecked)
	require.Len(t, c.Steps, len(investigate.All()))
}

func TestTheChainRunsFromThePolicyToTheErrorsInTheOrderOfTheStory(t *testing.T) {
	t.Parallel()
	c := investigated(t)
	alert := world.Generator.Alert()
	for i, want := range []struct {
		step    string
		says    string
		minutes float64 // before the alert
	}{
		{"cause/changes", "network policy restrict-coredns (kube-system) was created", 47},
		{"cause/pods", "pods of coredns (kube-system) begin to crash", 46},
		{"cause/infra-logs", `coredns (kube-system) logs "upstream timeout" for api.stripe.com`, 17.25},
		{"cause/lookups", "DNS lookups of api.stripe.com by payment-service slow down", 17},
	} {
		link := c.Verdict.Chain[i]
		require.Equal(t, want.step, link.Step)
		require.Equal(t, want.says, link.Sentence)
		require.InDelta(t, -60*want.minutes, link.At.Sub(alert).Seconds(), 20, want.step)
	}
	steps, said := map[string]bool{}, []string{}
	for i, link := range c.Verdict.Chain {
		said = append(said, link.Sentence)
		steps[link.Step] = true
		require.False(t, i > 0 && link.At.Before(c.Verdict.Chain[i-1].At), "the chain is in the order of time")
	}
	require.Contains(t, said, "connections of payment-service run out")
	for _, step := range []string{"cause/pool", "impact/latency", "impact/request-rate", "impact/error-rate"} {
		require.True(t, steps[step], step)
	}
}

func TestTheUnrelatedRolloutIsShownAndRanksBelowWhatIsLinked(t *testing.T) {
	t.Parallel()
	c := investigated(t)
	last := len(c.Verdict.Candidates) - 1
	require.Equal(t, "deployment/recommendation-service", c.Verdict.Candidates[last].Component)
	require.Contains(t, c.Verdict.Candidates[last].Because[0], "also changed before the onset")
	var listed []string
	for _, k := range c.Facts.Changes.List {
		require.True(t, k.BeforeOnset)
		listed = append(listed, k.Object+" "+k.What)
	}
	require.Equal(t, []string{"storefront scaled", "restrict-coredns created", "recommendation-service rolled out"}, listed)
}

func TestThePodsInTroubleAreCoreDNSAndNoOthers(t *testing.T) {
	t.Parallel()
	c := investigated(t)
	require.Len(t, c.Facts.Pods.New, 1)
	trouble := c.Facts.Pods.New[0]
	require.Equal(t, []string{"coredns-5f9b9c7b8-abcd1", "coredns-5f9b9c7b8-efgh2"}, trouble.Pods)
	require.Equal(t, "CrashLoopBackOff", trouble.Reason)
	require.InDelta(t, 24, valueOf(t, c, "cause/pods", "restarts").Value, 0)
	require.Equal(t, "search-service", c.Facts.Pods.AsBefore[0].Workload)
}

func TestTheCommandsCheckCoreDNSAndTakeThePolicyBack(t *testing.T) {
	t.Parallel()
	c := investigated(t)
	var looks, changes []string
	for _, f := range stepOf(t, c, "recovery/mitigations").Findings {
		for _, k := range f.Evidence.Commands {
			stepOf(t, c, k.Step) // the finding that it follows from is there to be read
			if k.Changes {
				changes = append(changes, k.Text)
				continue
			}
			looks = append(looks, k.Text)
		}
	}
	require.Equal(t, []string{"kubectl delete networkpolicy restrict-coredns -n kube-system"}, changes)
	require.Contains(t, looks, "kubectl logs coredns-5f9b9c7b8-abcd1 -n kube-system --previous --tail=50")
	require.Contains(t, looks, "kubectl get events -n kube-system --sort-by=.lastTimestamp")
}

func TestARunKeepsToItsBudgetOfQuestions(t *testing.T) {
	t.Parallel()
	c := investigated(t)
	require.LessOrEqual(t, c.Cost.Queries, investigate.DefaultLimits().Questions)
	require.LessOrEqual(t, impactQuestions(c), 15)
	require.Positive(t, c.Cost.Bytes)
	t.Logf("%d queries, %d ms, %d ms of it waiting for the stores, whose longest chain took %d ms, %d bytes", c.Cost.Queries, c.Cost.Milliseconds, c.Cost.UpstreamMilliseconds,
		c.Cost.ChainMilliseconds, c.Cost.Bytes)
	require.Positive(t, c.Cost.ChainMilliseconds)
}

// impactQuestions counts the distinct questions of the first phase.
func impactQuestions(c *incident.Case) int {
	asked := map[string]bool{}
	for _, s := range c.Steps {
		for _, q := range s.Queries {
			if s.Phase == incident.PhaseImpact {
				asked[q.Text+q.Window.From.String()] = true
			}
		}
	}
	return len(asked)
}

func TestEventsArriveAStepAtATimeAndEndWithTheCase(t *testing.T) {
	t.Parallel()
	var events []investigate.Event
	c, err := world.Backend.Investigate(context.Background(), world.Instance(), world.Request(), func(e investigate.Event) { events = append(events, e) })
	require.NoError(t, err)
	require.Equal(t, investigate.Started, events[0].Type)
	require.Len(t, events[0].Plan, len(investigate.All()))
	require.Equal(t, investigate.Done, events[len(events)-1].Type)
	ended, onset := map[string]bool{}, false
	for _, e := range events[1 : len(events)-1] {
		if e.Type == investigate.Running || e.Type == "alive" { // the second where the stores are slow
			continue
		}
		require.Equal(t, investigate.StepEnded, e.Type)
		onset = onset || e.Facts != nil && e.Facts.Onset != nil
		require.False(t, ended[e.Step.Key()], "%s ended twice", e.Step.Key())
		ended[e.Step.Key()] = true
	}
	require.Len(t, ended, len(c.Steps))
	require.True(t, onset, "the onset is told before the end")
}

// ofTheAlert is the investigation that the walkthrough's alert asks for.
var ofTheAlert = sync.OnceValues(func() (*incident.Case, error) {
	return world.Backend.Investigate(context.Background(), world.Instance(), world.Request(), func(investigate.Event) {})
})

// investigated is what it found, for all tests that read it and change nothing of it.
func investigated(t *testing.T) *incident.Case {
	t.Helper()
	c, err := ofTheAlert()
	require.NoError(t, err)
	return c
}

// valueOf finds a value of a step's findings by its name.
func valueOf(t *testing.T, c *incident.Case, step, name string) incident.Value {
	t.Helper()
	for _, f := range stepOf(t, c, step).Findings {
		for _, v := range f.Values {
			if v.Name == name {
				return v
			}
		}
	}
	require.Failf(t, "no such value", "%s has no value %q", step, name)
	return incident.Value{}
}

func stepOf(t *testing.T, c *incident.Case, key string) incident.StepResult {
	t.Helper()
	for _, s := range c.Steps {
		if s.Key() == key {
			return s
		}
	}
	require.Failf(t, "no such step", "%s", key)
	return incident.StepResult{}
}
