// Package example is the second phase: show me one failing request, and where in it the fault is.
package example

import "github.com/faultline-investigation/faultline/pkg/phase"

// Steps lists the phase's steps in the order in which a person reads them.
func Steps() []phase.Step {
	return []phase.Step{
		FailingTraces(),
		Refusals(),
		SlowTraces(),
		Exemplars(),
		Whole(),
		Shapes(),
		Trace(),
		Culprit(),
		Traits(),
	}
}
