// Package recovery is the fifth phase: fix it and prove it.
package recovery

import "github.com/faultline-investigation/faultline/pkg/phase"

// Steps lists the phase's steps in the order in which a person reads them.
func Steps() []phase.Step {
	return []phase.Step{
		Runbook(),
		Mitigations(),
		ExitCriteria(),
	}
}
