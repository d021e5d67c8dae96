package freeze

import "github.com/faultline-investigation/faultline/pkg/incident"

// thin gives at most most points of a series, and of every stretch its lowest and its highest point, so that no peak and
// no dip is lost. First and last point stay. A series that is short enough comes back as it is. most is at least 4.
func thin(points []incident.Point, most int) []incident.Point {
	if len(points) <= most {
		return points
	}
	inner := points[1 : len(points)-1]
	stretches := (most - 2) / 2
	kept := make([]incident.Point, 0, most)
	kept = append(kept, points[0])
	for i := range stretches {
		kept = append(kept, extremes(inner[i*len(inner)/stretches:(i+1)*len(inner)/stretches])...)
	}
	return append(kept, points[len(points)-1])
}

// extremes are the lowest and the highest of some points, in the order of time; one point where they are the same.
func extremes(points []incident.Point) []incident.Point {
	if len(points) == 0 {
		return nil
	}
	low, high := 0, 0
	for i, p := range points {
		if p.Value < points[low].Value {
			low = i
		}
		if p.Value > points[high].Value {
			high = i
		}
	}
	if low == high {
		return points[low : low+1]
	}
	return []incident.Point{points[min(low, high)], points[max(low, high)]}
}
