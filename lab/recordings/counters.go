package recordings

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

// every is the distance between two samples of what is derived: the generator's own.
const every = 15 * time.Second

// counter is the state of a derived series.
type counter struct {
	buckets []uint64 // nil for a plain counter
	count   uint64
	sum     float64
	begun   time.Time // zero until it is first seen
}

// emit gives the derived series as cumulative samples, one batch a tick. As the generator does, a series begins with a
// zero a tick before its first count, so that an increase is not lost.
func (d *deriver) emit(push func(pmetric.Metrics) error) error {
	seen := d.observations()
	if len(seen) == 0 {
		return nil
	}
	state := make([]counter, len(d.series))
	last := seen[len(seen)-1].at
	for tick, next := seen[0].at.Truncate(every), 0; ; tick = tick.Add(every) {
		end := next
		for ; end < len(seen) && !seen[end].at.After(tick.Add(every)); end++ {
			if s := seen[end].series; state[s].begun.IsZero() {
				state[s].begun = tick
			}
		}
		if err := push(d.sample(state, tick)); err != nil {
			return err
		}
		if tick.After(last) {
			return nil
		}
		for ; next < end; next++ {
			state[seen[next].series].add(seen[next].seconds, boundsOf(d.series[seen[next].series].metric))
		}
	}
}

func (c *counter) add(seconds float64, bounds []float64) {
	c.count++
	c.sum += seconds
	if bounds == nil {
		return
	}
	if c.buckets == nil {
		c.buckets = make([]uint64, len(bounds)+1)
	}
	cell := 0
	for cell < len(bounds) && seconds > bounds[cell] {
		cell++
	}
	c.buckets[cell]++
}

// boundsOf are the bucket bounds of a metric that is a histogram; nil for a counter.
func boundsOf(metric string) []float64 {
	switch metric {
	case spanLatency:
		return synth.SpanMetrics.Bounds
	case edgeServer, edgeClient:
		return synth.ServiceGraph.Bounds
	}
	return nil
}

// sample writes the state of every series that has begun.
func (d *deriver) sample(state []counter, at time.Time) pmetric.Metrics {
	metrics := pmetric.NewMetrics()
	resource := metrics.ResourceMetrics().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "tempo")
	scope := resource.ScopeMetrics().AppendEmpty()
	byName := map[string]pmetric.Metric{}
	for i, s := range d.series {
		if state[i].begun.IsZero() {
			continue
		}
		metric, known := byName[s.metric]
		if !known {
			metric = scope.Metrics().AppendEmpty()
			metric.SetName(s.metric)
			byName[s.metric] = metric
		}
		s.write(metric, state[i], at)
	}
	return metrics
}

func (s series) write(metric pmetric.Metric, c counter, at time.Time) {
	begun, stamp := pcommon.NewTimestampFromTime(c.begun), pcommon.NewTimestampFromTime(at)
	bounds := boundsOf(s.metric)
	if bounds == nil {
		if metric.Type() == pmetric.MetricTypeEmpty {
			metric.SetEmptySum().SetIsMonotonic(true)
			metric.Sum().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
		}
		p := metric.Sum().DataPoints().AppendEmpty()
		p.SetStartTimestamp(begun)
		p.SetTimestamp(stamp)
		p.SetDoubleValue(float64(c.count))
		s.label(p.Attributes())
		return
	}
	if metric.Type() == pmetric.MetricTypeEmpty {
		metric.SetEmptyHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	}
	p := metric.Histogram().DataPoints().AppendEmpty()
	p.SetStartTimestamp(begun)
	p.SetTimestamp(stamp)
	p.ExplicitBounds().FromRaw(bounds)
	if c.buckets == nil {
		c.buckets = make([]uint64, len(bounds)+1)
	}
	p.BucketCounts().FromRaw(c.buckets)
	p.SetCount(c.count)
	p.SetSum(c.sum)
	s.label(p.Attributes())
}

func (s series) label(attributes pcommon.Map) {
	if s.client != "" {
		attributes.PutStr("client", s.client)
		attributes.PutStr("server", s.server)
		attributes.PutStr("connection_type", s.route)
		return
	}
	attributes.PutStr("service", s.service)
	attributes.PutStr("span_name", s.name)
	attributes.PutStr("span_kind", s.kind)
	attributes.PutStr("status_code", s.status)
}
