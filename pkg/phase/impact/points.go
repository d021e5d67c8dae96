package impact

import (
	"sort"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/baseline"
	"github.com/faultline-investigation/faultline/pkg/analysis/onset"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

func sortByTime(points []incident.Point) {
	sort.Slice(points, func(i, j int) bool { return points[i].Time.Before(points[j].Time) })
}

func valuesOf(points []incident.Point) []float64 {
	values := make([]float64, len(points))
	for i, p := range points {
		values[i] = p.Value
	}
	return values
}

// baselineOf is the time that counts as normal: the hour before the series moved, or, if it did not, all but the time
// that is compared with it.
func baselineOf(points []incident.Point, current incident.Window, change onset.Change, moved bool) incident.Window {
	end := current.From
	if moved && change.Moved.Earliest.Before(end) {
		end = change.Moved.Earliest
	}
	window := baseline.Hour(end)
	if len(points) > 0 && points[0].Time.After(window.From) {
		window.From = points[0].Time.Add(-time.Nanosecond) // so that the first point counts
	}
	return window
}

func movedAt(change onset.Change, moved bool) *incident.MovedAt {
	if !moved {
		return nil
	}
	return &change.Moved
}

func currently(c *incident.Case) incident.Window { return c.Window.Last(now) }
