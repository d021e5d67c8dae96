package telemetry

import (
	"fmt"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

// maxPayload is how large a request may be before compression, in bytes. Servers commonly refuse more than 4 MiB.
const maxPayload = 3 << 20

// payloads encodes telemetry as OTLP requests of a bearable size, in the order of what they hold. Cut divides by the number of
// groups, and each group is encoded on its own; a group that is still too large is halved until it fits or cannot be cut.
type payloads[T any] struct {
	groups func(T) int
	cut    func(from T, first, count int) T
	encode func(T) ([]byte, error)
}

// split gives the encoded requests of all that is in the telemetry.
func (p payloads[T]) split(all T) ([][]byte, error) {
	body, err := p.encode(all)
	if err != nil {
		return nil, fmt.Errorf("encode telemetry as OTLP: %w", err)
	}
	groups := p.groups(all)
	if len(body) <= maxPayload || groups < 2 {
		return [][]byte{body}, nil
	}
	parts := min(groups, len(body)/maxPayload+1)
	out := [][]byte{}
	for i := range parts {
		first, end := i*groups/parts, (i+1)*groups/parts
		bodies, err := p.split(p.cut(all, first, end-first))
		if err != nil {
			return nil, err
		}
		out = append(out, bodies...)
	}
	return out, nil
}

// TracesOf numbers the traces by their first span, from 0.
func TracesOf(traces ptrace.Traces) map[pcommon.TraceID]int {
	places := map[pcommon.TraceID]int{}
	for _, outer := range traces.ResourceSpans().All() {
		for _, inner := range outer.ScopeSpans().All() {
			for _, span := range inner.Spans().All() {
				if _, known := places[span.TraceID()]; !known {
					places[span.TraceID()] = len(places)
				}
			}
		}
	}
	return places
}

// One group is one trace: a store that has one part of a trace may take it for the whole.
var tracePayloads = payloads[ptrace.Traces]{
	groups: func(t ptrace.Traces) int { return len(TracesOf(t)) },
	cut: func(from ptrace.Traces, first, count int) ptrace.Traces {
		to, places := ptrace.NewTraces(), TracesOf(from)
		from.CopyTo(to)
		to.ResourceSpans().RemoveIf(func(outer ptrace.ResourceSpans) bool {
			outer.ScopeSpans().RemoveIf(func(inner ptrace.ScopeSpans) bool {
				inner.Spans().RemoveIf(func(span ptrace.Span) bool {
					at := places[span.TraceID()]
					return at < first || at >= first+count
				})
				return inner.Spans().Len() == 0
			})
			return outer.ScopeSpans().Len() == 0
		})
		return to
	},
	encode: func(t ptrace.Traces) ([]byte, error) { return ptraceotlp.NewExportRequestFromTraces(t).MarshalProto() },
}

// One group is one log record.
var logPayloads = payloads[plog.Logs]{
	groups: plog.Logs.LogRecordCount,
	cut: func(from plog.Logs, first, count int) plog.Logs {
		to, outside := plog.NewLogs(), outsideOf(first, count)
		from.CopyTo(to)
		to.ResourceLogs().RemoveIf(func(outer plog.ResourceLogs) bool {
			outer.ScopeLogs().RemoveIf(func(inner plog.ScopeLogs) bool {
				inner.LogRecords().RemoveIf(func(plog.LogRecord) bool { return outside() })
				return inner.LogRecords().Len() == 0
			})
			return outer.ScopeLogs().Len() == 0
		})
		return to
	},
	encode: func(l plog.Logs) ([]byte, error) { return plogotlp.NewExportRequestFromLogs(l).MarshalProto() },
}

// One group is one metric of one resource: its points stay together and in order, as stores want them.
var metricPayloads = payloads[pmetric.Metrics]{
	groups: pmetric.Metrics.MetricCount,
	cut: func(from pmetric.Metrics, first, count int) pmetric.Metrics {
		to, outside := pmetric.NewMetrics(), outsideOf(first, count)
		from.CopyTo(to)
		to.ResourceMetrics().RemoveIf(func(outer pmetric.ResourceMetrics) bool {
			outer.ScopeMetrics().RemoveIf(func(inner pmetric.ScopeMetrics) bool {
				inner.Metrics().RemoveIf(func(pmetric.Metric) bool { return outside() })
				return inner.Metrics().Len() == 0
			})
			return outer.ScopeMetrics().Len() == 0
		})
		return to
	},
	encode: func(m pmetric.Metrics) ([]byte, error) {
		return pmetricotlp.NewExportRequestFromMetrics(m).MarshalProto()
	},
}

// outsideOf says of one item after the other whether it lies outside of a part of them all.
func outsideOf(first, count int) func() bool {
	at := -1
	return func() bool {
		at++
		return at < first || at >= first+count
	}
}
