package replay

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/lab/recordings"
	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Telemetry is a recording, read into memory: what an investigation can ask for.
type Telemetry struct {
	traces  []incident.Trace // ordered by time
	lines   map[string][]rank.Line
	metrics []rank.Metric
}

// reading is telemetry while it is being read.
type reading struct {
	Telemetry

	places map[string]int // of traces, by id
	series map[string]*rank.Metric
}

func newReading() *reading {
	return &reading{Telemetry: Telemetry{lines: map[string][]rank.Line{}}, places: map[string]int{}, series: map[string]*rank.Metric{}}
}

// Read reads a recording's files, as far as they can be read. One that is missing holds nothing.
func Read(ctx context.Context, r *recordings.Recording) (*Telemetry, error) {
	t := newReading()
	for _, err := range []error{
		r.Traces(ctx, func(traces ptrace.Traces) error { t.addTraces(traces); return nil }),
		r.Logs(ctx, func(logs plog.Logs) error { t.addLogs(logs); return nil }),
		r.Metrics(ctx, func(metrics pmetric.Metrics) error { t.addMetrics(metrics); return nil }),
	} {
		var damage *recordings.Damage
		if err != nil && !errors.As(err, &damage) {
			return nil, err
		}
	}
	return t.done(), nil
}

// Of is telemetry that was never stored, such as a scenario writes.
func Of(traces ptrace.Traces, logs plog.Logs, metrics pmetric.Metrics) *Telemetry {
	t := newReading()
	t.addTraces(traces)
	t.addLogs(logs)
	t.addMetrics(metrics)
	return t.done()
}

// done puts everything in order.
func (t *reading) done() *Telemetry {
	for i := range t.traces {
		t.traces[i] = asSampled(t.traces[i])
	}
	slices.SortFunc(t.traces, func(a, b incident.Trace) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID)) })
	for _, key := range slices.Sorted(maps.Keys(t.series)) {
		m := t.series[key]
		slices.SortFunc(m.Points, func(a, b incident.Point) int { return a.Time.Compare(b.Time) })
		t.metrics = append(t.metrics, *m)
	}
	return &t.Telemetry
}

func text(attributes pcommon.Map, key string) string {
	value, there := attributes.Get(key)
	if !there {
		return ""
	}
	return value.AsString()
}

func traceID(id pcommon.TraceID) string {
	if id.IsEmpty() {
		return ""
	}
	return strings.TrimLeft(id.String(), "0")
}

var kinds = map[ptrace.SpanKind]incident.SpanKind{ptrace.SpanKindClient: incident.KindClient, ptrace.SpanKindServer: incident.KindServer,
	ptrace.SpanKindProducer: incident.KindProducer, ptrace.SpanKindConsumer: incident.KindConsumer}

func (t *reading) addTraces(traces ptrace.Traces) {
	for _, resource := range traces.ResourceSpans().All() {
		service := text(resource.Resource().Attributes(), "service.name")
		for _, scope := range resource.ScopeSpans().All() {
			for _, s := range scope.Spans().All() {
				id := traceID(s.TraceID())
				place, known := t.places[id]
				if !known {
					place = len(t.traces)
					t.places[id] = place
					t.traces = append(t.traces, incident.Trace{ID: id})
				}
				start := s.StartTimestamp().AsTime()
				t.traces[place].Spans = append(t.traces[place].Spans, incident.Span{ID: s.SpanID().String(), Parent: parentID(s.ParentSpanID()),
					Service: service, Name: s.Name(), Kind: kinds[s.Kind()], Start: start, Duration: s.EndTimestamp().AsTime().Sub(start),
					Failed: s.Status().Code() == ptrace.StatusCodeError})
			}
		}
	}
}

func parentID(id pcommon.SpanID) string {
	if id.IsEmpty() {
		return ""
	}
	return id.String()
}

// asSampled keeps of a trace what the investigation's question to the trace store brings: roots, both ends of calls, and
// errors. What lies between is bridged.
func asSampled(t incident.Trace) incident.Trace {
	byID := make(map[string]int, len(t.Spans))
	for i, s := range t.Spans {
		byID[s.ID] = i
	}
	kept := brought(t, byID)
	out := incident.Trace{ID: t.ID}
	end := time.Time{}
	for i, s := range t.Spans {
		if out.Start.IsZero() || s.Start.Before(out.Start) {
			out.Start = s.Start
		}
		if s.End().After(end) {
			end = s.End()
		}
		if !kept[i] {
			continue
		}
		p, known := byID[s.Parent]
		for steps := 0; known && !kept[p] && steps < len(t.Spans); steps++ {
			s.Parent = t.Spans[p].Parent
			p, known = byID[s.Parent]
		}
		out.Spans = append(out.Spans, s)
	}
	out.Duration = end.Sub(out.Start)
	return out
}

// brought says of each span whether the question brings it.
func brought(t incident.Trace, byID map[string]int) []bool {
	kept := make([]bool, len(t.Spans))
	for i, s := range t.Spans {
		p, known := byID[s.Parent]
		if s.Parent == "" || s.Failed {
			kept[i] = true
		}
		called := s.Kind == incident.KindServer || s.Kind == incident.KindConsumer
		if known && called && (t.Spans[p].Kind == incident.KindClient || t.Spans[p].Kind == incident.KindProducer) {
			kept[i], kept[p] = true, true
		}
	}
	return kept
}

func (t *reading) addLogs(logs plog.Logs) {
	for _, resource := range logs.ResourceLogs().All() {
		service := text(resource.Resource().Attributes(), "service.name")
		for _, scope := range resource.ScopeLogs().All() {
			for _, l := range scope.LogRecords().All() {
				if id := traceID(l.TraceID()); id != "" {
					t.lines[id] = append(t.lines[id], rank.Line{Time: l.Timestamp().AsTime(), Service: service, Trace: id, Span: l.SpanID().String(),
						Text: l.Body().AsString(), Level: strings.ToLower(l.SeverityText())})
				}
			}
		}
	}
}

// addMetrics keeps the gauges that tell how much of its machine a service uses, spelt as the store spells them.
func (t *reading) addMetrics(metrics pmetric.Metrics) {
	for _, resource := range metrics.ResourceMetrics().All() {
		service, pod := text(resource.Resource().Attributes(), "service.name"), text(resource.Resource().Attributes(), "k8s.pod.name")
		for _, scope := range resource.ScopeMetrics().All() {
			for _, m := range scope.Metrics().All() {
				name := strings.ReplaceAll(m.Name(), ".", "_")
				kind, counter := convention.InfrastructureKind(name)
				if kind == "" || counter || !infrastructure.MatchString(name) || m.Type() != pmetric.MetricTypeGauge {
					continue
				}
				for _, p := range m.Gauge().DataPoints().All() {
					of := rank.Metric{Service: service, Pod: pod, Name: name, Kind: rank.Kind(kind)}
					if measured := text(p.Attributes(), "pod"); measured != "" { // whoever measured tells of others
						of.Service, of.Pod = workload(measured), measured
					}
					t.addPoint(of, incident.Point{Time: p.Timestamp().AsTime(), Value: p.DoubleValue()})
				}
			}
		}
	}
}

func (t *reading) addPoint(of rank.Metric, p incident.Point) {
	key := strings.Join([]string{of.Name, of.Service, of.Pod}, "\x00")
	if t.series[key] == nil {
		t.series[key] = &of
	}
	t.series[key].Points = append(t.series[key].Points, p)
}

// workload is a pod's name without what its replica set and its deployment append.
func workload(pod string) string {
	parts := strings.Split(pod, "-")
	return strings.Join(parts[:max(1, len(parts)-2)], "-")
}
