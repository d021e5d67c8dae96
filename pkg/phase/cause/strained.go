package cause

import (
	"strings"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// strained is the service whose limits are looked at: the culprit's, or, where the trace ends in a call that nobody took,
// the one that was called, if it is one of ours.
func strained(c *incident.Case) string {
	if callee := calleeThatIsSilent(c); callee != "" {
		return callee
	}
	return c.Facts.Culprit.Span.Service
}

// calleeThatIsSilent is the service of ours that the failing call went to and that has no span in the trace; empty where
// the trace ends elsewhere, or in a host outside.
func calleeThatIsSilent(c *incident.Case) string {
	short, _, _ := strings.Cut(c.Facts.FailedHost(), ".")
	if short == "" || c.Facts.Callees == nil {
		return ""
	}
	for _, callee := range c.Facts.Callees.Services {
		if cluster.SameWorkload(callee, short) {
			return callee
		}
	}
	return ""
}

// ails is since when a workload ails, for what it may have caused: containers that ran out of memory did so since their
// memory began to rise, and were slow before the first was killed.
func ails(c *incident.Case, a *ailing) incident.MovedAt {
	since := a.since()
	if a.trouble == nil || !a.trouble.OutOfMemory || c.Facts.Saturation == nil {
		return since
	}
	memory := c.Facts.Saturation.Memory
	if memory != nil && memory.Abnormal && memory.Moved != nil && cluster.SameWorkload(memory.Service, a.workload) && memory.Moved.Latest.Before(since.Latest) {
		return *memory.Moved
	}
	return since
}
