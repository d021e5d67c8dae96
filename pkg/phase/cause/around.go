package cause

import (
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	muchOftener = 3.0              // how many times the rate before is more than before
	finest      = 15 * time.Second // between the points of the cluster's metrics
	mostPoints  = 600              // of one of their series
)

// nearby is the time around the incident and the hour before it.
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

const now = 5 * time.Minute // what "now" averages over

// usualTime is the part of a chart that its normal value was taken from: all of it, or what lies before the move.
func usualTime(c *incident.Case, moved *incident.MovedAt) incident.Window {
	w := phase.Lookback(c)
	if moved != nil && moved.Earliest.After(w.From) {
		w.To = moved.Earliest
	}
	return w
}

// since writes when a number moved, where that is known.
func since(moved *incident.MovedAt) wording.Text {
	if moved == nil {
		return wording.Text{}
	}
	return wording.Textf(", since %s", wording.Clock(moved.Middle()))
}
