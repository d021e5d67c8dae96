package recordings

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/lab/telemetry"
)

// Whoever waits until all traces can be searched would wait for ever for those that were refused.
func TestOnlyTracesThatWereTakenCountAsLoaded(t *testing.T) {
	t.Parallel()
	traces := ptrace.NewTraces()
	spans := traces.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	for trace := range 3 {
		for span := range 2 {
			one := spans.AppendEmpty()
			one.SetTraceID(pcommon.TraceID{byte(trace + 1)})
			one.SetSpanID(pcommon.SpanID{byte(span + 1)})
		}
	}
	line, err := (&ptrace.JSONMarshaler{}).MarshalTraces(traces)
	require.NoError(t, err)
	folder := t.TempDir()
	require.NoError(t, compressed(filepath.Join(folder, tracesFile), func(w io.Writer) error {
		_, err := w.Write(line)
		return err
	}))
	for status, count := range map[int]int{http.StatusOK: 3, http.StatusBadRequest: 0} {
		store := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		loaded, err := NewLoading(&Recording{Folder: folder}, 0, telemetry.Endpoints{Traces: store.URL}).Run(t.Context())
		store.Close()
		require.NoError(t, err)
		require.Equal(t, 6, loaded.Spans)
		require.Equal(t, count, loaded.Traces)
		require.Equal(t, count == 0, len(loaded.Refused) > 0)
	}
}

// A store that ends a block after each slice has no trace in two of them then, wherever the file has its spans.
func TestTracesArePushedWholeInSlicesOfTheirTime(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	require.NoError(t, compressed(filepath.Join(folder, tracesFile), func(w io.Writer) error {
		for span := range 2 { // the last trace comes first, and the second span of each after the first ones of all
			for trace := 3; trace > 0; trace-- {
				traces := ptrace.NewTraces()
				outer := traces.ResourceSpans().AppendEmpty()
				outer.Resource().Attributes().PutInt("span", int64(span))
				one := outer.ScopeSpans().AppendEmpty().Spans().AppendEmpty()
				one.SetTraceID(pcommon.TraceID{byte(trace)})
				one.SetSpanID(pcommon.SpanID{byte(span + 1)})
				at := time.Date(2026, 3, 2, 9, 4, 55, 0, time.UTC).Add(time.Duration(trace+span) * 3 * time.Minute)
				one.SetStartTimestamp(pcommon.NewTimestampFromTime(at))
				line, err := (&ptrace.JSONMarshaler{}).MarshalTraces(traces)
				require.NoError(t, err)
				_, err = w.Write(append(line, '\n'))
				require.NoError(t, err)
			}
		}
		return nil
	}))
	store := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(store.Close)
	loading := NewLoading(&Recording{Folder: folder}, 0, telemetry.Endpoints{Traces: store.URL})
	var spans []int
	loading.Sliced = func(_ context.Context, _ float64, slice telemetry.Volume) error {
		spans = append(spans, slice.Spans)
		return nil
	}
	loaded, err := loading.Run(t.Context())
	require.NoError(t, err)
	require.Equal(t, 3, loaded.Traces)
	require.Equal(t, []int{2, 4}, spans, "the first begins at 9:07:55 and ends in the next slice, the others begin at 9:10:55 and 9:13:55")
}
