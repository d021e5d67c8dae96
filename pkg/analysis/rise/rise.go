// Package rise compares what a number is now with what it was before it rose. It is the one comparison of the numbers that
// should not rise: lookup times, connections, throttling, memory, waiting work. It is pure.
//
// The numbers of the service itself are compared in the steps of the phase impact, on the same onset.Find: what a share or a quantile is
// over five minutes is no average of its points, but counted anew over all requests, and a share rises by counts too.
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

// Level compares a series without looking for a moment of change: its Now, and as Normal the median of the usual points, in the unit of
// the points. It is not known what is normal where there are none of these; it is not ok where there are no points of now.
func Level(points []incident.Point, o Options) (c incident.Comparison, known, ok bool) {
	current := baseline.Within(points, o.Now)
	if len(current) == 0 {
		return incident.Comparison{}, false, false
	}
	before := usual(points, o.Usual)
	c = incident.Comparison{Now: current[len(current)-1], Normal: baseline.Median(before)}
	if o.Average != nil {
		c.Now = o.Average(current)
	}
	return c, len(before) > 0, true
}

// Of compares a series: its Now, Normal, Moved and Abnormal, in the unit of the points. It is false where there are no points
// of now. Normal is the median, or, where the number moved, what it was before.
func Of(points []incident.Point, o Options) (incident.Comparison, bool) {
	c, _, ok := Level(points, o)
	if !ok {
		return c, false
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
