package recordings

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// Shift is a constant by which every time of a recording is moved, so that the stores, which mind how old telemetry is,
// take it for fresh.
type Shift time.Duration

// EndingAt is the shift that makes the recording, and the last of its alerts, end at a time. It is whole seconds, so that
// samples keep their places within a minute's grid relative to each other.
func (r *Recording) EndingAt(end time.Time) Shift {
	last := r.To
	for _, i := range r.Incidents {
		if i.Alert.At.After(last) {
			last = i.Alert.At
		}
	}
	return Shift(end.Sub(last).Truncate(time.Second))
}

// WholeMinutes is the shift without its seconds: less than a minute nearer to where the recording was.
func (s Shift) WholeMinutes() Shift { return Shift(time.Duration(s).Truncate(time.Minute)) }

// Time moves one time; one that is not set stays so.
func (s Shift) Time(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(time.Duration(s)).UTC()
}

func (s Shift) stamp(t pcommon.Timestamp) pcommon.Timestamp {
	if t == 0 {
		return 0
	}
	return pcommon.NewTimestampFromTime(t.AsTime().Add(time.Duration(s)))
}

// Traces moves all spans and their events, in place.
func (s Shift) Traces(traces ptrace.Traces) {
	for _, resource := range traces.ResourceSpans().All() {
		for _, scope := range resource.ScopeSpans().All() {
			for _, span := range scope.Spans().All() {
				span.SetStartTimestamp(s.stamp(span.StartTimestamp()))
				span.SetEndTimestamp(s.stamp(span.EndTimestamp()))
				for _, event := range span.Events().All() {
					event.SetTimestamp(s.stamp(event.Timestamp()))
				}
			}
		}
	}
}

// Logs moves all records, in place.
func (s Shift) Logs(logs plog.Logs) {
	for _, resource := range logs.ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				record.SetTimestamp(s.stamp(record.Timestamp()))
				record.SetObservedTimestamp(s.stamp(record.ObservedTimestamp()))
			}
		}
	}
}

// point is what data points of every kind have.
type point interface {
	StartTimestamp() pcommon.Timestamp
	SetStartTimestamp(pcommon.Timestamp)
	Timestamp() pcommon.Timestamp
	SetTimestamp(pcommon.Timestamp)
}

// Metrics moves all data points, in place.
func (s Shift) Metrics(metrics pmetric.Metrics) {
	for _, resource := range metrics.ResourceMetrics().All() {
		for _, scope := range resource.ScopeMetrics().All() {
			for _, metric := range scope.Metrics().All() {
				for _, p := range pointsOf(metric) {
					p.SetStartTimestamp(s.stamp(p.StartTimestamp()))
					p.SetTimestamp(s.stamp(p.Timestamp()))
				}
			}
		}
	}
}

// pointsOf lists a metric's data points whatever their kind.
func pointsOf(metric pmetric.Metric) []point {
	var points []point
	switch metric.Type() {
	case pmetric.MetricTypeGauge:
		points = appendPoints(points, metric.Gauge().DataPoints())
	case pmetric.MetricTypeSum:
		points = appendPoints(points, metric.Sum().DataPoints())
	case pmetric.MetricTypeHistogram:
		points = appendPoints(points, metric.Histogram().DataPoints())
	case pmetric.MetricTypeExponentialHistogram:
		points = appendPoints(points, metric.ExponentialHistogram().DataPoints())
	case pmetric.MetricTypeSummary:
		points = appendPoints(points, metric.Summary().DataPoints())
	case pmetric.MetricTypeEmpty:
	}
	return points
}

func appendPoints[P point](points []point, slice interface {
	Len() int
	At(int) P
}) []point {
	for i := range slice.Len() {
		points = append(points, slice.At(i))
	}
	return points
}
