package phase

import (
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	leastAveraged = time.Minute      // what a point of a chart averages over, at least
	leastSpacing  = 15 * time.Second // between the points of a chart
	mostPoints    = 500              // of one series
)

// Lookback is the window of charts: an hour of baseline before the investigated window. All charts have the same, so that
// they can be read one below the other.
func Lookback(c *incident.Case) incident.Window {
	return incident.Window{From: c.Window.From.Add(-time.Hour), To: c.Window.To}
}

// Averaging is what a point of a chart averages over: four samples of the subject's service, since a rate needs two and
// one may be missing; the least there is as long as nobody knows how often the service is sampled.
func Averaging(c *incident.Case) time.Duration {
	if c.Facts.Service == nil {
		return leastAveraged
	}
	return max(leastAveraged, 4*c.Facts.Service.Interval)
}

// Spacing is the distance between a chart's points: a sample, or more where the window is long.
func Spacing(c *incident.Case) time.Duration {
	return max(leastSpacing, Averaging(c)/4, (Lookback(c).Length() / mostPoints).Round(time.Second))
}
