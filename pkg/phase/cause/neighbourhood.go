package cause

import (
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	lead        = time.Hour        // before the onset, in which a cause may begin that shows only later
	muchOftener = 3.0              // how many times the rate before is more than before
	finest      = 15 * time.Second // between the points of the cluster's metrics
	mostPoints  = 600              // of one of their series
)

// around is the incident's neighbourhood: from an hour before the onset to now. What begins in it may be the cause or a
// trace of it. Where no onset is known it is the investigated window.
func around(c *incident.Case) incident.Window {
	if c.Facts.Onset == nil {
		return c.Window
	}
	return incident.Window{From: c.Facts.Onset.Earliest.Add(-lead).UTC().Truncate(time.Second), To: c.Window.To}
}

// before is the hour before the neighbourhood: what goes on in it goes on without an incident.
func before(c *incident.Case) incident.Window {
	start := around(c).From
	return incident.Window{From: start.Add(-lead), To: start}
}

// nearby is both.
func nearby(c *incident.Case) incident.Window {
	return incident.Window{From: before(c).From, To: around(c).To}
}

// nearbySpacing is the distance between the points of the cluster's metrics.
func nearbySpacing(c *incident.Case) time.Duration {
	return max(finest, (nearby(c).Length() / mostPoints).Round(time.Second))
}

// oftener says whether something that was counted around the incident and before it happens much more often now. What
// never happened before does.
func oftener(c *incident.Case, now, earlier float64) bool {
	return now > 0 && now/around(c).Length().Seconds() >= muchOftener*earlier/before(c).Length().Seconds()
}

// beganInTime says whether something that is known to have begun within the given time can have caused the incident: it
// did not begin after the onset. Where no onset is known, nothing can be said against it.
func beganInTime(c *incident.Case, began time.Time) bool {
	return c.Facts.Onset == nil || !began.After(c.Facts.Onset.Latest)
}
