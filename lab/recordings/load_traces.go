package recordings

import (
	"context"
	"maps"
	"slices"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/lab/telemetry"
)

const (
	spansAtOnce = 8000
	spansSorted = 250000 // the most that are held in memory to be sorted
	traceSlice  = 5 * time.Minute
)

// pushTraces pushes the traces in slices of their time, or as the file has them where they are too many to be sorted.
func (l *Loading) pushTraces(ctx context.Context, made *deriver) error {
	held, known, most := ptrace.NewTraces(), map[pcommon.TraceID]bool{}, spansSorted
	err := l.recording.Traces(ctx, func(traces ptrace.Traces) error {
		l.shift.Traces(traces)
		made.add(traces)
		traces.ResourceSpans().MoveAndAppendTo(held.ResourceSpans())
		if held.SpanCount() < most {
			return nil
		}
		most = spansAtOnce // it is in no order from here on
		_, err := l.pushHeld(ctx, &held, known)
		return err
	})
	if err := l.readable(err); err != nil {
		return err
	}
	if most == spansAtOnce {
		_, err := l.pushHeld(ctx, &held, known)
		return err
	}
	parts := inSlices(held)
	for i := range parts {
		taken, err := l.pushHeld(ctx, &parts[i], known)
		if err == nil && l.Sliced != nil {
			err = l.Sliced(ctx, float64(i+1)/float64(len(parts)), taken)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// pushHeld pushes spans and holds none afterwards. Known are the traces that were taken, of which nobody is to be counted twice.
func (l *Loading) pushHeld(ctx context.Context, held *ptrace.Traces, known map[pcommon.TraceID]bool) (telemetry.Volume, error) {
	taken, err := l.push(ctx, telemetry.Batch{Metrics: pmetric.NewMetrics(), Logs: plog.NewLogs(), Traces: *held})
	l.spans.Add(int64(held.SpanCount()))
	if taken.Traces > 0 { // nobody may wait for those that were refused
		for id := range telemetry.TracesOf(*held) {
			known[id] = true
		}
	}
	l.traces.Store(int64(len(known)))
	*held = ptrace.NewTraces()
	return taken, err
}

// inSlices are the spans by the time at which their trace begins, the earliest first. Nothing is left in all.
func inSlices(all ptrace.Traces) []ptrace.Traces {
	began := map[pcommon.TraceID]pcommon.Timestamp{}
	each(all, func(span ptrace.Span) {
		if at, is := began[span.TraceID()]; !is || span.StartTimestamp() < at {
			began[span.TraceID()] = span.StartTimestamp()
		}
	})
	sliceOf := func(span ptrace.Span) int64 {
		return int64(began[span.TraceID()] / pcommon.Timestamp(traceSlice)) // #nosec G115 -- minutes since 1970
	}
	found := map[int64]ptrace.Traces{}
	for _, outer := range all.ResourceSpans().All() {
		for _, inner := range outer.ScopeSpans().All() {
			here := map[int64]ptrace.SpanSlice{}
			for _, span := range inner.Spans().All() {
				n := sliceOf(span)
				spans, is := here[n]
				if !is {
					if _, is := found[n]; !is {
						found[n] = ptrace.NewTraces()
					}
					spans = alike(found[n], outer, inner)
					here[n] = spans
				}
				span.MoveTo(spans.AppendEmpty())
			}
		}
	}
	sorted := make([]ptrace.Traces, 0, len(found))
	for _, n := range slices.Sorted(maps.Keys(found)) {
		sorted = append(sorted, found[n])
	}
	return sorted
}

// alike is a new place for spans of the same resource and scope.
func alike(in ptrace.Traces, resource ptrace.ResourceSpans, scope ptrace.ScopeSpans) ptrace.SpanSlice {
	outer := in.ResourceSpans().AppendEmpty()
	resource.Resource().CopyTo(outer.Resource())
	outer.SetSchemaUrl(resource.SchemaUrl())
	inner := outer.ScopeSpans().AppendEmpty()
	scope.Scope().CopyTo(inner.Scope())
	inner.SetSchemaUrl(scope.SchemaUrl())
	return inner.Spans()
}

func each(traces ptrace.Traces, do func(ptrace.Span)) {
	for _, outer := range traces.ResourceSpans().All() {
		for _, inner := range outer.ScopeSpans().All() {
			for _, span := range inner.Spans().All() {
				do(span)
			}
		}
	}
}
