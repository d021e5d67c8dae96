package onset

import (
	"math"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// stepFrom is the share of its final size that a change must have reached one window after it was first seen to pass for
// a step; a slower one is a ramp.
const stepFrom = 0.8

// sharpened takes out what averaging over the window hides. A mean leaves the band some time after the change, and its
// excess at the first point outside tells how long after. With W the window, x the time since the change and e the
// excess:
//
//	step of size D:  e = D x/W                              so  x = W e/D
//	ramp:            e1 = g x^2/(2W) at the first point,
//	                 e2 = g (x + W/2) one window later       so  x = W (r + sqrt(r^2 + r))  with r = e1/e2
//
// The interval is a step of the series to either side, and ends no later than the point at which the change was seen.
func sharpened(points []incident.Point, first int, c Change, window time.Duration) incident.MovedAt {
	seen := points[first].Time
	later := first
	for later < len(points)-1 && points[later].Time.Sub(seen) < window {
		later++
	}
	size := math.Abs(c.After - c.Before)
	early := math.Abs(points[first].Value - c.Before)
	after := math.Abs(points[later].Value - c.Before)
	if size == 0 || after == 0 {
		return c.Moved
	}
	share := early / size
	if after < stepFrom*size {
		r := early / after
		share = r + math.Sqrt(r*r+r)
	}
	moment := seen.Add(-time.Duration(math.Min(1, share) * float64(window)))
	spacing := points[1].Time.Sub(points[0].Time)
	moved := incident.MovedAt{Earliest: moment.Add(-spacing), Latest: moment.Add(spacing)}
	if moved.Latest.After(seen) {
		moved.Latest = seen
	}
	return moved
}
