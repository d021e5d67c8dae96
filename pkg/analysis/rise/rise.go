// Package rise compares what a number is now with what it was before it rose. It is the one comparison of the numbers that
// should not rise: lookup times, connections, throttling, memory, waiting work. It is pure.
package rise

import (
	"github.com/faultline-investigation/faultline/pkg/analysis/baseline"
	"github.com/faultline-investigation/faultline/pkg/analysis/onset"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Options say what counts. Zero values ask for nothing.
type Options struct {
	Now   incident.Window // what now speaks of
	Usual incident.Window // whose median is normal, where the number did not move; zero means all points
	// Average makes one number of those of now; nil means the last one.
	Average func([]float64) float64
	Onset   onset.Options
	From    float64 // the least that now has to be
	By      float64 // the least that now has to be above normal
	// Unmoved says whether a number is abnormal for which no moment of change is found; nil means that it never is.
	Unmoved func(now, normal float64) bool
}

// Of compares a series: its Now, Normal, Moved and Abnormal, in the unit of the points. It is false where there are no points
// of now. Normal is the median, or, where the number moved, what it was before.
func Of(points []incident.Point, o Options) (incident.Comparison, bool) {
	current := baseline.Within(points, o.Now)
	if len(current) == 0 {
		return incident.Comparison{}, false
	}
	c := incident.Comparison{Now: current[len(current)-1], Normal: baseline.Median(usual(points, o.Usual))}
	if o.Average != nil {
		c.Now = o.Average(current)
	}
	change, moved := onset.Find(points, o.Onset)
	if !moved {
		c.Abnormal = o.Unmoved != nil && o.Unmoved(c.Now, c.Normal)
		return c, true
	}
	c.Normal, c.Moved = change.Before, &change.Moved
	c.Abnormal = change.Up() && c.Now >= o.From && c.Now >= c.Normal+o.By
	return c, true
}

func usual(points []incident.Point, w incident.Window) []float64 {
	if !w.IsZero() {
		return baseline.Within(points, w)
	}
	values := make([]float64, len(points))
	for i, p := range points {
		values[i] = p.Value
	}
	return values
}
