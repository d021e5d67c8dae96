package phase

import "github.com/faultline-investigation/faultline/pkg/incident"

// BaselineKnown says that the time taken for normal has no part in the incident: an onset is known and it ends before that, or
// the service's numbers were compared and did not move.
func BaselineKnown(c *incident.Case) bool {
	if c.Facts.Onset != nil {
		return true
	}
	for _, change := range []*incident.Change{c.Facts.Errors, c.Facts.Latency, c.Facts.Traffic, c.Facts.Refused} {
		if change != nil && !change.NoBaseline {
			return true
		}
	}
	return false
}

// BeforeWhat names the end of the time taken for normal in a sentence.
func BeforeWhat(c *incident.Case) string {
	if c.Facts.Onset != nil {
		return "the onset"
	}
	return "that"
}
