// Package cause is the fourth phase: ours or theirs, and what changed?
package cause

import "github.com/faultline-investigation/faultline/pkg/phase"

// Steps lists the phase's steps in the order in which a person reads them, but for those that rank the services (package
// services), people's own checks (package checks) and the verdict, which come after them.
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
	}
}
