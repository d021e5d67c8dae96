package town

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// Keep writes the two hours before an alert as a recording with that one incident. Clocks are wrong by at most so much.
func Keep(folder string, size int, fault Fault, alert time.Time, clocks time.Duration) error {
	s := Scenario(size, fault)
	batch := s.Start(alert, 1).Generate(alert)
	MoveClocks(batch, clocks)
	traces, errTraces := (&ptrace.JSONMarshaler{}).MarshalTraces(batch.Traces)
	metrics, errMetrics := (&pmetric.JSONMarshaler{}).MarshalMetrics(batch.Metrics)
	logs, errLogs := (&plog.JSONMarshaler{}).MarshalLogs(batch.Logs)
	for _, err := range []error{errTraces, errMetrics, errLogs, os.MkdirAll(folder, 0o755)} {
		if err != nil {
			return fmt.Errorf("the town cannot be kept: %w", err)
		}
	}
	stamp := func(after time.Duration) string { return alert.Add(after).Format(time.RFC3339) }
	sheet := fmt.Sprintf("title: %q\nfrom: %s\nto: %s\nincidents:\n  - id: one\n    alert: {service: %s, at: %s}\n    truth: {service: %s, fault: %q, injected: %s}\n",
		fault, stamp(-2*time.Hour), stamp(0), Front, stamp(0), s.Truth().Service, fault, stamp(Struck))
	for name, content := range map[string][]byte{"traces.otlp.jsonl": traces, "metrics.otlp.jsonl": metrics, "logs.otlp.jsonl": logs, "recording.yaml": []byte(sheet)} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			return fmt.Errorf("the town cannot be kept: %w", err)
		}
	}
	return nil
}
