package edgecases

import (
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/lab/telemetry"
)

// Arrival is a span on its way to the store.
type Arrival struct {
	Service string
	At      time.Time     // of its start
	Before  time.Duration // the alert
}

// Source is a case that is being played. Late is empty until all was generated.
type Source struct {
	telemetry.Source

	of   Case
	late ptrace.Traces
}

// Play begins to play a case whose alert is at a time.
func (c Case) Play(at time.Time, seed uint64) *Source {
	return &Source{Source: c.Start(at, seed), of: c, late: ptrace.NewTraces()}
}

// Late are the spans that arrive when all others are filed.
func (s *Source) Late() telemetry.Batch {
	return telemetry.Batch{Traces: s.late, Metrics: pmetric.NewMetrics(), Logs: plog.NewLogs()}
}

// Generate implements telemetry.Source.
func (s *Source) Generate(until time.Time) telemetry.Batch {
	batch := s.Source.Generate(until)
	if s.of.carry != nil {
		s.of.carry(&batch)
	}
	if s.of.late != nil {
		s.keepBack(batch.Traces)
	}
	return batch
}

// keepBack takes the late spans out of what arrives at once.
func (s *Source) keepBack(traces ptrace.Traces) {
	for _, resource := range traces.ResourceSpans().All() {
		kept := s.late.ResourceSpans().AppendEmpty()
		resource.Resource().CopyTo(kept.Resource())
		into := kept.ScopeSpans().AppendEmpty().Spans()
		for _, scope := range resource.ScopeSpans().All() {
			scope.Spans().RemoveIf(func(span ptrace.Span) bool {
				at := span.StartTimestamp().AsTime()
				late := s.of.late(Arrival{Service: attribute(resource.Resource(), "service.name"), At: at, Before: s.Alert().Sub(at)})
				if late {
					span.CopyTo(into.AppendEmpty())
				}
				return late
			})
		}
	}
}

func attribute(of pcommon.Resource, name string) string {
	value, has := of.Attributes().Get(name)
	if !has {
		return ""
	}
	return value.AsString()
}

// unseen leaves out all that a service reports of itself.
func unseen(service string) func(*telemetry.Batch) {
	return func(b *telemetry.Batch) {
		is := func(r pcommon.Resource) bool { return attribute(r, "service.name") == service }
		b.Traces.ResourceSpans().RemoveIf(func(r ptrace.ResourceSpans) bool { return is(r.Resource()) })
		b.Metrics.ResourceMetrics().RemoveIf(func(r pmetric.ResourceMetrics) bool { return is(r.Resource()) })
		b.Logs.ResourceLogs().RemoveIf(func(r plog.ResourceLogs) bool { return is(r.Resource()) })
	}
}

// lineByLine ships each line of a text by itself, as an agent does that reads files and knows no stack traces: only the first carries
// the level and the trace's id.
func lineByLine(b *telemetry.Batch) {
	for _, resource := range b.Logs.ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			whole := plog.NewLogRecordSlice()
			scope.LogRecords().MoveAndAppendTo(whole)
			for _, record := range whole.All() {
				for i, line := range strings.Split(record.Body().Str(), "\n") {
					one := scope.LogRecords().AppendEmpty()
					one.SetTimestamp(record.Timestamp() + pcommon.Timestamp(i)) // #nosec G115 -- lines are few
					one.Body().SetStr(line)
				}
			}
		}
	}
}

// byReplicas writes every series of a namespace twice, as two Prometheus servers do that scrape the same targets some seconds apart.
func byReplicas(namespace string) func(*telemetry.Batch) {
	const apart = 7 * time.Second
	return func(b *telemetry.Batch) { metricsOf(b, namespace, func(m pmetric.Metric) { twice(m, apart) }) }
}

// metricsOf visits the metrics that the services of a namespace report.
func metricsOf(b *telemetry.Batch, namespace string, visit func(pmetric.Metric)) {
	for _, resource := range b.Metrics.ResourceMetrics().All() {
		if attribute(resource.Resource(), "service.namespace") != namespace {
			continue
		}
		for _, scope := range resource.ScopeMetrics().All() {
			for _, metric := range scope.Metrics().All() {
				visit(metric)
			}
		}
	}
}

const replicaLabel = "prometheus_replica"

// twice copies a metric's points.
func twice(metric pmetric.Metric, apart time.Duration) {
	numbers := func(points pmetric.NumberDataPointSlice) {
		for i := range points.Len() {
			points.At(i).Attributes().PutStr(replicaLabel, "server-a")
			other := points.AppendEmpty()
			points.At(i).CopyTo(other)
			other.Attributes().PutStr(replicaLabel, "server-b")
			other.SetTimestamp(pcommon.NewTimestampFromTime(other.Timestamp().AsTime().Add(-apart)))
		}
	}
	switch metric.Type() {
	case pmetric.MetricTypeSum:
		numbers(metric.Sum().DataPoints())
	case pmetric.MetricTypeGauge:
		numbers(metric.Gauge().DataPoints())
	case pmetric.MetricTypeHistogram:
		points := metric.Histogram().DataPoints()
		for i := range points.Len() {
			points.At(i).Attributes().PutStr(replicaLabel, "server-a")
			other := points.AppendEmpty()
			points.At(i).CopyTo(other)
			other.Attributes().PutStr(replicaLabel, "server-b")
			other.SetTimestamp(pcommon.NewTimestampFromTime(other.Timestamp().AsTime().Add(-apart)))
		}
	case pmetric.MetricTypeEmpty, pmetric.MetricTypeExponentialHistogram, pmetric.MetricTypeSummary: // no system here writes these
	}
}

// inTurn writes every histogram of a namespace as two collectors do that both count a part of the requests and do not know of each
// other: one sample is the one's, the next the other's.
func inTurn(namespace string, every time.Duration) func(*telemetry.Batch) {
	const first = 0.37 // of the requests
	part := func(at time.Time) float64 {
		if at.Unix()/int64(every.Seconds())%2 == 0 {
			return 1 - first
		}
		return first
	}
	return func(b *telemetry.Batch) {
		metricsOf(b, namespace, func(m pmetric.Metric) {
			if m.Type() != pmetric.MetricTypeHistogram {
				return
			}
			for _, point := range m.Histogram().DataPoints().All() {
				scale(point, part(point.Timestamp().AsTime()))
			}
		})
	}
}

// scale leaves a part of what a histogram has counted.
func scale(point pmetric.HistogramDataPoint, part float64) {
	total := uint64(0)
	for i := range point.BucketCounts().Len() {
		n := uint64(float64(point.BucketCounts().At(i)) * part)
		point.BucketCounts().SetAt(i, n)
		total += n
	}
	point.SetCount(total)
	point.SetSum(point.Sum() * part)
}
