package lab_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/logs"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/httpapi"
)

func TestLokiFindsATracesLinesInEverySpelling(t *testing.T) {
	t.Parallel()
	for name, trace := range map[string]struct{ id, padded, uuid, half, decimal string }{
		"64 bits": {"8f2e4a1b7c9d3e50", "00000000000000008f2e4a1b7c9d3e50", "00000000-0000-0000-8f2e-4a1b7c9d3e50",
			"8f2e4a1b7c9d3e50", "10317265278267637328"},
		"128 bits": {"4bf92f3577b34da6a3ce929d0e0e4736", "4bf92f3577b34da6a3ce929d0e0e4736", "4bf92f35-77b3-4da6-a3ce-929d0e0e4736",
			"a3ce929d0e0e4736", "11803532876627986230"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := time.Now().Add(-10 * time.Second)
			service := fmt.Sprintf("spelling-%d", at.UnixNano()) // the store forgets nothing between runs
			texts := []string{"failed trace_id=" + trace.id, "failed in " + trace.padded, "failed in " + strings.ToUpper(trace.padded),
				"failed in " + trace.uuid, "failed in " + strings.ToUpper(trace.uuid), "failed in " + trace.half, "dd.trace_id=" + trace.decimal,
				`{"traceId":"` + trace.id + `","message":"failed"}`}
			metadata := []map[string]string{{"trace_id": trace.padded}, {"traceid": trace.id}, {"traceID": strings.ToUpper(trace.padded)},
				{"otelTraceID": trace.uuid}, {"TraceId": trace.half}}
			pushLines(t, service, at, texts, metadata)

			c := &incident.Case{Facts: incident.Facts{LogLabels: &incident.LogLabels{Service: "service_name"}, Culprit: &incident.Culprit{},
				Example: &incident.Example{Trace: incident.Trace{ID: trace.id, Start: at, Duration: time.Second, Spans: []incident.Span{{Service: service}}}}}}
			questions, err := logs.TraceLines().Plan(c)
			require.NoError(t, err)
			require.Len(t, questions, 2)
			found := map[string][]incident.Line{}
			loki, err := httpapi.New(httpapi.Options{Client: http.DefaultClient, Logs: httpapi.Store{URL: world.Stack.Loki.URL, Name: "lab"}})
			require.NoError(t, err)
			answers := source.Answers{}
			for _, q := range questions {
				answers[q.Name] = loki.Ask(context.Background(), q)
				require.Nil(t, answers[q.Name].Problem, "%v", answers[q.Name].Problem)
				found[q.Name] = answers[q.Name].Lines
			}
			require.Len(t, found["text"], len(texts))
			require.Len(t, found["structured metadata"], len(metadata))
			reading, err := logs.TraceLines().Read(c, answers)
			require.NoError(t, err)
			require.Equal(t, incident.Found, reading.Outcome)
			require.Len(t, reading.Findings[0].Evidence.Lines, len(texts)+len(metadata))
		})
	}
}

// pushLines writes lines of a service: some with the given texts, some with the given metadata, and some of other traces.
func pushLines(t *testing.T, service string, at time.Time, texts []string, metadata []map[string]string) {
	t.Helper()
	var values [][]any
	add := func(text string, fields map[string]string) {
		stamp := strconv.FormatInt(at.Add(time.Duration(len(values))*time.Millisecond).UnixNano(), 10)
		values = append(values, []any{stamp, text, fields})
	}
	for _, text := range texts {
		add(text, map[string]string{})
	}
	for _, fields := range metadata {
		add("failed", fields)
	}
	add("failed trace_id=0123456789abcdef", map[string]string{"trace_id": "0123456789abcdef0123456789abcdef"})
	add("failed", map[string]string{})
	body, err := json.Marshal(map[string]any{"streams": []any{map[string]any{"stream": map[string]string{"service_name": service}, "values": values}}})
	require.NoError(t, err)
	response, err := http.Post(world.Stack.Loki.URL+"/loki/api/v1/push", "application/json", bytes.NewReader(body))
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusNoContent, response.StatusCode)
}
