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
		Calls(),
		Rank(),
		Verdict(),
	}
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
