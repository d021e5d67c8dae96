package sourcetest

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// Native is an answer as its store writes it, so that what real stores answered can be answered again in every damaged way.
func Native(a source.Answer) []byte {
	if a.Question.Kind == source.TraceByID {
		return otlp(a.Trace)
	}
	written, err := json.Marshal(nativeJSON(a))
	if err != nil {
		panic(err)
	}
	return written
}

type object = map[string]any

func nativeJSON(a source.Answer) object {
	success := func(data any) object { return object{"status": "success", "data": data} }
	result := func(kind string, result any) object { return success(object{"resultType": kind, "result": result}) }
	switch a.Question.Kind {
	case source.Instant, source.LogCount:
		return result("vector", each(a.Series, func(s incident.Series) any {
			return object{"metric": labels(s.Labels), "value": sample(s.Points[0])}
		}))
	case source.Range:
		return result("matrix", each(a.Series, func(s incident.Series) any {
			return object{"metric": labels(s.Labels), "values": each(s.Points, sample)}
		}))
	case source.Exemplars:
		return success([]any{object{"seriesLabels": object{}, "exemplars": each(a.Exemplars, func(e incident.Exemplar) any {
			return object{"labels": object{"trace_id": e.Trace}, "value": number(e.Value), "timestamp": seconds(e.Time)}
		})}})
	case source.Lines:
		return result("streams", each(a.Lines, func(l incident.Line) any {
			return object{"stream": labels(l.Labels), "values": []any{[]any{nanos(l.Time), l.Text}}}
		}))
	case source.TraceSearch:
		return object{"traces": each(a.Traces, func(t incident.TraceSummary) any { return foundTrace(t, a.Question.Spans > 0) }),
			"metrics": object{"completedJobs": 1, "totalJobs": 1}}
	case source.TraceNames:
		return object{"tagValues": each(a.Names, func(name string) any { return object{"type": "string", "value": name} }), "metrics": object{}}
	case source.AlertRules, source.GrafanaRules:
		return success(object{"groups": []any{object{"rules": each(a.Rules, func(r incident.AlertRule) any {
			return object{"type": "alerting", "name": r.Name, "query": strings.Join(r.Queries, " | "), "labels": labels(r.Labels), "annotations": labels(r.Annotations), "alerts": []any{}}
		})}}})
	default:
		return success(each(a.Names, func(name string) any { return name }))
	}
}

func each[T any](all []T, write func(T) any) []any {
	written := []any{}
	for _, one := range all {
		written = append(written, write(one))
	}
	return written
}

func labels(all map[string]string) object {
	written := object{}
	for name, value := range all {
		written[name] = value
	}
	return written
}

func sample(p incident.Point) any { return []any{seconds(p.Time), number(p.Value)} }

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func nanos(t time.Time) string { return strconv.FormatInt(t.UnixNano(), 10) }

func foundTrace(t incident.TraceSummary, spans bool) object {
	found := object{"traceID": t.ID, "rootServiceName": t.Service, "rootTraceName": t.Name, "startTimeUnixNano": nanos(t.Start), "durationMs": t.Duration.Milliseconds()}
	if spans {
		found["spanSets"] = []any{object{"matched": t.Matched, "spans": each(t.Spans, func(s incident.Span) any {
			attributes := []any{}
			add := func(key, value string) {
				attributes = append(attributes, object{"key": key, "value": object{"stringValue": value}})
			}
			for name, value := range s.Attributes {
				add(name, value)
			}
			add("service.name", s.Service)
			add("span:parentID", s.Parent)
			add("kind", string(s.Kind))
			add("statusMessage", s.StatusMessage)
			if s.Failed {
				add("status", "error")
			}
			span := object{"spanID": s.ID, "name": s.Name, "durationNanos": fmt.Sprint(int64(s.Duration)), "attributes": attributes}
			if !s.Start.IsZero() {
				span["startTimeUnixNano"] = nanos(s.Start)
			}
			return span
		})}}
	}
	return found
}

// otlp is a trace in Protocol Buffers.
func otlp(t *incident.Trace) []byte {
	data := ptrace.NewTraces()
	if t != nil {
		for _, s := range t.Spans {
			resource := data.ResourceSpans().AppendEmpty()
			fill(resource.Resource().Attributes(), s.Resource)
			resource.Resource().Attributes().PutStr("service.name", s.Service)
			span := resource.ScopeSpans().AppendEmpty().Spans().AppendEmpty()
			span.SetTraceID(pcommon.TraceID(digits(t.ID, 16)))
			span.SetSpanID(pcommon.SpanID(digits(s.ID, 8)))
			span.SetParentSpanID(pcommon.SpanID(digits(s.Parent, 8)))
			span.SetName(s.Name)
			span.SetKind(map[incident.SpanKind]ptrace.SpanKind{incident.KindServer: ptrace.SpanKindServer, incident.KindClient: ptrace.SpanKindClient,
				incident.KindInternal: ptrace.SpanKindInternal, incident.KindProducer: ptrace.SpanKindProducer, incident.KindConsumer: ptrace.SpanKindConsumer}[s.Kind])
			span.SetStartTimestamp(pcommon.NewTimestampFromTime(s.Start))
			span.SetEndTimestamp(pcommon.NewTimestampFromTime(s.End()))
			if s.Failed {
				span.Status().SetCode(ptrace.StatusCodeError)
			}
			span.Status().SetMessage(s.StatusMessage)
			fill(span.Attributes(), s.Attributes)
			for _, e := range s.Events {
				event := span.Events().AppendEmpty()
				event.SetName(e.Name)
				event.SetTimestamp(pcommon.NewTimestampFromTime(e.Time))
				fill(event.Attributes(), e.Attributes)
			}
		}
	}
	written, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(data)
	if err != nil {
		panic(err)
	}
	return written
}

func fill(into pcommon.Map, attributes map[string]string) {
	for name, value := range attributes {
		into.PutStr(name, value)
	}
}

// digits are the bytes of an id in hex, which may lack the zeros that it begins with.
func digits(text string, size int) []byte {
	decoded, _ := hex.DecodeString(strings.Repeat("0", max(0, 2*size-len(text))) + text)
	return append(decoded, make([]byte, size)...)[:size]
}
