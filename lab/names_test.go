package lab_test

import (
	"context"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/lab/scenarios/names"
	"github.com/faultline-investigation/faultline/lab/stack"
	"github.com/faultline-investigation/faultline/lab/telemetry"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

// lacks is what a stack's metrics cannot tell: steps that are not checked, with a part of the reason. Whatever is not named
// here must be told as the usual stack tells it.
type lacks struct {
	unchecked map[string]string
	bare      bool    // requests are counted without exemplars, so that there is none to find
	together  bool    // operations are not told apart, so that numbers are of the whole service
	coarse    float64 // how far buckets may move a p99, as a share; 0 means a tenth
}

const (
	noCodes   = "carries no status codes of HTTP or gRPC"
	noEdges   = "No metric of calls between services is known"
	noSeconds = "counts requests and does not measure how long they take"
)

// cannot says for every stack what its metrics cannot give.
var cannot = map[names.Names]lacks{
	names.OTel:      {},
	names.Native:    {},
	names.Spring:    {},
	names.Tempo:     {unchecked: map[string]string{"impact/status-codes": noCodes, "example/refused-traces": noCodes}, bare: true},
	names.Collector: {unchecked: map[string]string{"impact/status-codes": noCodes, "example/refused-traces": noCodes}, bare: true, coarse: 0.5},
	names.Istio:     {unchecked: map[string]string{"impact/blast-radius": "istio_requests_total counts no calls to it"}, together: true, coarse: 0.15},
	names.Classic:   {unchecked: map[string]string{"impact/callees": noEdges, "impact/dependencies": noEdges}},
	names.Counts: {bare: true, unchecked: map[string]string{"impact/latency": noSeconds, "example/slow-traces": noSeconds,
		"impact/callees": noEdges, "impact/dependencies": noEdges}},
}

// atOnce keeps the machine from running the stores of all stacks at one time.
var atOnce = make(chan struct{}, 2)

func TestEveryStacksNamesLeadToTheSameFindingsOrSayWhatTheyLack(t *testing.T) {
	t.Parallel()
	usual, err := world.Backend.Investigate(context.Background(), patient(t, instanceWith(t, "metrics", world.Stack.Prometheus.URL)), world.Request(), func(investigate.Event) {})
	require.NoError(t, err)
	for _, n := range names.All() {
		if n == names.Usual {
			continue
		}
		t.Run(string(n), func(t *testing.T) {
			t.Parallel()
			missing, told := cannot[n]
			require.True(t, told, "say what %s cannot give", n)
			c := investigatedNamed(t, n)
			for _, s := range usual.Steps {
				requireSameOutcome(t, s, stepOf(t, c, s.Key()), missing)
			}
			requireSameNumbers(t, usual, c, missing)
			requireSameTable(t, usual, c, missing)
			require.Equal(t, usual.Verdict.Sentence, c.Verdict.Sentence)
			require.Equal(t, world.Scenario.Truth().Component, c.Verdict.Candidates[0].Component)
			require.LessOrEqual(t, c.Cost.Queries, investigate.DefaultLimits().Questions)
			require.LessOrEqual(t, len(questionsOf(c, incident.PhaseImpact)), 15)
		})
	}
}

func requireSameOutcome(t *testing.T, usual, s incident.StepResult, missing lacks) {
	t.Helper()
	if reason, lost := missing.unchecked[s.Key()]; lost {
		require.Equal(t, incident.NotChecked, s.Outcome, s.Key())
		require.Contains(t, s.Reason, reason, s.Key())
		require.NotEmpty(t, s.Advice, s.Key())
		require.Empty(t, s.Findings, s.Key())
		return
	}
	if missing.bare && s.Key() == "example/exemplars" {
		require.Equal(t, incident.Clear, s.Outcome, s.Key())
		return
	}
	if missing.together && s.Key() == "impact/request-rate" {
		// Checkouts fall by an eighth, and all requests together by little more than what is worth telling: chance decides.
		require.Contains(t, []incident.Outcome{incident.Found, incident.Clear}, s.Outcome, s.Key())
		return
	}
	require.Equal(t, usual.Outcome, s.Outcome, "%s: %s", s.Key(), s.Reason)
}

func requireSameNumbers(t *testing.T, usual, c *incident.Case, missing lacks) {
	t.Helper()
	errors, was := valueOf(t, c, "impact/error-rate", "error rate"), valueOf(t, usual, "impact/error-rate", "error rate")
	if missing.together {
		require.Contains(t, stepOf(t, c, "impact/service").Findings[0].Sentence, "It does not tell POST /api/checkout from the service's other operations")
		require.InDelta(t, 0.04, errors.Value, 0.004, "the failing checkouts among all requests of the service")
		rate := valueOf(t, c, "impact/request-rate", "request rate")
		require.Less(t, rate.Value, *rate.Baseline)
	} else {
		require.InEpsilon(t, was.Value, errors.Value, 0.02)
		require.InDelta(t, *was.Baseline, *errors.Baseline, 0.0002)
		require.InDelta(t, -0.12, valueOf(t, c, "impact/request-rate", "change of request rate").Value, 0.01)
	}
	if missing.unchecked["impact/status-codes"] == "" {
		require.InDelta(t, 0.72, valueOf(t, c, "impact/status-codes", "503").Value, 0.02)
	}
	require.InDelta(t, usual.Facts.Errors.Moved.Middle().Unix(), c.Facts.Errors.Moved.Middle().Unix(), 60)
	if missing.unchecked["impact/latency"] == "" {
		p99, before := valueOf(t, c, "impact/latency", "p99 latency"), valueOf(t, usual, "impact/latency", "p99 latency")
		require.InEpsilon(t, before.Value, p99.Value, missing.within())
		require.Equal(t, "latency", c.Facts.Onset.First)
		require.InDelta(t, usual.Facts.Onset.Middle().Unix(), c.Facts.Onset.Middle().Unix(), 60)
	} else {
		require.Equal(t, "errors", c.Facts.Onset.First)
	}
}

func requireSameTable(t *testing.T, usual, c *incident.Case, missing lacks) {
	t.Helper()
	if missing.unchecked["impact/dependencies"] != "" {
		require.Nil(t, c.Facts.Dependencies)
		return
	}
	rows := map[string]incident.Dependency{}
	for _, row := range c.Facts.Dependencies.Rows {
		rows[row.Service] = row
	}
	require.Len(t, rows, len(usual.Facts.Dependencies.Rows))
	for _, want := range usual.Facts.Dependencies.Rows {
		row := rows[want.Service]
		require.Equal(t, want.Health, row.Health, want.Service)
		require.InEpsilon(t, *want.P99, *row.P99, missing.within(), want.Service)
		require.InDelta(t, *want.Errors, *row.Errors, 0.1**want.Errors+0.00005, want.Service)
		require.InEpsilon(t, *want.Rate, *row.Rate, 0.02, want.Service)
	}
}

func (l lacks) within() float64 {
	if l.coarse == 0 {
		return 0.1
	}
	return l.coarse
}

// questionsOf are the different questions that a phase's steps asked.
func questionsOf(c *incident.Case, of incident.Phase) map[string]bool {
	asked := map[string]bool{}
	for _, s := range c.Steps {
		for _, q := range s.Queries {
			if s.Phase == of {
				asked[q.Text+q.Window.From.String()+q.Window.To.String()] = true
			}
		}
	}
	return asked
}

// investigatedNamed loads the lab's incident under other names into a metrics store of its own, and investigates it with
// the lab's traces and logs.
func investigatedNamed(t *testing.T, n names.Names) *incident.Case {
	t.Helper()
	atOnce <- struct{}{}
	defer func() { <-atOnce }()
	generator, err := world.Named(string(n))
	require.NoError(t, err)
	servers, err := stack.Start(context.Background(), stack.Options{Progress: os.Stderr, MetricsOnly: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, servers.Stop(context.Background())) }()
	_, err = telemetry.Load(context.Background(), generator, telemetry.Endpoints{Metrics: servers.Prometheus.OTLP}, nil)
	require.NoError(t, err)
	instance := instanceWith(t, "metrics", servers.Prometheus.URL)
	instance = patient(t, instance)
	c, err := world.Backend.Investigate(context.Background(), instance, world.Request(), func(investigate.Event) {})
	require.NoError(t, err)
	return c
}

// patient is an instance that waits long for its stores: many stacks share this machine.
func patient(t *testing.T, instance plugin.Instance) plugin.Instance {
	t.Helper()
	limited(t, instance, "2m")
	return instance
}

// limited says how long an instance waits for an answer.
func limited(t *testing.T, instance plugin.Instance, timeout string) {
	t.Helper()
	settings, ok := instance.Settings.(map[string]any)
	require.True(t, ok)
	settings["limits"] = map[string]any{"questionTimeout": timeout}
}

func TestTheConventionsAreExplainedAndKeptForTheNextRun(t *testing.T) {
	t.Parallel()
	instance := instanceWith(t, "metrics", world.Stack.Prometheus.URL)
	report := explained(t, instance, "conventions")
	roles := map[string]incident.ConventionRole{}
	for _, r := range report.Roles {
		roles[r.Role] = r
	}
	require.Equal(t, "OpenTelemetry HTTP", roles["requests"].Chosen)
	require.Equal(t, "OpenTelemetry HTTP, from the buckets of http_server_request_duration_seconds.", roles["latency"].Why)
	require.Equal(t, "service graph", roles["edges"].Chosen)
	require.Equal(t, "OpenTelemetry resource", roles["build"].Chosen)
	require.Empty(t, roles["queue"].Chosen)
	require.Equal(t, "kube-state-metrics", roles["pods"].Chosen)
	require.Equal(t, "service_name", report.Labels[0].Chosen)

	require.Equal(t, report.Asked, explained(t, instance, "conventions").Asked, "what is known is not asked again")
	c, err := world.Backend.Investigate(context.Background(), instance, world.Request(), func(investigate.Event) {})
	require.NoError(t, err)
	require.False(t, stepOf(t, c, "impact/conventions").Queries[0].Asked.IsZero())
	require.Equal(t, report.Chosen, *c.Facts.Conventions)
}

func explained(t *testing.T, instance plugin.Instance, path string) incident.ConventionReport {
	t.Helper()
	var body []byte
	require.NoError(t, world.Backend.Call(context.Background(), instance, "GET", path, nil, func(chunk []byte) error {
		body = append(body, chunk...)
		return nil
	}))
	var report incident.ConventionReport
	require.NoError(t, json.Unmarshal(body, &report), string(body))
	return report
}
