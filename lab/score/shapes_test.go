package score_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/lab/score"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// shape is a recording of half an hour that has only some of the signals.
type shape struct {
	name, alert, truth string
	requests           func(traces ptrace.Traces, struck bool)    // makes changes to a request's spans; nil where there are none
	busy               func(service string, struck bool) float64  // a processor metric; nil where there is none
	says               func(service string, struck bool) []string // lines without trace; nil where there are none
	services           []string                                   // that have metrics or lines
}

func (s shape) write(t *testing.T, root string) {
	t.Helper()
	folder := filepath.Join(root, s.name)
	require.NoError(t, os.MkdirAll(folder, 0o755))
	file := func(name string, content []byte) {
		if len(content) > 0 {
			require.NoError(t, os.WriteFile(filepath.Join(folder, name), content, 0o644))
		}
	}
	file("recording.yaml", fmt.Appendf(nil, "title: %s\nfrom: %s\nto: %s\nincidents:\n  - id: one\n    alert: {service: %q, at: %s}\n    truth: {service: %s, fault: %s, injected: %s}\n",
		s.name, began.Format(time.RFC3339), began.Add(30*time.Minute).Format(time.RFC3339), s.alert, began.Add(29*time.Minute).Format(time.RFC3339), s.truth, s.name, struck.Format(time.RFC3339)))
	var traces, metrics, logs []byte
	for n, at := 0, began; at.Before(began.Add(30 * time.Minute)); n, at = n+1, at.Add(5*time.Second) {
		if s.requests != nil {
			one := request(n, at, 3*time.Millisecond)
			s.requests(one, !at.Before(struck))
			line, err := (&ptrace.JSONMarshaler{}).MarshalTraces(one)
			require.NoError(t, err)
			traces = append(append(traces, line...), '\n')
		}
		if n%3 > 0 {
			continue
		}
		if s.busy != nil {
			line, err := (&pmetric.JSONMarshaler{}).MarshalMetrics(s.load(n, at))
			require.NoError(t, err)
			metrics = append(append(metrics, line...), '\n')
		}
		if s.says != nil {
			line, err := (&plog.JSONMarshaler{}).MarshalLogs(s.lines(at))
			require.NoError(t, err)
			logs = append(append(logs, line...), '\n')
		}
	}
	file("traces.otlp.jsonl", traces)
	file("metrics.otlp.jsonl", metrics)
	file("logs.otlp.jsonl", logs)
}

// load is a point of each service's processor metric, named by its pod alone.
func (s shape) load(n int, at time.Time) pmetric.Metrics {
	metrics := pmetric.NewMetrics()
	for _, service := range s.services {
		r := metrics.ResourceMetrics().AppendEmpty()
		r.Resource().Attributes().PutStr("service.name", "collector")
		m := r.ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
		m.SetName("container_cpu_usage")
		p := m.SetEmptyGauge().DataPoints().AppendEmpty()
		p.SetTimestamp(pcommon.NewTimestampFromTime(at))
		p.SetDoubleValue(s.busy(service, !at.Before(struck)) * (1 + 0.02*float64(n%5)))
		p.Attributes().PutStr("pod", service+"-7c8d9f6b5-abcd1")
	}
	return metrics
}

func (s shape) lines(at time.Time) plog.Logs {
	logs := plog.NewLogs()
	for _, service := range s.services {
		r := logs.ResourceLogs().AppendEmpty()
		r.Resource().Attributes().PutStr("service.name", service)
		scope := r.ScopeLogs().AppendEmpty()
		for _, text := range s.says(service, !at.Before(struck)) {
			record := scope.LogRecords().AppendEmpty()
			record.SetTimestamp(pcommon.NewTimestampFromTime(at))
			record.SetSeverityText("ERROR")
			record.Body().SetStr(text)
		}
	}
	return logs
}

// asTheyAre leaves a request's spans as they are.
func asTheyAre(ptrace.Traces, bool) {}

// stockFails gives the spans of stock an error status, once the fault is there.
func stockFails(traces ptrace.Traces, struck bool) {
	for _, r := range traces.ResourceSpans().All() {
		if name, _ := r.Resource().Attributes().Get("service.name"); struck && name.Str() == "stock" {
			r.ScopeSpans().At(0).Spans().At(0).Status().SetCode(ptrace.StatusCodeError)
		}
	}
}

// atWork is a processor metric that rises for one service.
func atWork(hurt string) func(string, bool) float64 {
	return func(service string, struck bool) float64 {
		if struck && service == hurt {
			return 1.9
		}
		return 0.1
	}
}

func TestRecordingsWithOnlySomeOfTheSignalsAreScoredAsFarAsCanBe(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	three := []string{"front", "stock", "prices"}
	for _, s := range []shape{
		{name: "statuses", alert: "front", truth: "stock", requests: stockFails},
		{name: "metrics-alone", alert: "front", truth: "stock", busy: atWork("stock"), services: three},
		{name: "no-spans-of-its-own", alert: "front", truth: "cache", requests: asTheyAre, busy: atWork("cache"), services: append(three, "cache")},
		{name: "lines-alone", alert: "front", truth: "stock", services: three, says: func(service string, struck bool) []string {
			if struck && service == "stock" {
				return []string{"cannot open the ledger", "cannot open the ledger"}
			}
			return []string{"slow answer of a peer"}
		}},
		{name: "nothing", alert: "front", truth: "stock"},
		{name: "stranger", alert: "somebody-else", truth: "stock", requests: stockFails},
		{name: "without-alert", truth: "stock", requests: stockFails},
	} {
		s.write(t, root)
	}
	require.NoError(t, os.MkdirAll(filepath.Join(root, "broken"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(root, "broken", "recording.yaml"), []byte("just text"), 0o644))

	result, err := score.Run(t.Context(), score.Options{Recordings: root, Backend: compiled(t), Progress: os.Stderr, Log: os.Stderr})
	require.NoError(t, err)
	require.Len(t, result.Incidents, 7)
	require.Len(t, result.Problems, 1, "the broken sheet is told")
	of := func(name string) score.Incident {
		return result.Incidents[slices.IndexFunc(result.Incidents, func(i score.Incident) bool { return i.Recording == name })]
	}
	for _, name := range []string{"statuses", "metrics-alone", "no-spans-of-its-own", "lines-alone"} {
		require.Equal(t, 1, of(name).Place, "%s: %v, %s", name, of(name).Ranked, of(name).Sentence)
		require.Empty(t, of(name).Problem)
	}
	for _, name := range []string{"nothing", "stranger"} {
		require.NotEqual(t, incident.Likely, of(name).Verdict, of(name).Sentence)
		require.Empty(t, of(name).Problem)
	}
	require.Contains(t, of("without-alert").Problem, "no alert.service")
}
