package rank

import (
	"math"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Metric is one infrastructure number of a service over time, where more is worse.
type Metric struct {
	Service, Pod, Name string
	Kind               Kind
	Points             []incident.Point // ordered by time
}

const (
	fewestPoints  = 6    // before the onset, from which a metric's usual course is known
	fewestNow     = 2    // since the onset: one point alone may be a spike
	faintest      = 0.05 // of the usual level: the least spread that a metric is taken to have
	manyTimes     = 1.5  // the usual level, from which a metric is high
	crowd         = 5    // services that have a metric, from which what moves most of them is no one's own
	metricsMemory = 120  // points before the onset that count
)

// course is a metric read for one onset.
type course struct {
	metric   *Metric
	before   []float64
	now      []float64
	middle   float64
	spread   float64
	increase float64 // level now over level before
}

// strained finds the metrics that left their usual course upward. What all services have in common, as with a surge of
// load, is taken out first.
func strained(metrics []Metric, onset int64) (found []measured, compared int) {
	byName := map[string][]course{}
	var names []string
	for i := range metrics {
		m := &metrics[i]
		c, readable := courseOf(m, onset)
		if !readable {
			continue
		}
		if _, known := byName[m.Name]; !known {
			names = append(names, m.Name)
		}
		byName[m.Name] = append(byName[m.Name], c)
	}
	for _, name := range names {
		courses := byName[name]
		common := commonIncrease(courses)
		for i := range courses {
			compared++
			if m, high := courses[i].measure(common); high {
				found = append(found, m)
			}
		}
	}
	return found, compared
}

// measured is a metric's points above their usual course.
type measured struct {
	*Metric
	counts
}

func courseOf(m *Metric, onset int64) (course, bool) {
	c := course{metric: m}
	for _, p := range m.Points {
		if p.Time.UnixNano() < onset {
			c.before = append(c.before, p.Value)
		} else {
			c.now = append(c.now, p.Value)
		}
	}
	c.before = c.before[max(0, len(c.before)-metricsMemory):]
	if len(c.before) < fewestPoints || len(c.now) < fewestNow {
		return c, false
	}
	c.middle = median(slices.Clone(c.before))
	deviations := make([]float64, len(c.before))
	for i, v := range c.before {
		deviations[i] = math.Abs(v - c.middle)
	}
	c.spread = max(consistency*median(deviations), faintest*math.Abs(c.middle))
	c.increase = 1
	if c.middle > 0 {
		c.increase = median(slices.Clone(c.now)) / c.middle
	}
	return c, c.spread > 0
}

// commonIncrease is what most services of a metric have in common; 1 where they are too few.
func commonIncrease(courses []course) float64 {
	services := map[string]bool{}
	increases := make([]float64, len(courses))
	for i, c := range courses {
		services[c.metric.Service] = true
		increases[i] = c.increase
	}
	if len(services) < crowd {
		return 1
	}
	return max(1, median(increases))
}

// measure counts the points above wide spreads of the usual course.
func (c *course) measure(common float64) (measured, bool) {
	level := c.middle * common
	limit := max(level+wide*c.spread*common, level*manyTimes)
	m := measured{Metric: c.metric, counts: counts{of1: float64(len(c.now)), of0: float64(len(c.before)), typical: c.middle, current: median(slices.Clone(c.now))}}
	for _, v := range c.now {
		if v > limit {
			m.hits1++
		}
	}
	for _, v := range c.before {
		if v > limit {
			m.hits0++
		}
	}
	return m, m.strength() > 0
}
