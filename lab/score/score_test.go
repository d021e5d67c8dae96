package score_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/lab/recordings"
	"github.com/faultline-investigation/faultline/lab/score"
	"github.com/faultline-investigation/faultline/lab/stack"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

const (
	secretFault = "canary-fault-kind"
	secretCause = "canary-cause-text"
)

var (
	began  = time.Date(2024, 3, 4, 10, 0, 0, 0, time.UTC)
	struck = began.Add(26 * time.Minute)
)

// written makes a recording of half an hour: front calls stock and prices, and from some moment on stock is far away.
func written(t *testing.T) *recordings.Recording {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "far-stock")
	require.NoError(t, os.MkdirAll(folder, 0o755))
	sheet := fmt.Sprintf("title: Stock is far away\nfrom: %s\nto: %s\nincidents:\n  - id: one\n    alert: {service: front, at: %s}\n    truth: {service: stock, fault: %s, injected: %s, cause: %s}\n",
		began.Format(time.RFC3339), began.Add(30*time.Minute).Format(time.RFC3339), began.Add(29*time.Minute).Format(time.RFC3339), secretFault, struck.Format(time.RFC3339), secretCause)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "recording.yaml"), []byte(sheet), 0o644))
	var traces, logs bytes.Buffer
	for n, at := 0, began; at.Before(began.Add(30 * time.Minute)); n, at = n+1, at.Add(5*time.Second) {
		wait := 3 * time.Millisecond
		if !at.Before(struck) {
			wait = 800 * time.Millisecond
		}
		line, err := (&ptrace.JSONMarshaler{}).MarshalTraces(request(n, at, wait))
		require.NoError(t, err)
		traces.Write(append(line, '\n'))
		line, err = (&plog.JSONMarshaler{}).MarshalLogs(linesOf(n, at))
		require.NoError(t, err)
		logs.Write(append(line, '\n'))
	}
	require.NoError(t, os.WriteFile(filepath.Join(folder, "traces.otlp.jsonl"), traces.Bytes(), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "logs.otlp.jsonl"), logs.Bytes(), 0o644))
	r, err := recordings.Open(folder)
	require.NoError(t, err)
	return r
}

func traceID(n int) pcommon.TraceID { return pcommon.TraceID{1, byte(n >> 8), byte(n), 7, 7, 7} }

func request(n int, at time.Time, wait time.Duration) ptrace.Traces {
	traces := ptrace.NewTraces()
	spans := map[string]ptrace.ScopeSpans{}
	next := byte(0)
	add := func(service, name string, kind ptrace.SpanKind, parent pcommon.SpanID, from time.Time, took time.Duration) pcommon.SpanID {
		if _, known := spans[service]; !known {
			r := traces.ResourceSpans().AppendEmpty()
			r.Resource().Attributes().PutStr("service.name", service)
			spans[service] = r.ScopeSpans().AppendEmpty()
		}
		next++
		s := spans[service].Spans().AppendEmpty()
		s.SetTraceID(traceID(n))
		s.SetSpanID(pcommon.SpanID{next, byte(n >> 8), byte(n), 1})
		s.SetParentSpanID(parent)
		s.SetName(name)
		s.SetKind(kind)
		s.SetStartTimestamp(pcommon.NewTimestampFromTime(from))
		s.SetEndTimestamp(pcommon.NewTimestampFromTime(from.Add(took)))
		return s.SpanID()
	}
	work := 20*time.Millisecond + time.Duration(n%7)*time.Millisecond
	total := 2*work + wait + 6*time.Millisecond
	root := add("front", "GET /", ptrace.SpanKindServer, pcommon.SpanID{}, at, total)
	call := add("front", "GET", ptrace.SpanKindClient, root, at.Add(time.Millisecond), work+wait)
	add("stock", "GET /stock", ptrace.SpanKindServer, call, at.Add(time.Millisecond+wait/2), work)
	call = add("front", "GET", ptrace.SpanKindClient, root, at.Add(2*time.Millisecond+work+wait), work+3*time.Millisecond)
	add("prices", "GET /prices", ptrace.SpanKindServer, call, at.Add(3*time.Millisecond+work+wait), work)
	return traces
}

func linesOf(n int, at time.Time) plog.Logs {
	logs := plog.NewLogs()
	for _, service := range []string{"front", "stock", "prices"} {
		r := logs.ResourceLogs().AppendEmpty()
		r.Resource().Attributes().PutStr("service.name", service)
		record := r.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
		record.SetTimestamp(pcommon.NewTimestampFromTime(at.Add(5 * time.Millisecond)))
		record.SetTraceID(traceID(n))
		record.SetSeverityText("INFO")
		record.Body().SetStr("request handled")
	}
	return logs
}

// overheard keeps everything that passes a store's door.
type overheard struct {
	mu   sync.Mutex
	text strings.Builder
}

func (o *overheard) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

// door lets a store's questions and answers pass and notes the questions.
func (o *overheard) door(t *testing.T, address string) map[string]string {
	t.Helper()
	target, err := url.Parse(address)
	require.NoError(t, err)
	through := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		_, _ = fmt.Fprintf(o, "%s %s %v %s\n", r.Method, r.URL.String(), r.Header, body)
		through.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return map[string]string{"url": server.URL}
}

// attentive is the backend, with a note of what it is asked.
type attentive struct {
	score.Backend
	heard *overheard
}

func (a attentive) Investigate(ctx context.Context, request investigate.Request) (*incident.Case, error) {
	text, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	_, _ = a.heard.Write(text)
	return a.Backend.Investigate(ctx, request)
}

func TestAnIncidentIsReplayedFromItsAlertAloneAndRecordedAgain(t *testing.T) {
	t.Parallel()
	r := written(t)
	servers, err := stack.Start(t.Context(), stack.Options{Progress: os.Stderr, OnlyPast: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, servers.Stop(context.Background())) })
	shift := r.EndingAt(time.Now())
	loaded, err := score.Load(t.Context(), r, shift, servers, io.Discard)
	require.NoError(t, err)
	require.Equal(t, 360*5, loaded.Spans)
	require.Equal(t, 360*3, loaded.Lines)
	require.Positive(t, loaded.Derived)

	started, err := plugin.StartBeside(servers, compiled(t), os.Stderr)
	require.NoError(t, err)
	t.Cleanup(started.Stop)
	heard := &overheard{}
	instance := score.InstanceOf(servers)
	instance.Settings = map[string]any{"metrics": heard.door(t, servers.Prometheus.URL), "traces": heard.door(t, servers.Tempo.URL),
		"logs": heard.door(t, servers.Loki.URL), "limits": map[string]string{"questionTimeout": "1m"}}

	judged, err := score.Replay(t.Context(), attentive{score.Backend{Backend: started, Instance: instance}, heard}, r.Name(), &r.Incidents[0], shift)
	require.NoError(t, err)
	require.Equal(t, 1, judged.Place, judged.Ranked)
	require.NotNil(t, judged.OnsetErrorSeconds)
	require.InDelta(t, 0, *judged.OnsetErrorSeconds, 30)
	require.LessOrEqual(t, judged.Questions, 60)
	require.Contains(t, strings.Join(judged.Because, " "), "wait")

	t.Run("the truth never reaches the backend", func(t *testing.T) {
		t.Parallel()
		all := heard.text.String() + about(started.PID())
		require.Contains(t, all, "front", "it listens")
		injected := shift.Time(r.Incidents[0].Truth.Injected)
		for _, secret := range []string{secretFault, secretCause, r.Folder, injected.Format(time.RFC3339), fmt.Sprint(injected.UnixNano())} {
			require.NotContains(t, all, secret)
		}
		document, err := json.Marshal(judged.Case)
		require.NoError(t, err)
		require.NotContains(t, string(document), secretFault)
		require.NotContains(t, string(document), secretCause)
	})
	t.Run("what the stores hold can be recorded and is the same", func(t *testing.T) {
		t.Parallel()
		again := recordings.Recording{Folder: filepath.Join(t.TempDir(), "again"), Title: "again", From: shift.Time(r.From).Add(-time.Minute),
			To: shift.Time(r.To).Add(time.Minute), Incidents: []recordings.Incident{}}
		counts, err := again.Write(t.Context(), recordings.Stores{Prometheus: servers.Prometheus.URL, Tempo: servers.Tempo.URL, Loki: servers.Loki.URL})
		require.NoError(t, err)
		require.Equal(t, 360, counts.Traces)
		require.Equal(t, 360*3, counts.Lines)
		require.Greater(t, counts.Samples, loaded.Derived)
		_, err = again.Write(t.Context(), recordings.Stores{})
		require.ErrorContains(t, err, "holds a recording already")
		spans, identified := 0, 0
		require.NoError(t, again.Traces(t.Context(), func(traces ptrace.Traces) error { spans += traces.SpanCount(); return nil }))
		require.NoError(t, again.Logs(t.Context(), func(logs plog.Logs) error {
			for _, resource := range logs.ResourceLogs().All() {
				for _, record := range resource.ScopeLogs().At(0).LogRecords().All() {
					if !record.TraceID().IsEmpty() {
						identified++
					}
				}
			}
			return nil
		}))
		require.Equal(t, loaded.Spans, spans)
		require.Equal(t, loaded.Lines, identified, "lines keep their traces")
		requireScoredAgain(t, &again, r, shift, started)
	})
}

// requireScoredAgain loads what was recorded into other stores, and finds the same service there.
func requireScoredAgain(t *testing.T, again, r *recordings.Recording, shift recordings.Shift, started *plugin.Backend) {
	t.Helper()
	one := r.Incidents[0]
	one.Alert.At, one.Truth.Injected = shift.Time(one.Alert.At), shift.Time(one.Truth.Injected)
	others, err := stack.Start(t.Context(), stack.Options{Progress: os.Stderr, OnlyPast: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, others.Stop(context.Background())) })
	later := again.EndingAt(time.Now())
	loaded, err := score.Load(t.Context(), again, later, others, io.Discard)
	require.NoError(t, err)
	require.Empty(t, loaded.Refused)
	require.Zero(t, loaded.Derived, "span metrics and service graph were recorded")
	instance := score.InstanceOf(others)
	instance.UID = "faultline-score-again"
	judged, err := score.Replay(t.Context(), score.Backend{Backend: started, Instance: instance}, again.Name(), &one, later)
	require.NoError(t, err)
	require.Equal(t, 1, judged.Place, judged.Ranked)
}

// about is what the system tells of a process: how it was started, in which environment, and what it has open.
func about(pid int) string {
	var text strings.Builder
	for _, file := range []string{"cmdline", "environ"} {
		content, _ := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, file))
		text.Write(content)
	}
	open, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	for _, link := range open {
		target, _ := os.Readlink(link)
		text.WriteString(target + "\n")
	}
	return text.String()
}
