package edgecases_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/faultline-investigation/faultline/lab/scenarios/edgecases"
	"github.com/faultline-investigation/faultline/lab/telemetry"
)

// played is a case's telemetry up to its alert, and what comes late.
func played(t *testing.T, name string) (batch, late telemetry.Batch) {
	t.Helper()
	for _, c := range edgecases.All() {
		if c.Name() == name {
			at := time.Date(2026, 2, 3, 4, 50, 0, 0, time.UTC)
			source := c.Play(at, 5)
			return source.Generate(at), source.Late()
		}
	}
	require.Fail(t, "no such case", name)
	return batch, late
}

// durations are the histograms of served requests, by service, pod, labels and time.
func durations(b telemetry.Batch, visit func(service string, point pmetric.HistogramDataPoint)) {
	for _, r := range b.Metrics.ResourceMetrics().All() {
		service, _ := r.Resource().Attributes().Get("service.name")
		for _, s := range r.ScopeMetrics().All() {
			for _, m := range s.Metrics().All() {
				if m.Name() == "http.server.request.duration" {
					for _, p := range m.Histogram().DataPoints().All() {
						visit(service.AsString(), p)
					}
				}
			}
		}
	}
}

func TestReplicasStoreEverySampleTwice(t *testing.T) {
	t.Parallel()
	batch, _ := played(t, "replicated")
	by := map[string]int{}
	durations(batch, func(_ string, p pmetric.HistogramDataPoint) {
		replica, _ := p.Attributes().Get("prometheus_replica")
		by[replica.AsString()]++
	})
	require.Len(t, by, 2)
	require.Equal(t, by["server-a"], by["server-b"])
}

func TestTwoWritersMakeCountersFall(t *testing.T) {
	t.Parallel()
	batch, _ := played(t, "rewritten")
	last, falls, steps := map[string]uint64{}, 0, 0
	durations(batch, func(service string, p pmetric.HistogramDataPoint) {
		status, _ := p.Attributes().Get("http.response.status_code")
		if service != "visit-api" || status.Int() != 200 {
			return
		}
		key := p.StartTimestamp().String()
		if steps++; p.Count() < last[key] {
			falls++
		}
		last[key] = p.Count()
	})
	require.Greater(t, falls, steps/5)
}

func TestLateSpansAreOneServicesAndYoung(t *testing.T) {
	t.Parallel()
	batch, late := played(t, "pieces")
	require.Positive(t, late.Traces.SpanCount())
	require.Greater(t, batch.Traces.SpanCount(), late.Traces.SpanCount())
	for _, r := range late.Traces.ResourceSpans().All() {
		for _, s := range r.ScopeSpans().All() {
			if s.Spans().Len() > 0 {
				service, _ := r.Resource().Attributes().Get("service.name")
				require.Equal(t, "ranker", service.AsString())
			}
		}
	}
}

func TestLinesAreShippedOneByOne(t *testing.T) {
	t.Parallel()
	batch, _ := played(t, "stacked")
	frames := 0
	for _, r := range batch.Logs.ResourceLogs().All() {
		for _, s := range r.ScopeLogs().All() {
			for _, l := range s.LogRecords().All() {
				require.NotContains(t, l.Body().Str(), "\n")
				if strings.HasPrefix(l.Body().Str(), "\tat ") {
					frames++
				}
			}
		}
	}
	require.Positive(t, frames)
}

func TestAConsumersTracesHaveNoRoot(t *testing.T) {
	t.Parallel()
	batch, _ := played(t, "orphaned")
	require.Positive(t, batch.Traces.SpanCount())
	for _, r := range batch.Traces.ResourceSpans().All() {
		for _, s := range r.ScopeSpans().All() {
			for _, span := range s.Spans().All() {
				require.False(t, span.ParentSpanID().IsEmpty())
			}
		}
	}
}

func TestProceduresAreCountedByTheirInterceptors(t *testing.T) {
	t.Parallel()
	batch, _ := played(t, "procedures")
	codes := map[string]bool{}
	for _, r := range batch.Metrics.ResourceMetrics().All() {
		for _, s := range r.ScopeMetrics().All() {
			for _, m := range s.Metrics().All() {
				require.NotContains(t, m.Name(), "http.")
				if m.Name() == "grpc_server_handled_total" {
					for _, p := range m.Sum().DataPoints().All() {
						code, _ := p.Attributes().Get("grpc_code")
						codes[code.AsString()] = true
					}
				}
			}
		}
	}
	require.Equal(t, map[string]bool{"OK": true, "Unavailable": true}, codes)
}
