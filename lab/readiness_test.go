package lab_test

import (
	"context"
	"crypto/md5"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/lab/stack"
	"github.com/faultline-investigation/faultline/lab/telemetry"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/readiness"
	"github.com/faultline-investigation/faultline/pkg/source/httpapi"
)

func readinessOf(t *testing.T, options httpapi.Options) map[string]map[readiness.FactorName]readiness.Factor {
	t.Helper()
	options.Client = http.DefaultClient
	querier, err := httpapi.New(options)
	require.NoError(t, err)
	report, err := readiness.Look(context.Background(), querier, incident.Naming{}, time.Minute, time.Now())
	require.NoError(t, err)
	require.Empty(t, report.Problems)
	services := map[string]map[readiness.FactorName]readiness.Factor{}
	for _, s := range report.Services {
		factors := map[readiness.FactorName]readiness.Factor{}
		for _, f := range s.Factors {
			factors[f.Factor] = f
		}
		services[s.Service] = factors
	}
	return services
}

func storesOfTheLab() httpapi.Options {
	at := func(s *stack.Server) httpapi.Store { return httpapi.Store{URL: s.URL, Name: s.Name} }
	return httpapi.Options{Metrics: at(world.Stack.Prometheus), Logs: at(world.Stack.Loki), Traces: at(world.Stack.Tempo)}
}

// What made the walkthrough fast is in place for the service that it is about.
func TestTheWalkthroughsServiceIsReady(t *testing.T) {
	t.Parallel()
	for name, factor := range readinessOf(t, storesOfTheLab())["order-service"] {
		require.Equal(t, readiness.Ready, factor.State, "%s: %s", name, factor.Sentence)
	}
}

// A service that somebody has only begun to instrument: bare spans, and lines of which hardly any has a trace id.
func TestAServiceThatLacksSomethingIsToldWhat(t *testing.T) {
	t.Parallel()
	at := time.Now().Add(-10 * time.Second)
	service := fmt.Sprintf("begun-%d", at.UnixNano()) // the stores forget nothing between runs
	pushLines(t, service, at, []string{"one", "two", "three", "four"}, nil)
	settling, err := lab.Unsettled(t.Context(), world.Stack.Tempo.URL)
	require.NoError(t, err)
	pushSpan(t, service, at)
	require.NoError(t, settling.Settle(t.Context(), 1))
	var factors map[readiness.FactorName]readiness.Factor
	require.EventuallyWithT(t, func(c *assert.CollectT) { // spans that go on arriving may be what Tempo counted
		factors = readinessOf(t, storesOfTheLab())[service]
		require.NotNil(c, factors)
		require.NotEqual(c, readiness.NotChecked, factors[readiness.Attributes].State, factors[readiness.Attributes].Sentence)
	}, time.Minute, time.Second)
	said := map[readiness.FactorName]string{}
	for name, factor := range factors {
		said[name] = string(factor.State) + ": " + factor.Sentence
	}
	require.Equal(t, map[readiness.FactorName]string{
		readiness.Alerts:         "missing: No alert rule is known to be about it.",
		readiness.Traces:         "ready: Spans of it arrive; each of 1 sampled requests begins its trace here.",
		readiness.Logs:           "partly: 1 of its 6 lines of the last 30 minutes carry a trace id.",
		readiness.Attributes:     "missing: None of its 1 sampled spans says what was asked for, how it ended, where it ran or which version it was.",
		readiness.Infrastructure: "missing: No metric of its infrastructure or dependencies can be joined to it.",
	}, said)
}

// pushSpan sends the span of a served request that says nothing about itself.
func pushSpan(t *testing.T, service string, at time.Time) {
	t.Helper()
	traces := ptrace.NewTraces()
	resource := traces.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", service)
	span := resource.ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	span.SetName("GET")
	span.SetKind(ptrace.SpanKindServer)
	span.SetTraceID(pcommon.TraceID(md5.Sum([]byte(service))))
	span.SetSpanID(pcommon.SpanID{1})
	span.SetStartTimestamp(pcommon.NewTimestampFromTime(at))
	span.SetEndTimestamp(pcommon.NewTimestampFromTime(at.Add(time.Millisecond)))
	pusher := telemetry.NewPusher(telemetry.Endpoints{Traces: world.Stack.Tempo.OTLP})
	defer pusher.Close()
	_, err := pusher.Push(t.Context(), telemetry.Batch{Traces: traces, Metrics: pmetric.NewMetrics(), Logs: plog.NewLogs()})
	require.NoError(t, err)
}
