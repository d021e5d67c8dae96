// Package services is the part of the fourth phase that looks at all services of the subject's requests: it samples how they
// call each other, looks which of all services holds a lock that they wait for, and ranks them by how much the way in which they handle requests has changed.
package services

import (
	"time"

	"github.com/faultline-investigation/faultline/pkg/phase"
)

// Steps lists the steps in the order in which a person reads them.
func Steps() []phase.Step {
	return []phase.Step{Locks(), Calls(), Agreement(), Risen(), Rank(), Witness(), NextWitness(), OwnTime()}
}

const latelyFor = 6 * time.Minute // before the end, whose requests are sampled more densely
