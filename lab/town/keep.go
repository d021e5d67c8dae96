package town

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/lab/scenarios/story"
)

// Keep writes the two hours before an alert as a recording with that one incident; those of a quiet town with false alerts
// every five minutes of the second hour. Clocks are wrong by at most so much.
func Keep(folder string, size int, fault Fault, alert time.Time, seed uint64, clocks time.Duration) error {
	s := Scenario(size, fault)
	batch := s.Start(alert, seed).Generate(alert)
	MoveClocks(batch, clocks)
	traces, errTraces := (&ptrace.JSONMarshaler{}).MarshalTraces(batch.Traces)
	metrics, errMetrics := (&pmetric.JSONMarshaler{}).MarshalMetrics(batch.Metrics)
	logs, errLogs := (&plog.JSONMarshaler{}).MarshalLogs(batch.Logs)
	for _, err := range []error{errTraces, errMetrics, errLogs, os.MkdirAll(folder, 0o755)} {
		if err != nil {
			return fmt.Errorf("the town cannot be kept: %w", err)
		}
	}
	for name, content := range map[string][]byte{"traces.otlp.jsonl": traces, "metrics.otlp.jsonl": metrics, "logs.otlp.jsonl": logs, "recording.yaml": sheet(s, fault, alert)} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			return fmt.Errorf("the town cannot be kept: %w", err)
		}
	}
	return nil
}

const falseAlerts = 12

// sheet is the recording's sheet.
func sheet(s story.Scenario, fault Fault, alert time.Time) []byte {
	stamp := func(after time.Duration) string { return alert.Add(after).Format(time.RFC3339) }
	text := fmt.Appendf(nil, "title: %q\nfrom: %s\nto: %s\nincidents:\n", fault, stamp(-2*time.Hour), stamp(0))
	if fault != Quiet {
		return fmt.Appendf(text, "  - id: one\n    alert: {service: %s, at: %s}\n    truth: {service: %s, fault: %q, injected: %s}\n",
			Front, stamp(0), s.Truth().Service, fault, stamp(Struck))
	}
	for n := range falseAlerts {
		text = fmt.Appendf(text, "  - alert: {service: %s, at: %s}\n    truth: {fault: none}\n", Front, stamp(-5*time.Minute*time.Duration(n)))
	}
	return text
}
