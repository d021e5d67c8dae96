// Package logs is the third phase: why, in the service's own words?
package logs

import "github.com/faultline-investigation/faultline/pkg/phase"

// Steps lists the phase's steps in the order in which a person reads them.
func Steps() []phase.Step {
	return []phase.Step{
		Labels(),
		TraceLines(),
		FailingPattern(),
		Patterns(),
		Widened(),
	}
}
