// Package cause is the fourth phase: ours or theirs, and what changed?
package cause

import (
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
)

// Steps lists the phase's steps in the order in which a person reads them, but for those that rank the services (package
// services), people's own checks and the verdict, which come after them.
func Steps() []phase.Step {
	return []phase.Step{
		Externals(),
		Lookups(),
		Pool(),
		Limits(),
		Pods(),
		Events(),
		Surroundings(),
		InfraLogs(),
		ChangeList(),
	}
}

// Checks are the steps of people's own checks.
func Checks(checks []incident.Check) []phase.Step {
	steps := make([]phase.Step, len(checks))
	for i, k := range checks {
		steps[i] = Check(i, k)
	}
	return steps
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

// ofCulprit builds an expression of the culprit's series of a metric: those under the label that its request metric uses,
// where the metric may have that label too, and those under the metric's usual one. Metrics of different origin can name
// the same service under different labels.
func ofCulprit(c *incident.Case, labels []string, build func(service promql.Matcher) promql.Expr) promql.Expr {
	service := c.Facts.Culprit.Span.Service
	usual := build(promql.Equal(labels[0], service))
	known := c.Facts.Service
	if known == nil || known.Label == labels[0] && known.Prefix == "" || !slices.Contains(labels, known.Label) {
		return usual
	}
	return promql.Or(build(promql.Equal(known.Label, known.Spell(service)[0])), usual)
}
