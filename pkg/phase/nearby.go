package phase

import (
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	muchOftener      = 3.0              // how many times the rate before is more than before
	finest           = 15 * time.Second // between the points of the cluster's metrics
	mostNearbyPoints = 600              // of one of their series
)

// Nearby is the time around the incident and the hour before it.
func Nearby(c *incident.Case) incident.Window {
	return incident.Window{From: c.HourBefore().From, To: c.Around().To}
}

// NearbySpacing is the distance between the points of the cluster's metrics.
func NearbySpacing(c *incident.Case) time.Duration {
	return max(finest, (Nearby(c).Length() / mostNearbyPoints).Round(time.Second))
}

// MuchOftener says whether something that was counted around the incident and before it happens much more often now. What
// never happened before does.
func MuchOftener(c *incident.Case, now, earlier float64) bool {
	return now > 0 && now/c.Around().Length().Seconds() >= muchOftener*earlier/c.HourBefore().Length().Seconds()
}

// HasCluster says whether anything measures the cluster's objects.
func HasCluster(c *incident.Case) bool {
	return c.Facts.Conventions != nil && c.Facts.Conventions.Cluster != nil
}

// FirstLabel is the first of the labels that a series has.
func FirstLabel(s incident.Series, labels []string) string {
	for _, l := range labels {
		if s.Labels[l] != "" {
			return s.Labels[l]
		}
	}
	return ""
}
