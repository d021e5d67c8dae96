package scenarios_test

import (
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"

	"github.com/faultline-investigation/faultline/lab/scenarios"
	"github.com/faultline-investigation/faultline/lab/telemetry"
)

func TestEveryNameLeadsToAScenarioThatSaysWhatItIs(t *testing.T) {
	t.Parallel()
	for _, name := range scenarios.Names() {
		scenario, err := scenarios.Lookup(name)
		require.NoError(t, err)
		require.Equal(t, name, scenario.Name())
		require.NotEmpty(t, scenario.Title())
		require.NotEmpty(t, scenario.Story())
		require.NotEmpty(t, scenario.Alert().Service)
		require.NotEmpty(t, scenario.Alert().Operation)
		require.Greater(t, scenario.Alert().Value, scenario.Alert().Threshold)
		truth := scenario.Truth()
		require.NotEmpty(t, truth.Cause)
		if truth.Quiet {
			require.Empty(t, truth.Service+truth.Component+truth.Reason, "nobody is to blame")
			continue
		}
		require.NotEmpty(t, truth.Service)
		require.NotEmpty(t, truth.Component)
		require.Negative(t, truth.Since)
		_, err = regexp.Compile(truth.Reason)
		require.NoError(t, err)
	}
}

func TestAnUnknownNameIsAnsweredWithTheKnownOnes(t *testing.T) {
	t.Parallel()
	_, err := scenarios.Lookup("no-such-thing")
	require.ErrorContains(t, err, `"no-such-thing"`)
	for _, name := range scenarios.Names() {
		require.ErrorContains(t, err, name)
	}
}

func TestAGeneratorStartsWithWholeSecondsAndTwoHoursOfHistory(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 20, 10, 47, 0, 123456789, time.UTC)
	for _, name := range scenarios.Names() {
		scenario, err := scenarios.Lookup(name)
		require.NoError(t, err)
		generator := scenario.Start(at, 1)
		require.Equal(t, at.Truncate(time.Second), generator.Alert())
		require.Equal(t, generator.Alert().Add(-2*time.Hour), generator.Begin())
	}
}

// encoded is a batch as it goes over the wire.
func encoded(t *testing.T, batch telemetry.Batch) []byte {
	t.Helper()
	traces, err := ptraceotlp.NewExportRequestFromTraces(batch.Traces).MarshalProto()
	require.NoError(t, err)
	metrics, err := pmetricotlp.NewExportRequestFromMetrics(batch.Metrics).MarshalProto()
	require.NoError(t, err)
	logs, err := plogotlp.NewExportRequestFromLogs(batch.Logs).MarshalProto()
	require.NoError(t, err)
	return slices.Concat(traces, metrics, logs)
}

// everyScenario is a test of each of them.
func everyScenario(t *testing.T, test func(*testing.T, scenarios.Scenario)) {
	t.Helper()
	for _, name := range scenarios.Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario, err := scenarios.Lookup(name)
			require.NoError(t, err)
			test(t, scenario)
		})
	}
}

// Stores may take what they have of a trace for the whole, and parts come seconds apart.
func TestTheSpansOfATraceAreWrittenTogether(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 20, 10, 47, 0, 0, time.UTC)
	everyScenario(t, func(t *testing.T, scenario scenarios.Scenario) {
		t.Helper()
		generator := scenario.Start(at, 1)
		known := map[pcommon.TraceID]bool{}
		generator.Generate(at.Add(-2 * time.Minute))
		for until := at.Add(-2 * time.Minute); until.Before(at.Add(time.Minute)); until = until.Add(5 * time.Second) {
			for id := range telemetry.TracesOf(generator.Generate(until).Traces) {
				require.False(t, known[id], "%s before %s", id, until)
				known[id] = true
			}
		}
		require.NotEmpty(t, known)
	})
}

func TestTheSameSeedWritesTheSameBytesWhateverTheScenario(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 20, 10, 47, 0, 0, time.UTC)
	everyScenario(t, func(t *testing.T, scenario scenarios.Scenario) {
		t.Helper()
		write := func(seed uint64) []byte {
			generator := scenario.Start(at, seed)
			generator.Generate(at.Add(-20 * time.Minute))
			return encoded(t, generator.Generate(at.Add(-10*time.Minute)))
		}
		first := write(3)
		require.True(t, slices.Equal(first, write(3)))
		require.False(t, slices.Equal(first, write(4)))
	})
}
