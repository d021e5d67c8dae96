// Package baseline describes what is normal for a series: its middle and its spread, by measures that a few odd points
// cannot move. It is pure.
package baseline

import (
	"math"
	"sort"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// consistency makes the median absolute deviation estimate the standard deviation of a normal distribution.
const consistency = 1.4826

// Normal is a robust description of values. The zero value describes none.
type Normal struct {
	Median float64
	Spread float64 // 1.4826 times the median absolute deviation
	Count  int
}

// Of describes the values; NaN must not be among them.
func Of(values []float64) Normal {
	if len(values) == 0 {
		return Normal{}
	}
	median := Median(values)
	deviations := make([]float64, len(values))
	for i, v := range values {
		deviations[i] = math.Abs(v - median)
	}
	return Normal{Median: median, Spread: consistency * Median(deviations), Count: len(values)}
}

// Median is the middle value, the mean of the two middle ones where there are two; 0 of none. It keeps values as is.
func Median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := append([]float64(nil), values...)
	sort.Float64s(sorted)
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// Mean is the arithmetic mean; 0 of none.
func Mean(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// Within gives the values of the points in the window whose times are after From and not after To: a point of a rate
// speaks of the time before it.
func Within(points []incident.Point, w incident.Window) []float64 {
	var values []float64
	for _, p := range points {
		if p.Time.After(w.From) && !p.Time.After(w.To) {
			values = append(values, p.Value)
		}
	}
	return values
}

// Hour is the hour that ends when the time before a change ends: what counts as normal for an incident.
func Hour(end time.Time) incident.Window {
	return incident.Window{From: end.Add(-time.Hour), To: end}
}
