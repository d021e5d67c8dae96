package telemetry

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/s2"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/prompb"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// Verbatim is the name of the scope of metrics that are written with their names and attributes as they are, as if they had been
// scraped: OTLP would change names that it finds unusual. They go to Prometheus by remote write; what is known of their resource
// is left out.
const Verbatim = "faultline/lab/verbatim"

// takeVerbatim takes the metrics to be written as they are out of a batch.
func takeVerbatim(batch pmetric.Metrics) pmetric.Metrics {
	taken := pmetric.NewMetrics()
	batch.ResourceMetrics().RemoveIf(func(resource pmetric.ResourceMetrics) bool {
		resource.ScopeMetrics().RemoveIf(func(scope pmetric.ScopeMetrics) bool {
			if scope.Scope().Name() != Verbatim {
				return false
			}
			scope.MoveTo(taken.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty())
			return true
		})
		return resource.ScopeMetrics().Len() == 0
	})
	return taken
}

// pushVerbatim writes metrics as they are to the Prometheus that takes OTLP at an address.
func (p *Pusher) pushVerbatim(ctx context.Context, otlp string, metrics pmetric.Metrics) (Volume, error) {
	if otlp == "" || metrics.MetricCount() == 0 {
		return Volume{}, nil
	}
	written := series{}
	for _, resource := range metrics.ResourceMetrics().All() {
		for _, scope := range resource.ScopeMetrics().All() {
			for _, metric := range scope.Metrics().All() {
				written.add(metric)
			}
		}
	}
	request := prompb.WriteRequest{}
	for _, one := range written {
		request.Timeseries = append(request.Timeseries, *one)
	}
	body, err := request.Marshal()
	if err != nil {
		return Volume{}, err
	}
	address := strings.TrimSuffix(otlp, "/otlp/v1/metrics") + "/write"
	return Volume{Requests: 1, Bytes: len(body)}, p.send(ctx, "metrics", address, "snappy", s2.EncodeSnappy(nil, body))
}

// series are the time series of a request, by their labels.
type series map[string]*prompb.TimeSeries

// add takes over a metric's points.
func (s series) add(metric pmetric.Metric) {
	switch metric.Type() {
	case pmetric.MetricTypeGauge:
		s.numbers(metric.Name(), metric.Gauge().DataPoints())
	case pmetric.MetricTypeSum:
		s.numbers(metric.Name(), metric.Sum().DataPoints())
	case pmetric.MetricTypeSummary:
		for _, point := range metric.Summary().DataPoints().All() {
			ended := point.Flags().NoRecordedValue()
			s.put(metric.Name()+"_count", point.Attributes(), "", point.Timestamp(), float64(point.Count()), ended)
			s.put(metric.Name()+"_sum", point.Attributes(), "", point.Timestamp(), point.Sum(), ended)
		}
	case pmetric.MetricTypeHistogram:
		for _, point := range metric.Histogram().DataPoints().All() {
			s.histogram(metric.Name(), point)
		}
	case pmetric.MetricTypeEmpty, pmetric.MetricTypeExponentialHistogram: // nothing that is scraped as text has these
	}
}

func (s series) numbers(name string, points pmetric.NumberDataPointSlice) {
	for _, point := range points.All() {
		s.put(name, point.Attributes(), "", point.Timestamp(), point.DoubleValue(), point.Flags().NoRecordedValue())
	}
}

func (s series) histogram(name string, point pmetric.HistogramDataPoint) {
	ended, below := point.Flags().NoRecordedValue(), uint64(0)
	for i, count := range point.BucketCounts().All() {
		bound := "+Inf"
		if i < point.ExplicitBounds().Len() {
			bound = strconv.FormatFloat(point.ExplicitBounds().At(i), 'g', -1, 64)
		}
		below += count
		s.put(name+"_bucket", point.Attributes(), bound, point.Timestamp(), float64(below), ended)
	}
	s.put(name+"_count", point.Attributes(), "", point.Timestamp(), float64(point.Count()), ended)
	s.put(name+"_sum", point.Attributes(), "", point.Timestamp(), point.Sum(), ended)
}

// put adds a sample; of a series that has ended, the mark of staleness.
func (s series) put(name string, attributes pcommon.Map, bound string, at pcommon.Timestamp, number float64, ended bool) {
	labels := []prompb.Label{{Name: "__name__", Value: name}}
	for key, v := range attributes.All() {
		if text := v.AsString(); text != "" {
			labels = append(labels, prompb.Label{Name: key, Value: text})
		}
	}
	if bound != "" {
		labels = append(labels, prompb.Label{Name: "le", Value: bound})
	}
	slices.SortFunc(labels, func(a, b prompb.Label) int { return strings.Compare(a.Name, b.Name) })
	var key strings.Builder
	for _, l := range labels {
		key.WriteString(l.Name + "\xff" + l.Value + "\xff")
	}
	one := s[key.String()]
	if one == nil {
		one = &prompb.TimeSeries{Labels: labels}
		s[key.String()] = one
	}
	if ended {
		number = math.Float64frombits(value.StaleNaN)
	}
	one.Samples = append(one.Samples, prompb.Sample{Value: number, Timestamp: at.AsTime().UnixMilli()})
}
