// Package cause is the fourth phase: ours or theirs, and what changed?
package cause

import (
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
)

// Steps lists the phase's steps in the order in which a person reads them.
func Steps() []phase.Step {
	return []phase.Step{
		Lookups(),
		Pool(),
		Limits(),
		Pods(),
		Events(),
		InfraLogs(),
		ChangeList(),
		Verdict(),
	}
}

const (
	now    = 5 * time.Minute  // what "now" averages over
	window = time.Minute      // what a point of a chart averages over, at least
	step   = 15 * time.Second // between the points of a chart
)

// lookback is the window of the charts: an hour of baseline before the investigated window.
func lookback(c *incident.Case) incident.Window {
	return incident.Window{From: c.Window.From.Add(-time.Hour), To: c.Window.To}
}

// usualTime is the part of a chart that its normal value was taken from: all of it, or what lies before the move.
func usualTime(c *incident.Case, moved *incident.MovedAt) incident.Window {
	w := lookback(c)
	if moved != nil && moved.Earliest.After(w.From) {
		w.To = moved.Earliest
	}
	return w
}

// averaging and spacing follow how often the subject's service is sampled, where that is known.
func averaging(c *incident.Case) time.Duration {
	if c.Facts.Service == nil {
		return window
	}
	return max(window, 4*c.Facts.Service.Interval)
}

func spacing(c *incident.Case) time.Duration {
	const most = 500 // points of one series
	return max(step, averaging(c)/4, (lookback(c).Length() / most).Round(time.Second))
}

// ofCulprit picks the series of the culprit's service, under the label that its request metric uses where the metric
// has that label too.
func ofCulprit(c *incident.Case, labels []string) promql.Matcher {
	service := c.Facts.Culprit.Span.Service
	if known := c.Facts.Service; known != nil {
		for _, l := range labels {
			if l == known.Label {
				return promql.Equal(l, service)
			}
		}
	}
	return promql.Equal(labels[0], service)
}
