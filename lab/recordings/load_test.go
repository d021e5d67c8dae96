package recordings

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

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
