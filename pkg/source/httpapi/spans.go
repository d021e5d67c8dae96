package httpapi

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

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
	orderSpans(trace.Spans)
	return trace
}

// orderSpans orders by start; of those that start together, parents come before children and longer spans before shorter.
func orderSpans(spans []incident.Span) {
	depths := depthsOf(spans)
	slices.SortStableFunc(spans, func(a, b incident.Span) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(depths[a.ID], depths[b.ID]), cmp.Compare(b.Duration, a.Duration),
			cmp.Compare(a.ID, b.ID))
	})
}

// depthsOf counts the ancestors of every span by its id. Ancestors that are missing do not count.
func depthsOf(spans []incident.Span) map[string]int {
	parents := make(map[string]string, len(spans))
	for _, s := range spans {
		parents[s.ID] = s.Parent
	}
	depths := make(map[string]int, len(spans))
	var way []string
	for _, s := range spans {
		way = way[:0]
		id := s.ID
		for {
			if _, known := depths[id]; known {
				break
			}
			depths[id] = 0 // so that spans that are each other's ancestors come to an end
			way = append(way, id)
			if _, here := parents[parents[id]]; !here {
				break
			}
			id = parents[id]
		}
		for i := len(way) - 1; i >= 0; i-- { // without recursion, since a trace can be deeper than a stack
			if above := parents[way[i]]; above != way[i] {
				if _, here := parents[above]; here {
					depths[way[i]] = depths[above] + 1
				}
			}
		}
	}
	return depths
}

func spanOf(span ptrace.Span, resource map[string]string) incident.Span {
	s := incident.Span{
		ID:            span.SpanID().String(),
		Parent:        span.ParentSpanID().String(),
		Service:       resource["service.name"],
		Name:          span.Name(),
		Kind:          kindOf(span.Kind()),
		Start:         span.StartTimestamp().AsTime(),
		Duration:      max(span.EndTimestamp().AsTime().Sub(span.StartTimestamp().AsTime()), 0), // an unfinished span has no end
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
