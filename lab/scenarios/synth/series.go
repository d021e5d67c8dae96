package synth

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// Reading is a series' value at a time; without a value, nothing is written.
type Reading func(at time.Time) (value float64, ok bool)

// Exemplar is a single request that stands for a histogram's bucket.
type Exemplar struct {
	At      time.Time
	Seconds float64
	Trace   pcommon.TraceID
	Span    pcommon.SpanID
}

// Series is one metric with one set of attributes from one resource.
type Series struct {
	Resource   *Resource
	Name, Unit string
	Attributes Attributes
	// Start is when the count began.
	Start time.Time
	// Alive says whether the series is written at a time; nil means always.
	Alive func(at time.Time) bool

	// Histogram is read in the given layout. It is nil for a gauge or a counter.
	Histogram *Histogram
	Layout    Layout
	// Exemplar, if any, is written once and then forgotten.
	Exemplar *Exemplar

	// Read is the value of a gauge or counter.
	Read Reading
	// Counter says that the value only grows. UpDown says that it is a sum that may fall.
	Counter, UpDown bool

	attributes pcommon.Map
	written    bool // the last sample had a value
	batch      *Metrics
	slot       pmetric.Metric
}

// Recorder holds every series of a run.
type Recorder struct {
	// Spelling is what histograms are called; nil means by the names that they are added with.
	Spelling Spelling

	series  []*Series
	respelt []*respelt
	byName  map[string]*respelt
}

// Add registers a series and returns it.
func (r *Recorder) Add(series Series) *Series {
	series.attributes = series.Attributes.Map()
	if r.Spelling != nil {
		if names, known := r.Spelling(&series); known {
			r.respell(&series, names)
			return &series
		}
	}
	r.series = append(r.series, &series)
	return &series
}

// Sample writes the present state of every living series with a time stamp. A series that has just ended is marked as ended, so
// that readers do not take its last value for its present one.
func (r *Recorder) Sample(at time.Time, into *Metrics) {
	for _, series := range r.series {
		wrote := series.sample(at, into)
		if series.written && !wrote {
			series.writeEnd(at, into)
		}
		series.written = wrote
	}
	for _, series := range r.respelt {
		series.sample(at, into)
	}
}

func (s *Series) sample(at time.Time, into *Metrics) bool {
	if s.Alive != nil && !s.Alive(at) {
		return false
	}
	if s.Histogram != nil {
		return s.writeHistogram(at, into)
	}
	value, ok := s.Read(at)
	if ok {
		s.number(at, into).SetDoubleValue(value)
	}
	return ok
}

func (s *Series) writeEnd(at time.Time, into *Metrics) {
	ended := pmetric.DefaultDataPointFlags.WithNoRecordedValue(true)
	if s.Histogram == nil {
		s.number(at, into).SetFlags(ended)
		return
	}
	point := s.histogram(at, into)
	point.ExplicitBounds().FromRaw(s.Layout.Bounds)
	point.BucketCounts().FromRaw(make([]uint64, len(s.Layout.Bounds)+1))
	point.SetFlags(ended)
}

// number adds a data point without a value.
func (s *Series) number(at time.Time, into *Metrics) pmetric.NumberDataPoint {
	metric := s.metric(into)
	var point pmetric.NumberDataPoint
	if s.Counter || s.UpDown {
		point = metric.Sum().DataPoints().AppendEmpty()
		point.SetStartTimestamp(pcommon.NewTimestampFromTime(s.Start))
	} else {
		point = metric.Gauge().DataPoints().AppendEmpty()
	}
	point.SetTimestamp(pcommon.NewTimestampFromTime(at))
	s.attributes.CopyTo(point.Attributes())
	return point
}

// histogram adds a data point without counts.
func (s *Series) histogram(at time.Time, into *Metrics) pmetric.HistogramDataPoint {
	point := s.metric(into).Histogram().DataPoints().AppendEmpty()
	point.SetStartTimestamp(pcommon.NewTimestampFromTime(s.Start))
	point.SetTimestamp(pcommon.NewTimestampFromTime(at))
	s.attributes.CopyTo(point.Attributes())
	return point
}

func (s *Series) writeHistogram(at time.Time, into *Metrics) bool {
	counts, sum := s.Histogram.Buckets(s.Layout)
	total := uint64(0)
	for _, count := range counts {
		total += count
	}
	if total == 0 {
		return false // as an SDK, which knows a set of attributes only once it has seen it
	}
	point := s.histogram(at, into)
	point.ExplicitBounds().FromRaw(s.Layout.Bounds)
	point.BucketCounts().FromRaw(counts)
	point.SetCount(total)
	point.SetSum(sum)
	if s.Exemplar != nil {
		exemplar := point.Exemplars().AppendEmpty()
		exemplar.SetTimestamp(pcommon.NewTimestampFromTime(s.Exemplar.At))
		exemplar.SetDoubleValue(s.Exemplar.Seconds)
		exemplar.SetTraceID(s.Exemplar.Trace)
		exemplar.SetSpanID(s.Exemplar.Span)
		s.Exemplar = nil
	}
	return true
}

// metric finds the place of this series in a batch once, and then keeps it.
func (s *Series) metric(into *Metrics) pmetric.Metric {
	if s.batch != into {
		s.batch, s.slot = into, into.metric(s)
	}
	return s.slot
}
