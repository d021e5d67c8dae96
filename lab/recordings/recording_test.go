package recordings

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

func TestASheetThatLacksSomethingIsNamed(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(text string) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, sheetFile), []byte(text), 0o644))
	}
	write("from: 2026-01-02T11:00:00Z\nto: 2026-01-02T11:00:00Z\n")
	_, err := Open(folder)
	require.ErrorContains(t, err, "from must be a time before to")
	write("just text")
	_, err = Open(folder)
	require.ErrorContains(t, err, "is not a recording's sheet")
	found, broken, err := Find(folder)
	require.NoError(t, err)
	require.Empty(t, found)
	require.Len(t, broken, 1, "a broken sheet does not keep others from being read")
	_, _, err = Find(t.TempDir())
	require.ErrorContains(t, err, "set RECORDINGS to a folder of recordings")
	_, _, err = Find(filepath.Join(folder, "nothing"))
	require.ErrorContains(t, err, "there is no folder")
}

func TestAnIncidentThatLacksSomethingSaysSo(t *testing.T) {
	t.Parallel()
	ten := time.Date(2026, 1, 2, 10, 0, 0, 0, time.UTC)
	require.Contains(t, (&Incident{Alert: Alert{At: ten}}).Fault(), "no alert.service")
	require.Contains(t, (&Incident{Alert: Alert{Service: "front"}}).Fault(), "no alert.at")
	require.Empty(t, (&Incident{Alert: Alert{Service: "front", At: ten}}).Fault())
	r := &Recording{To: ten, Incidents: []Incident{{Alert: Alert{At: ten.Add(time.Minute)}}}}
	require.Equal(t, ten.Add(time.Hour), r.EndingAt(ten.Add(time.Hour+42*time.Second)).WholeMinutes().Time(ten.Add(time.Minute)))
	require.Equal(t, ten, r.EndingAt(ten).Time(ten.Add(time.Minute)), "no alert lies in the future")
}

func TestALineThatIsNoTelemetryIsNamedAndTheOthersAreRead(t *testing.T) {
	t.Parallel()
	r := &Recording{Folder: t.TempDir()}
	require.NoError(t, os.WriteFile(filepath.Join(r.Folder, "traces.otlp.jsonl"), []byte("{\"resourceSpans\":[]}\n{broken\n{\"resourceSpans\":[]}\n"), 0o644))
	read := 0
	err := r.Traces(t.Context(), func(ptrace.Traces) error { read++; return nil })
	require.ErrorContains(t, err, "line 2 is no OTLP export request")
	require.Equal(t, 2, read)
	require.NoError(t, r.Metrics(t.Context(), func(pmetric.Metrics) error { return nil }), "a signal may be missing")
	require.NoError(t, os.WriteFile(filepath.Join(r.Folder, "logs.otlp.jsonl.gz"), []byte("not packed"), 0o644))
	var damage *Damage
	require.ErrorAs(t, r.Logs(t.Context(), func(plog.Logs) error { return nil }), &damage)
}

func TestAShiftMovesEveryTimeByTheSame(t *testing.T) {
	t.Parallel()
	ten := time.Date(2024, 1, 2, 10, 0, 0, 0, time.UTC)
	r := &Recording{From: ten.Add(-time.Hour), To: ten}
	now := time.Date(2026, 1, 2, 10, 0, 0, 5, time.UTC)
	shift := r.EndingAt(now)
	require.Equal(t, now.Truncate(time.Second), shift.Time(ten))
	require.True(t, shift.Time(time.Time{}).IsZero(), "what is not set stays so")

	metrics := pmetric.NewMetrics()
	scope := metrics.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty()
	scope.Metrics().AppendEmpty().SetEmptyGauge().DataPoints().AppendEmpty().SetTimestamp(pcommon.NewTimestampFromTime(ten))
	p := scope.Metrics().AppendEmpty().SetEmptyHistogram().DataPoints().AppendEmpty()
	p.SetTimestamp(pcommon.NewTimestampFromTime(ten))
	p.SetStartTimestamp(pcommon.NewTimestampFromTime(ten.Add(-time.Minute)))
	shift.Metrics(metrics)
	require.Equal(t, shift.Time(ten), scope.Metrics().At(0).Gauge().DataPoints().At(0).Timestamp().AsTime())
	require.Equal(t, shift.Time(ten.Add(-time.Minute)), p.StartTimestamp().AsTime())
}

// span adds a span that lasts some seconds.
func span(into ptrace.Traces, service string, id, parent byte, kind ptrace.SpanKind, at time.Time, seconds float64) ptrace.Span {
	r := into.ResourceSpans().AppendEmpty()
	r.Resource().Attributes().PutStr("service.name", service)
	s := r.ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	s.SetTraceID(pcommon.TraceID{1})
	s.SetSpanID(pcommon.SpanID{id})
	if parent != 0 {
		s.SetParentSpanID(pcommon.SpanID{parent})
	}
	s.SetName("work")
	s.SetKind(kind)
	s.SetStartTimestamp(pcommon.NewTimestampFromTime(at))
	s.SetEndTimestamp(pcommon.NewTimestampFromTime(at.Add(time.Duration(seconds * float64(time.Second)))))
	return s
}

func TestSpanMetricsAndTheServiceGraphAreDerivedAsTheGeneratorWould(t *testing.T) {
	t.Parallel()
	ten := time.Date(2026, 1, 2, 10, 0, 0, 0, time.UTC)
	traces := ptrace.NewTraces()
	span(traces, "front", 1, 0, ptrace.SpanKindServer, ten, 2)
	span(traces, "front", 2, 1, ptrace.SpanKindClient, ten, 1.5)
	span(traces, "stock", 3, 2, ptrace.SpanKindServer, ten, 0.5).Status().SetCode(ptrace.StatusCodeError)
	span(traces, "stock", 4, 3, ptrace.SpanKindClient, ten, 0.1).Attributes().PutStr("db.system", "mysql")
	made := newDeriver()
	made.add(traces)
	var samples []pmetric.Metrics
	require.NoError(t, made.emit(func(m pmetric.Metrics) error { samples = append(samples, m); return nil }))
	require.Len(t, samples, 2)
	value := func(m pmetric.Metrics, name string, labels map[string]string) (count float64, sum float64) {
		for _, metric := range m.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().All() {
			if metric.Name() != name {
				continue
			}
			if metric.Type() == pmetric.MetricTypeSum {
				for _, p := range metric.Sum().DataPoints().All() {
					if has(p.Attributes(), labels) {
						return p.DoubleValue(), 0
					}
				}
				continue
			}
			for _, p := range metric.Histogram().DataPoints().All() {
				if has(p.Attributes(), labels) {
					return float64(p.Count()), p.Sum()
				}
			}
		}
		return -1, -1
	}
	edge := map[string]string{"client": "front", "server": "stock"}
	first, _ := value(samples[0], edgeCalls, edge)
	require.Zero(t, first, "a series begins with zero, so that its first increase is not lost")
	count, _ := value(samples[1], edgeCalls, edge)
	require.InDelta(t, 1, count, 0)
	count, _ = value(samples[1], edgeFailed, edge)
	require.InDelta(t, 1, count, 0)
	_, sum := value(samples[1], edgeClient, edge)
	require.InDelta(t, 1.5, sum, 1e-9)
	_, sum = value(samples[1], edgeServer, edge)
	require.InDelta(t, 0.5, sum, 1e-9)
	count, _ = value(samples[1], edgeCalls, map[string]string{"client": "stock", "server": "mysql", "connection_type": "database"})
	require.InDelta(t, 1, count, 0)
	count, sum = value(samples[1], spanLatency, map[string]string{"service": "stock", "span_kind": "SPAN_KIND_SERVER", "status_code": "STATUS_CODE_ERROR"})
	require.InDelta(t, 1, count, 0)
	require.InDelta(t, 0.5, sum, 1e-9)
}

func has(attributes pcommon.Map, labels map[string]string) bool {
	for name, want := range labels {
		if textOf(attributes, name) != want {
			return false
		}
	}
	return true
}
