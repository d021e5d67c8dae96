package lab_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/lab/scenarios"
	"github.com/faultline-investigation/faultline/lab/scenarios/rollout"
	"github.com/faultline-investigation/faultline/lab/telemetry"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

// Two systems of services of the same names share the stores. In one of them a fifth of the bookings fails since a release of one
// service; in the other, three fifths, earlier and because of another.
func TestServicesOfOneNameAreToldApartOrAskedFor(t *testing.T) {
	t.Parallel()
	l := ownLab(t, "rollout")
	besides(t, l)
	instance := patient(t, l.Instance())
	asked := func(change func(*incident.Subject)) *incident.Case {
		request := l.Request()
		change(&request.Subject)
		c, err := l.Backend.Investigate(context.Background(), instance, request, func(investigate.Event) {})
		require.NoError(t, err)
		require.LessOrEqual(t, c.Cost.Queries, investigate.DefaultLimits().Questions)
		return c
	}

	for namespace, truth := range map[string]struct {
		service string
		failed  float64
		never   string // what only the other one's telemetry says
	}{
		"travel":       {"fare-service", 0.2, "seat map"},
		"travel-trial": {"seat-service", 0.6, "NullPointerException"},
	} {
		for how, change := range map[string]func(*incident.Subject){
			"said": func(s *incident.Subject) { s.Namespace = namespace },
			"of the alert": func(s *incident.Subject) {
				s.Alert = &incident.Alert{Labels: map[string]string{"namespace": namespace}}
			},
		} {
			c := asked(change)
			said := fmt.Sprintf("%s %s: %s", namespace, how, c.Verdict.Sentence)
			require.NotNil(t, c.Facts.Errors, said)
			require.InDelta(t, truth.failed, c.Facts.Errors.Now, 0.06, said)
			require.Equal(t, truth.service, c.Verdict.Candidates[0].Service, said)
			require.NotNil(t, c.Facts.Example, said)
			for _, s := range c.Facts.Example.Trace.Spans {
				require.Equal(t, namespace, s.Resource["service.namespace"], said)
			}
			for _, s := range c.Steps {
				for _, f := range s.Findings {
					require.NotContains(t, f.Sentence, truth.never, s.Key())
				}
			}
			require.Contains(t, told(c, "impact/scope"), "of namespace "+namespace+" alone", said)
		}
	}

	for how, change := range map[string]func(*incident.Subject){
		"nothing said": func(*incident.Subject) {},
		"of what reports it": func(s *incident.Subject) {
			s.Alert = &incident.Alert{Labels: map[string]string{"namespace": "monitoring"}}
		},
	} {
		c := asked(change)
		require.NotEqual(t, incident.Likely, c.Verdict.Level, how)
		require.Contains(t, c.Verdict.Sentence, "several services called booking-api", how)
		require.Contains(t, told(c, "impact/scope"), "booking-api serves requests in 2 namespaces: travel (", how)
		require.Equal(t, how != "nothing said", strings.Contains(told(c, "impact/scope"), "monitoring"), how)
	}
}

// besides loads the other system into the lab's stores.
func besides(t *testing.T, l *lab.Lab) {
	t.Helper()
	settling, err := lab.Unsettled(context.Background(), l.Stack.Tempo.URL)
	require.NoError(t, err)
	trial := ofItsOwn{rollout.Trial().Start(l.Generator.Alert(), 41)}
	volume, err := telemetry.Load(context.Background(), trial, telemetry.Endpoints{Metrics: l.Stack.Prometheus.OTLP, Logs: l.Stack.Loki.OTLP, Traces: l.Stack.Tempo.OTLP}, settling.Pushed)
	require.NoError(t, err)
	require.NoError(t, settling.Settle(context.Background(), volume.Traces))
}

// ofItsOwn is a system without the cluster's metrics, which tell of one cluster's nodes and DNS alone: those the stores have already.
type ofItsOwn struct{ scenarios.Generator }

// Generate makes it a telemetry.Source.
func (o ofItsOwn) Generate(until time.Time) telemetry.Batch {
	batch := o.Generator.Generate(until)
	batch.Metrics.ResourceMetrics().RemoveIf(func(r pmetric.ResourceMetrics) bool {
		namespace, told := r.Resource().Attributes().Get("service.namespace")
		return !told || namespace.AsString() != "travel-trial"
	})
	return batch
}

// told is what a step says.
func told(c *incident.Case, key string) string {
	var all []string
	for _, s := range c.Steps {
		for _, f := range s.Findings {
			if s.Key() == key {
				all = append(all, f.Sentence)
			}
		}
	}
	return strings.Join(all, " ")
}
