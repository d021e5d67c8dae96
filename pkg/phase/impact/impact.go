// Package impact is the first phase: how bad is it, since when, and where?
package impact

import (
	"time"

	"github.com/faultline-investigation/faultline/pkg/phase"
)

// Steps lists the phase's steps in the order in which a person reads them.
func Steps() []phase.Step {
	return []phase.Step{
		Conventions(),
		Service(),
		Scope(),
		Counters(),
		ErrorRate(),
		RequestRate(),
		Latency(),
		StatusCodes(),
		Onset(),
		Callees(),
		Dependencies(),
		BlastRadius(),
	}
}

const (
	now = 5 * time.Minute // what "now" averages over
	p99 = 0.99
)
