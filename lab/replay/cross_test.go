package replay_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/lab/recordings"
	"github.com/faultline-investigation/faultline/lab/replay"
	"github.com/faultline-investigation/faultline/lab/scenarios"
	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
)

// kept writes what a scenario plays as a recording of its last hour.
func kept(t *testing.T, folder, name string) *recordings.Recording {
	t.Helper()
	scenario, err := scenarios.Lookup(name)
	require.NoError(t, err)
	end := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	batch := scenario.Start(end, 1).Generate(end)
	folder = filepath.Join(folder, name)
	require.NoError(t, os.MkdirAll(folder, 0o755))
	write := func(file string, content []byte, err error) {
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(folder, file), content, 0o644))
	}
	traces, err := (&ptrace.JSONMarshaler{}).MarshalTraces(batch.Traces)
	write("traces.otlp.jsonl", traces, err)
	logs, err := (&plog.JSONMarshaler{}).MarshalLogs(batch.Logs)
	write("logs.otlp.jsonl", logs, err)
	metrics, err := (&pmetric.JSONMarshaler{}).MarshalMetrics(batch.Metrics)
	write("metrics.otlp.jsonl", metrics, err)
	write("recording.yaml", []byte("title: "+name+"\nfrom: 2026-03-02T07:00:00Z\nto: 2026-03-02T09:00:00Z\nincidents:\n"+
		"  - id: one\n    alert: {service: "+scenario.Alert().Service+", at: 2026-03-02T09:00:00Z}\n    truth: {service: "+scenario.Truth().Service+", fault: "+name+"}\n"), nil)
	r, err := recordings.Open(folder)
	require.NoError(t, err)
	return r
}

func TestARecordingOfABadReleaseIsRankedWithoutStores(t *testing.T) {
	t.Parallel()
	r := kept(t, t.TempDir(), "rollout")
	telemetry, err := replay.Read(t.Context(), r)
	require.NoError(t, err)
	in := telemetry.Sample(r.Incidents[0].Alert.Service, r.Incidents[0].Alert.At, 1)
	require.NotEmpty(t, in.Traces)
	require.NotEmpty(t, in.Lines)
	found := rank.Rank(in)
	require.Equal(t, r.Incidents[0].Truth.Service, found.Suspects[0].Service)
	require.Equal(t, in, telemetry.Sample(r.Incidents[0].Alert.Service, r.Incidents[0].Alert.At, 1), "a sample can be taken again")
}

func TestThresholdsAreTriedOnWhatTheyWereNotChosenFor(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	kept(t, folder, "rollout")
	kept(t, folder, "pool")
	var out bytes.Buffer
	require.NoError(t, replay.Cross(t.Context(), folder, &out))
	require.Regexp(t, `as in use +- +\d\.\d{3} +\d\.\d{3}`, out.String())
	require.Regexp(t, `spreads that are wide +3 `, out.String())
	require.Regexp(t, `rollout +1 .*\d\.\d{3}`, out.String())
	require.Error(t, replay.Cross(t.Context(), t.TempDir(), &out))
}
