package rank

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/analysis/significance"
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
	crowd         = 5    // services that have a metric, from which what moves most of them is no one's own
	metricsMemory = 120  // points before the onset that count
)

// course is a metric's usual level and spread. They are read once, from the time before any moment that is considered,
// where there are points enough.
type course struct {
	*Metric
	middle, spread float64
	fixed          bool
	before         int // points before the onset that is looked at
}

// courses are the metrics, by name, in an order of their own.
type courses struct {
	Thresholds

	names  []string
	byName map[string][]course
	unread int                // further metrics, that rose less
	usual  map[string]float64 // by how many times the middle one rose, by name, where byName has not all
}

func newCourses(metrics []Metric, first int64, t Thresholds) *courses {
	sorted := slices.Clone(metrics)
	slices.SortStableFunc(sorted, func(a, b Metric) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Service, b.Service), cmp.Compare(a.Pod, b.Pod))
	})
	all := &courses{Thresholds: t, byName: map[string][]course{}}
	for i := range sorted {
		c := course{Metric: &sorted[i]}
		c.fixed = c.learn(c.until(first))
		if _, known := all.byName[c.Name]; !known {
			all.names = append(all.names, c.Name)
		}
		all.byName[c.Name] = append(all.byName[c.Name], c)
	}
	return all
}

// until is the number of points before a time.
func (c *course) until(at int64) int {
	return sort.Search(len(c.Points), func(i int) bool { return c.Points[i].Time.UnixNano() >= at })
}

// learn reads level and spread from the points before a place; false where they are too few, or all zero.
func (c *course) learn(before int) bool {
	if before < fewestPoints {
		return false
	}
	from := max(0, before-metricsMemory)
	values := make([]float64, 0, before-from)
	for _, p := range c.Points[from:before] {
		values = append(values, p.Value)
	}
	c.middle = median(values)
	for i, v := range values {
		values[i] = math.Abs(v - c.middle)
	}
	c.spread = max(consistency*median(values), faintest*math.Abs(c.middle), grain(c.Name, c.Kind))
	return c.spread > 0
}

// grains are the least spreads that a person would mind, by the unit that a metric's name tells: a hundredth of the whole, or
// of a processor.
var grains = []struct {
	word  string
	grain float64
}{{"percent", 1}, {"millicores", 10}, {"ratio", 0.01}, {"utilization", 0.01}, {"cpu_seconds", 0.01}, {"cpu_usage_seconds", 0.01}, {"cpu_time", 0.01}}

func grain(name string, kind Kind) float64 {
	if kind == ErrorLines {
		return 0.05 // five of them are more than none, and less than one
	}
	for _, g := range grains {
		if (kind == CPU || kind == Memory || kind == Disk) && strings.Contains(strings.ToLower(name), g.word) {
			return g.grain
		}
	}
	return 0
}

// measured is a metric's points above their usual course.
type measured struct {
	*Metric
	counts
	limit  float64 // above which a point is none of the usual course
	chance float64 // that a usual level is as far away
}

// strained finds the metrics that left their usual course upward since an onset, and how many were looked at. What all
// services have in common, as with a surge of load, is taken out first.
func (all *courses) strained(onset int64) (found []measured, compared int) {
	for _, name := range all.names {
		readable := make([]course, 0, len(all.byName[name]))
		for _, c := range all.byName[name] {
			c.before = c.until(onset)
			if len(c.Points)-c.before >= fewestNow && c.before >= fewestPoints && (c.fixed || c.learn(c.before)) {
				readable = append(readable, c)
			}
		}
		common := commonIncrease(readable)
		if usual, known := all.usual[name]; known {
			common = max(1, usual)
		}
		for i := range readable {
			compared++
			if m := readable[i].measure(common, all.Thresholds); m.strength(all.StillThere) > 0 {
				found = append(found, m)
			}
		}
	}
	return found, compared + all.unread
}

// commonIncrease is by how many times most services of a metric rose; 1 where they are too few to tell.
func commonIncrease(readable []course) float64 {
	services := map[string]bool{}
	increases := make([]float64, len(readable))
	for i := range readable {
		c := &readable[i]
		services[c.Service] = true
		increases[i] = 1
		if c.middle > 0 {
			highest := 0.0
			for _, p := range c.Points[c.before:] {
				highest = max(highest, p.Value)
			}
			increases[i] = highest / c.middle
		}
	}
	if len(services) < crowd {
		return 1
	}
	return max(1, median(increases))
}

// measure counts the points above wide spreads of the usual course.
func (c *course) measure(common float64, t Thresholds) measured {
	limit := max((c.middle+t.Wide*c.spread)*common, c.middle*common*t.ManyTimes)
	before := c.before
	now := len(c.Points) - before
	if !slices.ContainsFunc(c.Points[before:], func(p incident.Point) bool { return p.Value > limit }) {
		return measured{Metric: c.Metric}
	}
	half := before + now/2
	m := measured{Metric: c.Metric, limit: limit, counts: counts{of1: float64(now), of0: float64(before), typical: c.middle}}
	if now/2 >= fewestLate {
		m.of = float64(len(c.Points) - half)
	}
	for i, p := range c.Points {
		if p.Value <= limit {
			continue
		}
		switch {
		case i < before:
			m.hits0++
		case i >= half && m.of > 0:
			m.late++
			m.hits1++
		default:
			m.hits1++
		}
	}
	if m.hits1 > 0 {
		values := make([]float64, 0, now)
		for _, p := range c.Points[before:] {
			values = append(values, p.Value)
		}
		m.current = median(values)
		m.chance = significance.HeavyTail((m.current/common - c.middle) / c.spread)
	}
	return m
}
