package walkthrough_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"

	"github.com/faultline-investigation/faultline/lab/scenarios/walkthrough"
	"github.com/faultline-investigation/faultline/lab/telemetry"
)

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

func TestTheSameSeedWritesTheSameBytesAndAnotherSeedDoesNot(t *testing.T) {
	t.Parallel()
	write := func(seed uint64) []byte {
		return encoded(t, walkthrough.Scenario{}.Start(alert, seed).Generate(alert.Add(-100*time.Minute)))
	}
	first := write(3)
	require.True(t, slices.Equal(first, write(3)))
	require.False(t, slices.Equal(first, write(4)))
}

// facts are everything in a recording, sorted, so that the order in which it was written does not matter.
func facts(r *recording) []string {
	all := []string{}
	for id, s := range r.series {
		for _, taken := range s.samples {
			all = append(all, fmt.Sprint(id, taken.at.Unix(), taken.value, taken.buckets, taken.ended))
		}
	}
	for _, span := range r.spans {
		all = append(all, fmt.Sprint(span.SpanID(), span.ParentSpanID(), span.TraceID(), span.StartTimestamp(), span.EndTimestamp()))
	}
	for _, l := range r.lines {
		all = append(all, fmt.Sprint(l.at.UnixNano(), l.pod, l.text))
	}
	slices.Sort(all)
	return all
}

func TestItDoesNotMatterHowTimeIsCut(t *testing.T) {
	t.Parallel()
	until := alert.Add(3 * time.Minute)
	atOnce := walkthrough.Scenario{}.Start(alert, 7)
	atOnce.Fix(alert.Add(90 * time.Second))
	whole := record(atOnce.Generate(until))

	pieces := []telemetry.Batch{}
	cut := walkthrough.Scenario{}.Start(alert, 7)
	cut.Fix(alert.Add(90 * time.Second))
	for i, at := 0, cut.Begin(); at.Before(until); i++ {
		at = at.Add(time.Duration(1+i*37%211)*time.Second + time.Duration(i%7)*130*time.Millisecond)
		if at.After(until) {
			at = until
		}
		pieces = append(pieces, cut.Generate(at))
	}
	require.True(t, slices.Equal(facts(whole), facts(record(pieces...))))
}
