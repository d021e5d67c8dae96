package httpapi

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

func (q *Querier) searchTraces(ctx context.Context, question source.Question) (source.Answer, error) {
	// Tempo counts whole seconds; the window is widened to them and what lies outside is dropped below.
	values := url.Values{
		"q":     {question.Text},
		"start": {strconv.FormatInt(question.Window.From.Unix(), 10)},
		"end":   {strconv.FormatInt(question.Window.To.Add(time.Second-1).Unix(), 10)},
		"limit": {strconv.Itoa(question.Limit)},
		"spss":  {strconv.Itoa(max(1, question.Spans))},
	}
	body, err := q.traces.get(ctx, "/api/search", values, "application/json")
	if err != nil {
		return source.Answer{}, err
	}
	found, err := decodeSearch(body, question.Spans > 0)
	if err != nil {
		return source.Answer{}, err
	}
	answer := source.Answer{Truncated: len(found) >= question.Limit}
	for _, t := range found {
		if question.Window.Contains(t.Start) {
			answer.Traces = append(answer.Traces, t)
		}
	}
	sort.SliceStable(answer.Traces, func(i, j int) bool { return answer.Traces[i].Start.After(answer.Traces[j].Start) })
	return answer, nil
}

func (q *Querier) traceByID(ctx context.Context, question source.Question) (source.Answer, error) {
	id := question.Text
	if len(id)%2 == 1 {
		id = "0" + id
	}
	if _, err := hex.DecodeString(id); err != nil || id == "" || len(id) > 32 {
		return source.Answer{}, q.traces.problem(source.BadQuestion, fmt.Sprintf("%q is not a trace id.", question.Text),
			"A trace id is up to 32 hexadecimal digits.")
	}
	body, err := q.traces.get(ctx, "/api/traces/"+id, url.Values{}, "application/protobuf")
	var problem *source.Problem
	if errors.As(err, &problem) && problem.Kind == source.NotFound {
		return source.Answer{}, q.traces.problem(source.NotFound, fmt.Sprintf("%s does not have trace %s.", q.traces.name, question.Text),
			"It may be older than the store keeps, or was never sampled.")
	}
	if err != nil {
		return source.Answer{}, err
	}
	// Tempo's Trace message is laid out as OTLP's TracesData.
	traces, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(body)
	if err != nil {
		return source.Answer{}, err
	}
	if traces.SpanCount() == 0 {
		return source.Answer{}, errors.New("the trace has no spans")
	}
	return source.Answer{Trace: TraceOf(traces)}, nil
}

// TraceOf reads the spans of one trace from OTLP data. The trace spans the time from its first start to its last end.
func TraceOf(traces ptrace.Traces) *incident.Trace {
	trace := &incident.Trace{}
	var last time.Time
	for _, resourceSpans := range traces.ResourceSpans().All() {
		resource := attributesOf(resourceSpans.Resource().Attributes())
		for _, scope := range resourceSpans.ScopeSpans().All() {
			for _, span := range scope.Spans().All() {
				trace.ID = strings.TrimLeft(span.TraceID().String(), "0")
				s := spanOf(span, resource)
				trace.Spans = append(trace.Spans, s)
				if trace.Start.IsZero() || s.Start.Before(trace.Start) {
					trace.Start = s.Start
				}
				if s.End().After(last) {
					last = s.End()
				}
			}
		}
	}
	trace.Duration = last.Sub(trace.Start)
	sort.SliceStable(trace.Spans, func(i, j int) bool {
		a, b := trace.Spans[i], trace.Spans[j]
		if !a.Start.Equal(b.Start) {
			return a.Start.Before(b.Start)
		}
		return a.Duration > b.Duration
	})
	return trace
}

func spanOf(span ptrace.Span, resource map[string]string) incident.Span {
	s := incident.Span{
		ID:            span.SpanID().String(),
		Parent:        span.ParentSpanID().String(),
		Service:       resource["service.name"],
		Name:          span.Name(),
		Kind:          kindOf(span.Kind()),
		Start:         span.StartTimestamp().AsTime(),
		Duration:      span.EndTimestamp().AsTime().Sub(span.StartTimestamp().AsTime()),
		Failed:        span.Status().Code() == ptrace.StatusCodeError,
		StatusMessage: span.Status().Message(),
		Attributes:    attributesOf(span.Attributes()),
		Resource:      resource,
	}
	for _, event := range span.Events().All() {
		s.Events = append(s.Events, incident.SpanEvent{Name: event.Name(), Time: event.Timestamp().AsTime(),
			Attributes: attributesOf(event.Attributes())})
	}
	return s
}

func kindOf(kind ptrace.SpanKind) incident.SpanKind {
	return map[ptrace.SpanKind]incident.SpanKind{
		ptrace.SpanKindInternal: incident.KindInternal,
		ptrace.SpanKindServer:   incident.KindServer,
		ptrace.SpanKindClient:   incident.KindClient,
		ptrace.SpanKindProducer: incident.KindProducer,
		ptrace.SpanKindConsumer: incident.KindConsumer,
	}[kind]
}

func attributesOf(attributes pcommon.Map) map[string]string {
	if attributes.Len() == 0 {
		return nil
	}
	read := make(map[string]string, attributes.Len())
	for name, value := range attributes.All() {
		read[name] = value.AsString()
	}
	return read
}
