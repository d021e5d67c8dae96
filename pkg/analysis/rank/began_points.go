package rank

import (
	"math"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/significance"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// beganByPoints is when the points of a metric began to lie above a limit more often than before: the time that has most of the
// likelihood of one change, where every moment is as likely beforehand, and so is every share of points above the limit on both sides
// of it (Jeffreys' prior). The shares are not those of the moment that the metric was judged at: chance makes some later one look
// better.
func beganByPoints(m *Metric, limit float64) *incident.MovedAt {
	above := make([]float64, len(m.Points)+1) // of the points before each place
	for i, p := range m.Points {
		above[i+1] = above[i]
		if p.Value > limit {
			above[i+1]++
		}
	}
	n := len(m.Points)
	weights, most := make([]float64, n), math.Inf(-1)
	for i := range weights {
		before, since := tallied{above[i], float64(i)}, tallied{above[n] - above[i], float64(n - i)}
		if weights[i] = math.Inf(-1); since.ratio() > before.ratio() {
			weights[i] = before.evidence() + since.evidence()
		}
		most = math.Max(most, weights[i])
	}
	for i := range weights {
		weights[i] = math.Exp(weights[i] - most)
	}
	first, last := significance.Densest(weights, credible)
	// A point tells of the time around it: of an average, or an interval, of as long as points lie apart.
	apart := m.Points[1].Time.Sub(m.Points[0].Time)
	return &incident.MovedAt{Earliest: m.Points[max(0, first-1)].Time.UTC().Add(-apart), Latest: m.Points[last].Time.UTC().Add(apart)}
}

// evidence is the logarithm of how likely so many of so many are, whatever their true share is.
func (t tallied) evidence() float64 {
	const jeffreys = 0.5
	a, _ := math.Lgamma(t.hits + jeffreys)
	b, _ := math.Lgamma(t.of - t.hits + jeffreys)
	all, _ := math.Lgamma(t.of + 2*jeffreys)
	return a + b - all
}

// coarsely is a moment that was looked at, with how far moments lie apart.
func coarsely(onset int64) *incident.MovedAt {
	at := time.Unix(0, onset).UTC()
	return &incident.MovedAt{Earliest: at.Add(-scanStep), Latest: at.Add(scanStep)}
}
