package cause

import (
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	muchOftener = 3.0              // how many times the rate before is more than before
	finest      = 15 * time.Second // between the points of the cluster's metrics
	mostPoints  = 600              // of one of their series
)

// nearby is the incident's neighborhood and the hour before it.
func nearby(c *incident.Case) incident.Window {
	return incident.Window{From: c.HourBefore().From, To: c.Around().To}
}

// nearbySpacing is the distance between the points of the cluster's metrics.
func nearbySpacing(c *incident.Case) time.Duration {
	return max(finest, (nearby(c).Length() / mostPoints).Round(time.Second))
}

// oftener says whether something that was counted around the incident and before it happens much more often now. What
// never happened before does.
func oftener(c *incident.Case, now, earlier float64) bool {
	return now > 0 && now/c.Around().Length().Seconds() >= muchOftener*earlier/c.HourBefore().Length().Seconds()
}
