package telemetry_test

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"go.uber.org/goleak"

	"github.com/faultline-investigation/faultline/lab/telemetry"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// store takes OTLP as the real ones do, and remembers it.
type store struct {
	*httptest.Server
	mu      sync.Mutex
	times   []time.Time // of metric points, as they came
	lines   []string
	spans   int
	parts   map[pcommon.TraceID]int // requests that a trace came in
	largest int
}

func newStore(t *testing.T) *store {
	t.Helper()
	s := &store{parts: map[pcommon.TraceID]int{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { s.take(t, r) }))
	t.Cleanup(s.Close)
	return s
}

func (s *store) endpoints() telemetry.Endpoints {
	return telemetry.Endpoints{Metrics: s.URL + "/metrics", Logs: s.URL + "/logs", Traces: s.URL + "/traces"}
}

func (s *store) take(t *testing.T, r *http.Request) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Header.Get("Content-Type") != "application/x-protobuf" {
		t.Errorf("content type %q", r.Header.Get("Content-Type"))
	}
	unpacked, err := gzip.NewReader(r.Body)
	if err != nil {
		t.Error(err)
		return
	}
	body, err := io.ReadAll(unpacked)
	if err != nil {
		t.Error(err)
	}
	s.largest = max(s.largest, len(body))
	metrics, logs, traces := pmetricotlp.NewExportRequest(), plogotlp.NewExportRequest(), ptraceotlp.NewExportRequest()
	switch r.URL.Path {
	case "/metrics":
		err = metrics.UnmarshalProto(body)
	case "/logs":
		err = logs.UnmarshalProto(body)
	case "/traces":
		err = traces.UnmarshalProto(body)
	}
	if err != nil {
		t.Error(err)
	}
	s.spans += traces.Traces().SpanCount()
	for id := range telemetry.TracesOf(traces.Traces()) {
		s.parts[id]++
	}
	s.keep(metrics.Metrics(), logs.Logs())
}

func (s *store) keep(metrics pmetric.Metrics, logs plog.Logs) {
	for _, outer := range logs.ResourceLogs().All() {
		for _, record := range outer.ScopeLogs().At(0).LogRecords().All() {
			s.lines = append(s.lines, record.Body().Str())
		}
	}
	for _, outer := range metrics.ResourceMetrics().All() {
		for _, metric := range outer.ScopeMetrics().At(0).Metrics().All() {
			for _, point := range metric.Gauge().DataPoints().All() {
				s.times = append(s.times, point.Timestamp().AsTime())
			}
		}
	}
}

// clockwork writes one point, line and span per second.
type clockwork struct {
	cursor time.Time
	text   string
}

func (c *clockwork) Begin() time.Time { return noon }
func (c *clockwork) Alert() time.Time { return noon.Add(17 * time.Minute) }

func (c *clockwork) Generate(until time.Time) telemetry.Batch {
	batch := telemetry.Batch{Traces: ptrace.NewTraces(), Metrics: pmetric.NewMetrics(), Logs: plog.NewLogs()}
	points := batch.Metrics.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty().SetEmptyGauge().DataPoints()
	records := batch.Logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	spans := batch.Traces.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	for ; c.cursor.Before(until); c.cursor = c.cursor.Add(time.Second) {
		points.AppendEmpty().SetTimestamp(pcommon.NewTimestampFromTime(c.cursor))
		records.AppendEmpty().Body().SetStr(c.text + c.cursor.String())
		spans.AppendEmpty().SetName("tick")
	}
	return batch
}

func TestHistoryArrivesWholeAndInOrder(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	told := []float64{}
	volume, err := telemetry.Load(t.Context(), &clockwork{cursor: noon}, s.endpoints(), func(_ context.Context, done float64, _ telemetry.Volume) error {
		told = append(told, done)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 1020, volume.Points)
	require.Equal(t, 1020, volume.Lines)
	require.Equal(t, 1020, volume.Spans)
	require.InDeltaSlice(t, []float64{0.25, 0.5, 0.75, 1}, told, 1e-9)
	require.Len(t, s.times, 1020)
	for i, at := range s.times {
		require.Equal(t, noon.Add(time.Duration(i)*time.Second), at)
	}
	require.Len(t, s.lines, 1020)
	require.Equal(t, 1020, s.spans)
}

func TestALargeBatchIsCutIntoRequestsThatServersTake(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	pusher := telemetry.NewPusher(s.endpoints())
	defer pusher.Close()
	long := &clockwork{cursor: noon, text: strings.Repeat("long ", 2000)}
	volume, err := pusher.Push(t.Context(), long.Generate(noon.Add(1000*time.Second)))
	require.NoError(t, err)
	require.Greater(t, volume.Requests, 3)
	require.Less(t, s.largest, 4<<20)
	require.Len(t, s.lines, 1000)
	for i, text := range s.lines {
		require.True(t, strings.HasSuffix(text, noon.Add(time.Duration(i)*time.Second).String()))
	}
}

// A store may take the part of a trace that came first for the whole.
func TestATraceIsNeverDividedBetweenRequests(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	pusher := telemetry.NewPusher(s.endpoints())
	defer pusher.Close()
	const count, each = 400, 10
	batch := (&clockwork{cursor: noon}).Generate(noon)
	for service := range each { // as batches are written: each service with its spans of all traces
		spans := batch.Traces.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
		for n := range count {
			span := spans.AppendEmpty()
			span.SetTraceID(pcommon.TraceID{1, byte(n >> 8), byte(n)})
			span.SetSpanID(pcommon.SpanID{1, byte(service)})
			span.SetName(strings.Repeat("long ", 500))
		}
	}
	volume, err := pusher.Push(t.Context(), batch)
	require.NoError(t, err)
	require.Greater(t, volume.Requests, 2)
	require.Equal(t, count, volume.Traces)
	require.Equal(t, count*each, s.spans)
	require.Less(t, s.largest, 4<<20)
	require.Len(t, s.parts, count)
	for _, parts := range s.parts {
		require.Equal(t, 1, parts)
	}
}

func TestABusyStoreIsAskedAgain(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		asked := atomic.Int32{}
		busy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if asked.Add(1) == 1 {
				w.Header().Set("Retry-After", "0")
				w.WriteHeader(status)
			}
		}))
		pusher := telemetry.NewPusher(telemetry.Endpoints{Logs: busy.URL})
		_, err := pusher.Push(t.Context(), (&clockwork{cursor: noon}).Generate(noon.Add(time.Second)))
		require.NoError(t, err)
		require.EqualValues(t, 2, asked.Load())
		pusher.Close()
		busy.Close()
	}
}

func TestARefusalNamesTheStoreAndItsReason(t *testing.T) {
	t.Parallel()
	strict := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "entry too far behind", http.StatusBadRequest)
	}))
	defer strict.Close()
	_, err := telemetry.Load(t.Context(), &clockwork{cursor: noon}, telemetry.Endpoints{Logs: strict.URL}, nil)
	require.ErrorContains(t, err, "push logs to "+strict.URL)
	require.ErrorContains(t, err, "400 Bad Request: entry too far behind")
}

func TestAStoreThatIsNotThereIsNamed(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	_, err := telemetry.Load(t.Context(), &clockwork{cursor: noon}, telemetry.Endpoints{Traces: gone.URL}, nil)
	require.ErrorContains(t, err, "push traces to "+gone.URL)
	require.ErrorContains(t, err, "check that the store runs")
}

func TestAPushThatIsStoppedSaysJustThat(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	pusher := telemetry.NewPusher(s.endpoints())
	defer pusher.Close()
	stopped, stop := context.WithCancel(t.Context())
	stop()
	_, err := pusher.Push(stopped, (&clockwork{cursor: noon}).Generate(noon.Add(time.Second)))
	require.ErrorIs(t, err, context.Canceled)
	require.NotContains(t, err.Error(), "check that the store runs")
}
