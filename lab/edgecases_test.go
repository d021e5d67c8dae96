package lab_test

import (
	"context"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/lab/scenarios/edgecases"
	"github.com/faultline-investigation/faultline/lab/stack"
	"github.com/faultline-investigation/faultline/lab/telemetry"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

// right is what is to be said of an edge case beside its cause.
type right struct {
	failed, normal float64 // shares of requests that fail now and before; both 0: not read
	refused        bool    // they are of those that are refused
	rate           float64 // requests per second; 0: not read
	says           string  // part of the verdict; empty: who it is may be told by the second candidate too, and nothing is Likely
	level          incident.Level
	never          []string // in no sentence of the page
	also           func(t *testing.T, c *incident.Case)
}

var rightly = map[string]right{
	"refused": {failed: 0.55, normal: 0.03, refused: true, rate: 1.7, says: "403", also: func(t *testing.T, c *incident.Case) {
		t.Helper()
		require.InDelta(t, 0, c.Facts.Errors.Now, 0, "a refusal is no server's error")
	}},
	"orphaned": {says: "process claims of claims-assessor fails", level: incident.Possible, also: func(t *testing.T, c *incident.Case) {
		t.Helper()
		require.Greater(t, valueOf(t, c, "example/failing-traces", "failing traces").Value, 350.0)
		for _, key := range []string{"impact/service", "impact/error-rate", "impact/onset"} {
			require.Equal(t, incident.NotChecked, stepOf(t, c, key).Outcome, key)
			require.NotEmpty(t, stepOf(t, c, key).Advice, key)
		}
	}},
	"polled": {rate: 1.6, says: "access-rules", level: incident.Likely, never: []string{"GET /locks/{id}/events is degraded", "p99 is 10 s"}},
	"stacked": {failed: 0.22, rate: 1.6, says: "POST /prints of letter-printer fails", also: func(t *testing.T, c *incident.Case) {
		t.Helper()
		require.Contains(t, c.Facts.Pattern.Text, "no template for locale")
	}},
	"procedures": {failed: 0.16, rate: 2.1, says: "till.v1.Vouchers/Redeem of voucher-rpc fails"},
	"replicated": {failed: 0.12, rate: 1.9, says: "POST /checks of eligibility-check fails", also: func(t *testing.T, c *incident.Case) {
		t.Helper()
		require.InDelta(t, 2, valueOf(t, c, "impact/counters", "copies of a series").Value, 0)
	}},
	"rewritten": {says: "POST /slots of slot-service fails", never: []string{"Error rate is", "Request rate is", "no fault of the service"},
		also: func(t *testing.T, c *incident.Case) {
			t.Helper()
			require.Equal(t, incident.NotChecked, stepOf(t, c, "impact/error-rate").Outcome)
		}},
	"pieces": {failed: 0.19, normal: 0.001, rate: 2.2, level: incident.Possible, never: []string{"no longer calls"}},
	"retried": {rate: 4.3, says: "stock-ledger", never: []string{"no fault of the service"}, also: func(t *testing.T, c *incident.Case) {
		t.Helper()
		require.Greater(t, c.Facts.Traffic.Now, 2*c.Facts.Traffic.Normal, "it is asked more often all the same")
		requireTold(t, c, `A trace asks availability-api \d(\.\d)? times, normally 1\..* they are retries`)
	}},
	"silenced": {rate: 1.8, says: `reading-store cannot start: secret meter-keys or a key of it does not exist`, level: incident.Likely},
	"cacheless": {failed: 0.6, rate: 1.9, says: "calls from seat-map to seat-cache fail: the connection is refused", level: incident.Possible,
		never: []string{"seat-map is degraded"}},
	"sluggish":     {rate: 2.2, says: "calls from tariff-api to tariff-db", level: incident.Possible},
	"unannounced":  {failed: 0.3, rate: 2.1, says: "offer-engine was changed from version 6.0.3 to 6.1.0", level: incident.Likely},
	"switched":     {failed: 0.36, rate: 2, says: "feature flag points-scheme in points-api was switched from flat to tiered", level: incident.Likely},
	"migrated":     {failed: 0.4, rate: 1.9, says: "schema migration 31 - drop currency was run by schema-runner", level: incident.Possible},
	"unwound":      {failed: 0.45, rate: 1.8, says: "POST /payments of card-gateway fails", never: []string{"It went wrong in DELETE"}},
	"shrugged":     {failed: 0.4, rate: 2, says: "POST /rates of rate-engine fails", never: []string{"went wrong in HGETALL"}},
	"quiet-pieces": {never: []string{"no longer calls"}}, "quiet-replicas": {rate: 1.8}, "cold-starts": {normal: 0.003},
}

// All edge cases lie in one set of stores, so that each has the others' telemetry beside it.
func TestEdgeCasesOfTelemetryAreReadRight(t *testing.T) {
	t.Parallel()
	servers, alert := edgeCaseStores(t)
	at := func(s *stack.Server) map[string]string { return map[string]string{"url": s.URL} }
	few := make(chan struct{}, 2) // at once: the other tests' stores are busy too
	for _, k := range edgecases.All() {
		t.Run(k.Name(), func(t *testing.T) {
			t.Parallel()
			few <- struct{}{}
			defer func() { <-few }()
			want, told := rightly[k.Name()]
			require.True(t, told, "say what is right of it")
			instance := patient(t, instanceWith(t, "metrics", servers.Prometheus.URL))
			settings, ok := instance.Settings.(map[string]any)
			require.True(t, ok)
			settings["traces"], settings["logs"] = at(servers.Tempo), at(servers.Loki)
			request := investigate.Request{Subject: incident.Subject{Service: k.Page.Service, Operation: k.Page.Operation},
				Window: incident.Window{From: alert.Add(-time.Hour), To: alert}}
			c, err := world.Backend.Investigate(context.Background(), instance, request, func(investigate.Event) {})
			require.NoError(t, err)
			require.LessOrEqual(t, c.Cost.Queries, investigate.DefaultLimits().Questions)
			t.Logf("%s Not answered: %v", c.Verdict.Sentence, unanswered(c))
			requireRight(t, c, want, k, alert)
			requireAudited(t, servers, c)
		})
	}
}

// sideBySide are systems whose telemetry goes to the same stores at the same time.
type sideBySide []*edgecases.Source

func (all sideBySide) Begin() time.Time {
	return slices.MinFunc(all, func(a, b *edgecases.Source) int { return a.Begin().Compare(b.Begin()) }).Begin()
}

func (all sideBySide) Alert() time.Time { return all[0].Alert() }

func (all sideBySide) Generate(until time.Time) telemetry.Batch {
	together := telemetry.Batch{Traces: ptrace.NewTraces(), Metrics: pmetric.NewMetrics(), Logs: plog.NewLogs()}
	for _, one := range all {
		batch := one.Generate(until)
		batch.Traces.ResourceSpans().MoveAndAppendTo(together.Traces.ResourceSpans())
		batch.Metrics.ResourceMetrics().MoveAndAppendTo(together.Metrics.ResourceMetrics())
		batch.Logs.ResourceLogs().MoveAndAppendTo(together.Logs.ResourceLogs())
	}
	return together
}

// edgeCaseStores are stores with the telemetry of every edge case, whose alerts ring at one time.
func edgeCaseStores(t *testing.T) (*stack.Stack, time.Time) {
	t.Helper()
	atOnce <- struct{}{}
	defer func() { <-atOnce }()
	servers, err := stack.Start(t.Context(), stack.Options{OnlyPast: true, Progress: os.Stderr})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, servers.Stop(context.Background())) })
	endpoints := telemetry.Endpoints{Traces: servers.Tempo.OTLP, Metrics: servers.Prometheus.OTLP, Logs: servers.Loki.OTLP}
	settling, err := lab.Unsettled(t.Context(), servers.Tempo.URL)
	require.NoError(t, err)
	alert, played := time.Now().Truncate(time.Second), sideBySide{}
	for i, k := range edgecases.All() {
		played = append(played, k.Play(alert, uint64(4001+97*i))) // #nosec G115 -- they are few
	}
	volume, err := telemetry.Load(t.Context(), played, endpoints, settling.Pushed)
	require.NoError(t, err)
	require.NoError(t, settling.Settle(t.Context(), volume.Traces))

	settling, err = lab.Unsettled(t.Context(), servers.Tempo.URL)
	require.NoError(t, err)
	pusher, late := telemetry.NewPusher(endpoints), 0
	defer pusher.Close()
	for _, source := range played {
		volume, err := pusher.Push(t.Context(), source.Late())
		require.NoError(t, err)
		late += volume.Traces
	}
	require.Positive(t, late)
	require.NoError(t, settling.Settle(t.Context(), late))
	return servers, alert
}

// unanswered are the reasons of steps whose stores failed them.
func unanswered(c *incident.Case) []string {
	var reasons []string
	for _, s := range c.Steps {
		for _, q := range s.Queries {
			if q.Problem != "" {
				reasons = append(reasons, s.Key()+": "+q.Problem)
			}
		}
	}
	return reasons
}

func requireRight(t *testing.T, c *incident.Case, want right, k edgecases.Case, alert time.Time) {
	t.Helper()
	for _, s := range c.Steps {
		for _, f := range s.Findings {
			for _, never := range want.never {
				require.NotContains(t, f.Sentence, never, s.Key())
			}
		}
	}
	truth := k.Truth()
	if truth.Quiet {
		requireNobodyAccused(t, c)
		require.Nil(t, c.Facts.Onset)
	} else {
		require.NotEmpty(t, c.Verdict.Candidates, c.Verdict.Sentence)
		first := c.Verdict.Candidates[:1]
		if want.says == "" {
			first = c.Verdict.Candidates[:min(2, len(c.Verdict.Candidates))]
		}
		require.True(t, slices.ContainsFunc(first, func(k incident.Candidate) bool { return k.Service == truth.Service }), c.Verdict.Sentence)
		require.Contains(t, c.Verdict.Sentence, want.says)
	}
	if want.level != "" {
		require.Equal(t, want.level, c.Verdict.Level, c.Verdict.Sentence)
	}
	if want.failed+want.normal > 0 {
		failing := c.Facts.Errors
		if want.refused {
			failing = c.Facts.Refused
		}
		// Chance of the some 500 requests of five minutes; the audit holds the number against what was sent.
		require.InDelta(t, want.failed, failing.Now, 0.08)
		require.InDelta(t, want.normal, failing.Normal, 0.01)
	}
	if want.rate > 0 {
		require.InEpsilon(t, want.rate, c.Facts.Traffic.Now, 0.15)
	}
	if onset := c.Facts.Onset; onset != nil {
		began := alert.Add(truth.Since)
		// One margin in twenty does not hold the truth, and the samples are half a minute apart.
		require.WithinDuration(t, began, onset.Middle(), 2*onset.Margin()+30*time.Second)
	}
	if want.also != nil {
		want.also(t, c)
	}
}
