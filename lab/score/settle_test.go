package score_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/lab/stack"
	"github.com/faultline-investigation/faultline/lab/telemetry"
)

// On a busy machine the parts of a recording are pushed seconds apart.
func TestATraceThatComesInPartsIsOneTraceOnceItIsSettled(t *testing.T) {
	t.Parallel()
	servers, err := stack.Start(t.Context(), stack.Options{Progress: os.Stderr, OnlyPast: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, servers.Stop(context.Background())) })
	settling, err := lab.Unsettled(t.Context(), servers.Tempo.URL)
	require.NoError(t, err)
	at := time.Now().Add(-time.Minute)
	pushPart(t, servers.Tempo.OTLP, "caller", pcommon.SpanID{1}, pcommon.SpanID{}, at)
	time.Sleep(2500 * time.Millisecond) // longer than Tempo waits when it is not told what is to come
	pushPart(t, servers.Tempo.OTLP, "called", pcommon.SpanID{2}, pcommon.SpanID{1}, at)
	require.NoError(t, settling.Settle(t.Context(), 1))

	answer, err := http.Get(servers.Tempo.URL + "/api/search?" + url.Values{"q": {`{ name = "caller" } >> { name = "called" }`}}.Encode())
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	var found struct{ Traces []any }
	require.NoError(t, json.NewDecoder(answer.Body).Decode(&found))
	require.Len(t, found.Traces, 1)
}

func pushPart(t *testing.T, otlp, name string, id, parent pcommon.SpanID, at time.Time) {
	t.Helper()
	traces := ptrace.NewTraces()
	resource := traces.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", name)
	span := resource.ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	span.SetName(name)
	span.SetTraceID(pcommon.TraceID{1, 2, 3})
	span.SetSpanID(id)
	span.SetParentSpanID(parent)
	span.SetStartTimestamp(pcommon.NewTimestampFromTime(at))
	span.SetEndTimestamp(pcommon.NewTimestampFromTime(at.Add(time.Second)))
	pusher := telemetry.NewPusher(telemetry.Endpoints{Traces: otlp})
	defer pusher.Close()
	_, err := pusher.Push(t.Context(), telemetry.Batch{Traces: traces, Metrics: pmetric.NewMetrics(), Logs: plog.NewLogs()})
	require.NoError(t, err)
}
