package synth

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/lab/telemetry"
)

const scope = "faultline/lab"

// Metrics is a batch of metrics under construction.
type Metrics struct {
	Data       pmetric.Metrics
	byResource map[*Resource]pmetric.MetricSlice
	byName     map[metricKey]pmetric.Metric
}

type metricKey struct {
	resource *Resource
	name     string
}

// NewMetrics starts a batch.
func NewMetrics() *Metrics {
	return &Metrics{Data: pmetric.NewMetrics(), byResource: map[*Resource]pmetric.MetricSlice{}, byName: map[metricKey]pmetric.Metric{}}
}

// kind is what a metric's data points are.
type kind int

const (
	gaugeKind kind = iota
	counterKind
	upDownKind
	histogramKind
	exponentialKind
	summaryKind
)

func (m *Metrics) metric(series *Series) pmetric.Metric {
	of := gaugeKind
	switch {
	case series.Histogram != nil:
		of = histogramKind
	case series.Counter:
		of = counterKind
	case series.UpDown:
		of = upDownKind
	}
	return m.named(series.Resource, series.Name, series.Unit, of)
}

// named is the place of a resource's metric in the batch.
func (m *Metrics) named(of *Resource, name, unit string, is kind) pmetric.Metric {
	key := metricKey{of, name}
	if metric, ok := m.byName[key]; ok {
		return metric
	}
	metrics, ok := m.byResource[of]
	if !ok {
		resource := m.Data.ResourceMetrics().AppendEmpty()
		of.attributes.CopyTo(resource.Resource().Attributes())
		inner := resource.ScopeMetrics().AppendEmpty()
		inner.Scope().SetName(scope)
		if of.verbatim {
			inner.Scope().SetName(telemetry.Verbatim)
		}
		metrics = inner.Metrics()
		m.byResource[of] = metrics
	}
	metric := metrics.AppendEmpty()
	metric.SetName(name)
	metric.SetUnit(unit)
	switch is {
	case histogramKind:
		metric.SetEmptyHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	case exponentialKind:
		metric.SetEmptyExponentialHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	case summaryKind:
		metric.SetEmptySummary()
	case counterKind, upDownKind:
		sum := metric.SetEmptySum()
		sum.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
		sum.SetIsMonotonic(is == counterKind)
	case gaugeKind:
		metric.SetEmptyGauge()
	}
	m.byName[key] = metric
	return metric
}

// Traces is a batch of spans under construction.
type Traces struct {
	Data       ptrace.Traces
	byResource map[*Resource]ptrace.SpanSlice
}

// NewTraces starts a batch.
func NewTraces() *Traces {
	return &Traces{Data: ptrace.NewTraces(), byResource: map[*Resource]ptrace.SpanSlice{}}
}

// Span adds an empty span of a resource.
func (t *Traces) Span(resource *Resource) ptrace.Span {
	spans, ok := t.byResource[resource]
	if !ok {
		outer := t.Data.ResourceSpans().AppendEmpty()
		resource.attributes.CopyTo(outer.Resource().Attributes())
		inner := outer.ScopeSpans().AppendEmpty()
		inner.Scope().SetName(scope)
		spans = inner.Spans()
		t.byResource[resource] = spans
	}
	return spans.AppendEmpty()
}

// Logs is a batch of log records under construction.
type Logs struct {
	Data       plog.Logs
	byResource map[*Resource]plog.LogRecordSlice
}

// NewLogs starts a batch.
func NewLogs() *Logs {
	return &Logs{Data: plog.NewLogs(), byResource: map[*Resource]plog.LogRecordSlice{}}
}

// Line adds a log record of a resource.
func (l *Logs) Line(resource *Resource, at time.Time, severity plog.SeverityNumber, text string) plog.LogRecord {
	records, ok := l.byResource[resource]
	if !ok {
		outer := l.Data.ResourceLogs().AppendEmpty()
		resource.attributes.CopyTo(outer.Resource().Attributes())
		inner := outer.ScopeLogs().AppendEmpty()
		inner.Scope().SetName(scope)
		records = inner.LogRecords()
		l.byResource[resource] = records
	}
	record := records.AppendEmpty()
	record.SetTimestamp(pcommon.NewTimestampFromTime(at))
	record.SetObservedTimestamp(pcommon.NewTimestampFromTime(at))
	record.SetSeverityNumber(severity)
	record.SetSeverityText(severityText(severity))
	record.Body().SetStr(text)
	return record
}

func severityText(severity plog.SeverityNumber) string {
	switch {
	case severity >= plog.SeverityNumberFatal:
		return "FATAL"
	case severity >= plog.SeverityNumberError:
		return "ERROR"
	case severity >= plog.SeverityNumberWarn:
		return "WARN"
	case severity >= plog.SeverityNumberInfo:
		return "INFO"
	default:
		return "DEBUG"
	}
}
