// Package instrument defines the metrics that the backend exposes about itself. Grafana serves them with those of the plugin SDK at
// /metrics/plugins/faultline-investigation-datasource; docs/monitoring.md lists them.
//
// Every label has a fixed list of values, so that no service name, query or sentence can become a time series.
package instrument

import (
	"slices"
	"strings"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// Other is the label value that stands for all that a label does not list.
const Other = "other"

// mostAtZero is how many series of one metric are exposed from the start. PromQL cannot see the increase to a counter's first value,
// but a metric with many labels would be mostly zeros.
const mostAtZero = 100

// Kind is a metric's type, as Prometheus names it.
type Kind string

// The kinds of metric.
const (
	KindCounter   Kind = "counter"
	KindGauge     Kind = "gauge"
	KindHistogram Kind = "histogram"
)

// Label is a dimension of a metric, with the values that it has. Anything else is exposed as Other.
type Label struct {
	Name   string
	Values []string
}

// LabelOf makes a label of values of a type of its own.
func LabelOf[T ~string](name string, values ...T) Label {
	l := Label{Name: name}
	for _, v := range values {
		l.Values = append(l.Values, string(v))
	}
	return l
}

// Definition describes a metric. Help is a sentence in plain English; Unit is what the value 1 means: seconds, bytes, or what is counted.
type Definition struct {
	Name, Unit, Help string
	Kind             Kind
	Labels           []Label
}

var defined struct {
	mu  sync.Mutex
	all []Definition
}

// Definitions are those of all metrics that the program's packages have, in the order of their names.
func Definitions() []Definition {
	defined.mu.Lock()
	defer defined.mu.Unlock()
	all := slices.Clone(defined.all)
	slices.SortFunc(all, func(a, b Definition) int { return strings.Compare(a.Name, b.Name) })
	return all
}

func define(kind Kind, name, unit, help string, labels []Label) Definition {
	defined.mu.Lock()
	defer defined.mu.Unlock()
	d := Definition{Name: name, Unit: unit, Help: help, Kind: kind, Labels: labels}
	defined.all = append(defined.all, d)
	return d
}

func (d Definition) labelNames() []string {
	names := make([]string, len(d.Labels))
	for i, l := range d.Labels {
		names[i] = l.Name
	}
	return names
}

// bounded gives the values that are exposed.
func (d Definition) bounded(values []string) []string {
	exposed := make([]string, len(values))
	for i, v := range values {
		if exposed[i] = v; !slices.Contains(d.Labels[i].Values, v) {
			exposed[i] = Other
		}
	}
	return exposed
}

// combinations are all sets of label values; none where there are too many to be exposed before something happens.
func (d Definition) combinations() [][]string {
	all := [][]string{{}}
	for _, l := range d.Labels {
		var longer [][]string
		for _, before := range all {
			for _, v := range l.Values {
				longer = append(longer, append(slices.Clone(before), v))
			}
		}
		if all = longer; len(all) > mostAtZero {
			return nil
		}
	}
	return all
}

// Counter counts what has happened since the process began. It is safe for concurrent use.
type Counter struct {
	Definition

	series *prometheus.CounterVec
}

// NewCounter defines a counter. It panics where the name is taken or not a valid one in Prometheus.
func NewCounter(name, unit, help string, labels ...Label) *Counter {
	c := &Counter{Definition: define(KindCounter, name, unit, help, labels)}
	c.series = promauto.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, c.labelNames())
	for _, values := range c.combinations() {
		c.series.WithLabelValues(values...)
	}
	return c
}

// Inc counts one, with a value for each label in their order.
func (c *Counter) Inc(values ...string) { c.Add(1, values...) }

// Add counts what is not negative, in the metric's unit.
func (c *Counter) Add(by float64, values ...string) {
	c.series.WithLabelValues(c.bounded(values)...).Add(by)
}

// Histogram counts values by size. It is safe for concurrent use.
type Histogram struct {
	Definition

	series *prometheus.HistogramVec
}

// NewHistogram defines a histogram with the upper bounds of its buckets, in the metric's unit.
func NewHistogram(name, unit, help string, buckets []float64, labels ...Label) *Histogram {
	h := &Histogram{Definition: define(KindHistogram, name, unit, help, labels)}
	h.series = promauto.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, h.labelNames())
	for _, values := range h.combinations() {
		h.series.WithLabelValues(values...)
	}
	return h
}

// Observe adds a value in the metric's unit, with a value for each label in their order.
func (h *Histogram) Observe(value float64, values ...string) {
	h.series.WithLabelValues(h.bounded(values)...).Observe(value)
}

// Gauge is a number of the present. It is safe for concurrent use.
type Gauge struct {
	Definition

	series prometheus.Gauge
}

// NewGauge defines a gauge that begins at 0.
func NewGauge(name, unit, help string) *Gauge {
	return &Gauge{define(KindGauge, name, unit, help, nil), promauto.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})}
}

// Add changes the number.
func (g *Gauge) Add(by float64) { g.series.Add(by) }

// During adds one until the function that it returns is called.
func (g *Gauge) During() (end func()) {
	g.Add(1)
	return func() { g.Add(-1) }
}

// NewGaugeFunc defines a gauge that is read whenever the metrics are collected.
func NewGaugeFunc(name, unit, help string, read func() float64) {
	define(KindGauge, name, unit, help, nil)
	promauto.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read)
}

// NewCounterFunc defines a counter that is read whenever the metrics are collected.
func NewCounterFunc(name, unit, help string, read func() float64) {
	define(KindCounter, name, unit, help, nil)
	promauto.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, read)
}
