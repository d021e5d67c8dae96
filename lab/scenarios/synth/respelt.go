package synth

import (
	"fmt"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// Form is how durations are told.
type Form int

// The forms of durations.
const (
	Buckets     Form = iota // a histogram with the bounds of a layout
	Exponential             // a histogram whose bounds are powers of two's eighth root
	Counts                  // a counter of how many there were
	Sums                    // how many there were, and how long they took together
)

// Respelt is what a histogram of durations is called elsewhere, and how it is told there.
type Respelt struct {
	Resource   *Resource
	Name, Unit string
	Attributes Attributes
	Form       Form
	Layout     Layout  // with Buckets
	Scale      float64 // how many units a second is; 0 means one
}

// Spelling says under which names a series is written. Where it does not know the series, the series stays as it is;
// where it knows it and gives no name, nobody tells of it.
type Spelling func(*Series) (names []Respelt, known bool)

// respelt is a series under another name. Several series can become one there: what their labels told apart is lost.
type respelt struct {
	Respelt
	of         []*Series
	attributes pcommon.Map
	written    bool
}

// respell adds what a series is called elsewhere.
func (r *Recorder) respell(series *Series, names []Respelt) {
	if r.byName == nil {
		r.byName = map[string]*respelt{}
	}
	for _, n := range names {
		key := fmt.Sprintf("%p %s %v", n.Resource, n.Name, n.Attributes)
		known := r.byName[key]
		if known == nil {
			known = &respelt{Respelt: n, attributes: n.Attributes.Map()}
			r.byName[key] = known
			r.respelt = append(r.respelt, known)
		}
		known.of = append(known.of, series)
	}
}

// sample writes the present state.
func (s *respelt) sample(at time.Time, into *Metrics) {
	wrote := s.write(at, into)
	if s.written && !wrote {
		s.end(at, into)
	}
	s.written = wrote
}

// state is the sum of the living series' durations, and since when the youngest of them counts.
func (s *respelt) state(at time.Time) (counts []uint64, sum float64, start time.Time) {
	layout, read := s.Layout, (*Histogram).Buckets
	if s.Form == Exponential {
		layout, read = powers, (*Histogram).Apart
	}
	counts = make([]uint64, len(layout.Bounds)+1)
	for _, of := range s.of {
		if of.Alive != nil && !of.Alive(at) {
			continue
		}
		part, seconds := read(of.Histogram, layout)
		for i, n := range part {
			counts[i] += n
		}
		sum += seconds
		if of.Start.After(start) {
			start = of.Start
		}
	}
	return counts, sum * s.scale(), start
}

func (s *respelt) write(at time.Time, into *Metrics) bool {
	counts, sum, start := s.state(at)
	total := uint64(0)
	for _, n := range counts {
		total += n
	}
	if total == 0 {
		return false
	}
	switch s.Form {
	case Counts:
		s.counter(at, start, into).SetDoubleValue(float64(total))
	case Sums:
		point := s.summary(at, start, into)
		point.SetCount(total)
		point.SetSum(sum)
	case Exponential:
		s.exponential(at, start, counts, sum, total, into)
	case Buckets:
		point := s.histogram(at, start, into)
		point.BucketCounts().FromRaw(counts)
		point.SetCount(total)
		point.SetSum(sum)
		s.exemplify(point.Exemplars())
	}
	return true
}

// exponential writes a histogram of base-2 buckets. What is shorter than the lowest bound counts as zero.
func (s *respelt) exponential(at, start time.Time, counts []uint64, sum float64, total uint64, into *Metrics) {
	point := s.native(at, into)
	point.SetStartTimestamp(pcommon.NewTimestampFromTime(start))
	point.SetZeroThreshold(powers.Bounds[0])
	point.SetZeroCount(counts[0])
	point.Positive().SetOffset(lowestPower)
	point.Positive().BucketCounts().FromRaw(counts[1:])
	point.SetCount(total)
	point.SetSum(sum)
	s.exemplify(point.Exemplars())
}

// exemplify hands on a request that stands for its bucket, once.
func (s *respelt) exemplify(exemplars pmetric.ExemplarSlice) {
	for _, of := range s.of {
		if of.Exemplar == nil {
			continue
		}
		exemplar := exemplars.AppendEmpty()
		exemplar.SetTimestamp(pcommon.NewTimestampFromTime(of.Exemplar.At))
		exemplar.SetDoubleValue(of.Exemplar.Seconds * s.scale())
		exemplar.SetTraceID(of.Exemplar.Trace)
		exemplar.SetSpanID(of.Exemplar.Span)
		of.Exemplar = nil
	}
}

func (s *respelt) end(at time.Time, into *Metrics) {
	ended := pmetric.DefaultDataPointFlags.WithNoRecordedValue(true)
	switch s.Form {
	case Counts:
		s.counter(at, at, into).SetFlags(ended)
	case Sums:
		s.summary(at, at, into).SetFlags(ended)
	case Exponential:
		s.native(at, into).SetFlags(ended)
	case Buckets:
		point := s.histogram(at, at, into)
		point.BucketCounts().FromRaw(make([]uint64, len(s.Layout.Bounds)+1))
		point.SetFlags(ended)
	}
}

func (s *respelt) counter(at, start time.Time, into *Metrics) pmetric.NumberDataPoint {
	point := into.named(s.Resource, s.Name, s.Unit, counterKind).Sum().DataPoints().AppendEmpty()
	point.SetStartTimestamp(pcommon.NewTimestampFromTime(start))
	point.SetTimestamp(pcommon.NewTimestampFromTime(at))
	s.attributes.CopyTo(point.Attributes())
	return point
}

func (s *respelt) summary(at, start time.Time, into *Metrics) pmetric.SummaryDataPoint {
	point := into.named(s.Resource, s.Name, s.Unit, summaryKind).Summary().DataPoints().AppendEmpty()
	point.SetStartTimestamp(pcommon.NewTimestampFromTime(start))
	point.SetTimestamp(pcommon.NewTimestampFromTime(at))
	s.attributes.CopyTo(point.Attributes())
	return point
}

func (s *respelt) histogram(at, start time.Time, into *Metrics) pmetric.HistogramDataPoint {
	point := into.named(s.Resource, s.Name, s.Unit, histogramKind).Histogram().DataPoints().AppendEmpty()
	point.SetStartTimestamp(pcommon.NewTimestampFromTime(start))
	point.SetTimestamp(pcommon.NewTimestampFromTime(at))
	s.attributes.CopyTo(point.Attributes())
	bounds := make([]float64, len(s.Layout.Bounds))
	for i, b := range s.Layout.Bounds {
		bounds[i] = b * s.scale()
	}
	point.ExplicitBounds().FromRaw(bounds)
	return point
}

func (s *respelt) native(at time.Time, into *Metrics) pmetric.ExponentialHistogramDataPoint {
	point := into.named(s.Resource, s.Name, s.Unit, exponentialKind).ExponentialHistogram().DataPoints().AppendEmpty()
	point.SetTimestamp(pcommon.NewTimestampFromTime(at))
	point.SetScale(powersScale)
	s.attributes.CopyTo(point.Attributes())
	return point
}

func (s *respelt) scale() float64 {
	if s.Scale == 0 {
		return 1
	}
	return s.Scale
}
