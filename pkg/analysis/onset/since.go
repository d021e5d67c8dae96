package onset

import (
	"math"
	"sort"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/significance"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	sharper    = 0.75 // of the counts' overlap: what they share is not all that they tell; with 1 margins hold the truth in 99 of 100
	rarer      = 0.5  // how likely each ramp is beforehand, compared with the one before it
	confidence = 0.95 // of the likelihood of all moments that the margin holds
	fineness   = 3    // moments that are tried between two counts
)

// ramps are how long a rise may take to its full size: most come at once.
var ramps = []time.Duration{0, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 16 * time.Minute}

// Since is when a share rose: the shortest time around the likeliest moment that has most of the likelihood of all moments.
//
// Each moment, and each of the ramps, predicts the share of every count: the one before, the one after, or in between by the part of
// the count's time that lies after the moment. The likelihood is binomial, of all counts, divided by in how many of them each
// request is counted (a composite likelihood; Varin, Reid and Firth, Statistica Sinica 21, 2011) and by the counts' dispersion. So the
// margin says by itself for how long nothing may be seen by chance where few requests fail. The age of samples, which differs
// by up to the lag, widens it to either side. It wants trials in the order of time.
func Since(trials []Trials, o ShareOptions) incident.MovedAt {
	m := modelOf(trials, o)
	if len(m.trials) < 2 {
		return incident.MovedAt{}
	}
	fine := m.step / fineness
	count := int(m.ends[len(m.ends)-1]/fine) + 1
	grid := make([]float64, count) // of each moment, over all ramps
	best, logs := math.Inf(-1), make([][]float64, len(ramps))
	for r, ramp := range ramps {
		logs[r] = make([]float64, count)
		for i := range count {
			logs[r][i] = m.likelihood(float64(i)*fine, ramp.Seconds())
			best = math.Max(best, logs[r][i])
		}
	}
	if math.IsInf(best, -1) {
		return incident.MovedAt{Earliest: trials[0].Time, Latest: trials[len(trials)-1].Time}
	}
	spread := sharper * m.overlap * m.dispersion(logs, best, fine)
	for r := range ramps {
		prior := math.Pow(rarer, float64(r))
		for i := range count {
			grid[i] += prior * math.Exp((logs[r][i]-best)/spread)
		}
	}
	first, last := significance.Densest(grid, confidence)
	age := o.Lag.Seconds()/2 + fine/2
	at := func(seconds float64) time.Time { return m.origin.Add(time.Duration(seconds * float64(time.Second))) }
	moved := incident.MovedAt{Earliest: at(float64(first)*fine - age), Latest: at(float64(last)*fine + age)}
	if end := trials[len(trials)-1].Time; moved.Latest.After(end) {
		moved.Latest = end
	}
	return moved
}

// model is what Since computes with. Times are seconds after the origin, the beginning of what the first count speaks of.
type model struct {
	trials      []Trials
	sums        sums
	origin      time.Time
	step, width float64
	ends        []float64
	overlap     float64 // in how many counts each request is counted
}

func modelOf(trials []Trials, o ShareOptions) *model {
	m := &model{trials: trials, sums: summed(trials), width: o.Window.Seconds()}
	if len(trials) < 2 {
		return m
	}
	m.origin = trials[0].Time.Add(-o.Window - o.Lag/2)
	for _, t := range trials {
		m.ends = append(m.ends, t.Time.Sub(m.origin).Seconds()-o.Lag.Seconds()/2)
	}
	m.step = math.Inf(1)
	for i := 1; i < len(trials); i++ {
		m.step = math.Min(m.step, m.ends[i]-m.ends[i-1])
	}
	m.overlap = math.Max(1, m.width/m.step)
	return m
}

// bounds are how many counts end before a rise that begins at a moment, and which is the first that speaks only of the time after its
// ramp.
func (m *model) bounds(moment, ramp float64) (before, after int) {
	before = sort.Search(len(m.ends), func(i int) bool { return m.ends[i] > moment })
	after = before + sort.Search(len(m.ends)-before, func(i int) bool { return m.ends[before+i]-m.width >= moment+ramp })
	return before, after
}

// risen is how much of a rise the i-th count shows, from 0 to 1: the mean over its time.
func (m *model) risen(i int, moment, ramp float64) float64 {
	return (area(m.ends[i]-moment, ramp) - area(m.ends[i]-m.width-moment, ramp)) / m.width
}

// area is the integral of a ramp from 0 to 1 up to a time after its beginning.
func area(t, ramp float64) float64 {
	switch {
	case t <= 0:
		return 0
	case t < ramp:
		return t * t / (2 * ramp)
	}
	return t - ramp/2
}

// levels are the shares before and after a rise that fit the counts.
func (m *model) levels(moment, ramp float64) (before, after float64, first, last int, fits bool) {
	first, last = m.bounds(moment, ramp)
	n := len(m.trials)
	if m.sums.of[first] == 0 || m.sums.of[n] == m.sums.of[first] {
		return 0, 0, first, last, false
	}
	before = m.sums.hits[first] / m.sums.of[first]
	risen := m.sums.of[n] - m.sums.of[last]
	for i := first; i < last; i++ {
		risen += m.trials[i].Of * m.risen(i, moment, ramp)
	}
	after = before + (m.sums.hits[n]-m.sums.hits[first]-before*(m.sums.of[n]-m.sums.of[first]))/risen
	return before, math.Min(1, after), first, last, risen > 0 && after > before
}

// likelihood is the logarithm of that of all counts; -Inf where the moment does not make a rise.
func (m *model) likelihood(moment, ramp float64) float64 {
	before, after, first, last, fits := m.levels(moment, ramp)
	if !fits {
		return math.Inf(-1)
	}
	n := len(m.trials)
	sum := likelihood(m.sums.hits[first], m.sums.of[first], before) +
		likelihood(m.sums.hits[n]-m.sums.hits[last], m.sums.of[n]-m.sums.of[last], after)
	for i := first; i < last; i++ {
		sum += likelihood(m.trials[i].Hits, m.trials[i].Of, before+(after-before)*m.risen(i, moment, ramp))
	}
	return sum
}

// dispersion is that of the counts around what the likeliest moment predicts.
func (m *model) dispersion(logs [][]float64, best, fine float64) float64 {
	for r, ramp := range ramps {
		for i, v := range logs[r] {
			if v == best {
				return m.dispersionAt(float64(i)*fine, ramp.Seconds())
			}
		}
	}
	return 1
}

func (m *model) dispersionAt(moment, ramp float64) float64 {
	before, after, _, _, _ := m.levels(moment, ramp)
	sum, n := 0.0, 0.0
	for i, t := range m.trials {
		share := before + (after-before)*m.risen(i, moment, ramp)
		if expected := share * t.Of; expected*(1-share) > 0 {
			sum += (t.Hits - expected) * (t.Hits - expected) / (expected * (1 - share))
			n++
		}
	}
	return math.Max(1, sum/math.Max(1, n-2*m.overlap))
}
