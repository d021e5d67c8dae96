package walkthrough_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/lab/scenarios/walkthrough"
	"github.com/faultline-investigation/faultline/lab/telemetry"
)

var alert = time.Date(2026, 1, 20, 10, 47, 0, 0, time.UTC)

// sample is one reading of a series, as a store would hold it.
type sample struct {
	at      time.Time
	value   float64
	buckets []float64 // cumulative, the last being all
	ended   bool
}

// series is one metric with one set of labels.
type series struct {
	name    string
	labels  map[string]string
	bounds  []float64
	samples []sample
}

// line is a log line with its stream and attributes.
type line struct {
	at                time.Time
	service, pod      string
	text              string
	trace             pcommon.TraceID
	labels            map[string]string
	resourceNamespace string
}

// recording is all telemetry of a run, in a form that is easy to ask.
type recording struct {
	series map[string]*series
	spans  []ptrace.Span
	owners map[pcommon.SpanID]string // service by span
	lines  []line
}

func record(batches ...telemetry.Batch) *recording {
	r := &recording{series: map[string]*series{}, owners: map[pcommon.SpanID]string{}}
	for _, batch := range batches {
		r.addMetrics(batch.Metrics)
		r.addTraces(batch.Traces)
		r.addLogs(batch)
	}
	slices.SortStableFunc(r.lines, func(a, b line) int { return a.at.Compare(b.at) })
	return r
}

// history is the walkthrough up to its alert, generated once for all tests.
var history = sync.OnceValue(func() *recording {
	generator := walkthrough.Scenario{}.Start(alert, 7)
	batches := []telemetry.Batch{}
	for at := generator.Begin(); at.Before(alert); at = at.Add(10 * time.Minute) {
		batches = append(batches, generator.Generate(at.Add(10*time.Minute)))
	}
	return record(batches...)
})

func text(m pcommon.Map, key string) string {
	value, ok := m.Get(key)
	if !ok {
		return ""
	}
	return value.AsString()
}

func (r *recording) addMetrics(metrics pmetric.Metrics) {
	for _, outer := range metrics.ResourceMetrics().All() {
		for _, inner := range outer.ScopeMetrics().All() {
			for _, metric := range inner.Metrics().All() {
				switch metric.Type() {
				case pmetric.MetricTypeGauge:
					r.addNumbers(outer.Resource(), metric.Name(), metric.Gauge().DataPoints())
				case pmetric.MetricTypeSum:
					r.addNumbers(outer.Resource(), metric.Name(), metric.Sum().DataPoints())
				case pmetric.MetricTypeHistogram:
					r.addHistograms(outer.Resource(), metric.Name(), metric.Histogram().DataPoints())
				case pmetric.MetricTypeEmpty, pmetric.MetricTypeExponentialHistogram, pmetric.MetricTypeSummary:
					panic("the scenario writes no " + metric.Type().String())
				}
			}
		}
	}
}

func (r *recording) find(resource pcommon.Resource, name string, attributes pcommon.Map) *series {
	labels := map[string]string{"service": text(resource.Attributes(), "service.name"), "instance": text(resource.Attributes(), "service.instance.id")}
	for key, value := range attributes.All() {
		labels[key] = value.AsString()
	}
	keys := []string{}
	for key, value := range labels {
		keys = append(keys, key+"="+value)
	}
	slices.Sort(keys)
	id := name + "{" + strings.Join(keys, ",") + "}"
	if r.series[id] == nil {
		r.series[id] = &series{name: name, labels: labels}
	}
	return r.series[id]
}

func (r *recording) addNumbers(resource pcommon.Resource, name string, points pmetric.NumberDataPointSlice) {
	for _, point := range points.All() {
		s := r.find(resource, name, point.Attributes())
		s.samples = append(s.samples, sample{at: point.Timestamp().AsTime(), value: point.DoubleValue(), ended: point.Flags().NoRecordedValue()})
	}
}

func (r *recording) addHistograms(resource pcommon.Resource, name string, points pmetric.HistogramDataPointSlice) {
	for _, point := range points.All() {
		s := r.find(resource, name, point.Attributes())
		s.bounds = point.ExplicitBounds().AsRaw()
		taken := sample{at: point.Timestamp().AsTime(), value: point.Sum(), ended: point.Flags().NoRecordedValue()}
		total := 0.0
		for _, count := range point.BucketCounts().AsRaw() {
			total += float64(count)
			taken.buckets = append(taken.buckets, total)
		}
		s.samples = append(s.samples, taken)
	}
}

func (r *recording) addTraces(traces ptrace.Traces) {
	for _, outer := range traces.ResourceSpans().All() {
		for _, inner := range outer.ScopeSpans().All() {
			for _, span := range inner.Spans().All() {
				r.spans = append(r.spans, span)
				r.owners[span.SpanID()] = text(outer.Resource().Attributes(), "service.name")
			}
		}
	}
}

func (r *recording) addLogs(batch telemetry.Batch) {
	for _, outer := range batch.Logs.ResourceLogs().All() {
		attributes := outer.Resource().Attributes()
		for _, inner := range outer.ScopeLogs().All() {
			for _, record := range inner.LogRecords().All() {
				labels := map[string]string{"object": text(attributes, "k8s.object.name")}
				for key, value := range record.Attributes().All() {
					labels[key] = value.AsString()
				}
				r.lines = append(r.lines, line{at: record.Timestamp().AsTime(), service: text(attributes, "service.name"),
					pod: text(attributes, "k8s.pod.name"), text: record.Body().Str(), trace: record.TraceID(), labels: labels,
					resourceNamespace: text(attributes, "k8s.namespace.name")})
			}
		}
	}
}

// matches says whether a series has the labels, given as names and values in turn.
func (s *series) matches(name string, labels []string) bool {
	if s.name != name {
		return false
	}
	for i := 0; i+1 < len(labels); i += 2 {
		if s.labels[labels[i]] != labels[i+1] {
			return false
		}
	}
	return true
}

func (r *recording) all(name string, labels ...string) []*series {
	found := []*series{}
	for _, s := range r.series {
		if s.matches(name, labels) {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b *series) int { return cmp.Compare(fmt.Sprint(a.labels), fmt.Sprint(b.labels)) })
	return found
}

// last is the value of all matching series together at a time.
func (r *recording) last(at time.Time, name string, labels ...string) (sum float64, living int) {
	for _, s := range r.all(name, labels...) {
		for i := len(s.samples) - 1; i >= 0; i-- {
			if !s.samples[i].at.After(at) {
				if !s.samples[i].ended {
					sum += s.samples[i].value
					living++
				}
				break
			}
		}
	}
	return sum, living
}

// growth is what matching series grew by, as a store's rate would see it: between the first and the last sample of an interval that
// is open on the left. It gives the value and the buckets.
func (r *recording) growth(from, to time.Time, name string, labels ...string) (value float64, buckets, bounds []float64) {
	for _, s := range r.all(name, labels...) {
		first, last := -1, -1
		for i, taken := range s.samples {
			if taken.at.After(from) && !taken.at.After(to) && !taken.ended {
				if first < 0 {
					first = i
				}
				last = i
			}
		}
		if first < 0 || first == last {
			continue
		}
		value += s.samples[last].value - s.samples[first].value
		bounds = s.bounds
		if buckets == nil {
			buckets = make([]float64, len(s.samples[last].buckets))
		}
		for i := range s.samples[last].buckets {
			buckets[i] += s.samples[last].buckets[i] - s.samples[first].buckets[i]
		}
	}
	return value, buckets, bounds
}

// requests is how many requests matching histogram series counted in an interval.
func (r *recording) requests(from, to time.Time, name string, labels ...string) float64 {
	_, buckets, _ := r.growth(from, to, name, labels...)
	if len(buckets) == 0 {
		return 0
	}
	return buckets[len(buckets)-1]
}

// quantile reads a quantile in seconds from histogram series, by a straight line through the bucket that holds it.
func (r *recording) quantile(q float64, from, to time.Time, name string, labels ...string) float64 {
	_, buckets, bounds := r.growth(from, to, name, labels...)
	if len(buckets) == 0 {
		return math.NaN()
	}
	rank := q * buckets[len(buckets)-1]
	i := slices.IndexFunc(buckets, func(count float64) bool { return count >= rank })
	if i >= len(bounds) {
		return bounds[len(bounds)-1]
	}
	low, below := 0.0, 0.0
	if i > 0 {
		low, below = bounds[i-1], buckets[i-1]
	}
	return low + (bounds[i]-low)*(rank-below)/(buckets[i]-below)
}
