package verdict

import (
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict/advice"
)

var memoryLimit = Cause{
	Kind:      "memory-limit",
	Means:     "the failing service's containers use all memory that they may",
	Needs:     limitNeeds,
	Mechanism: true,
	Find: func(c *incident.Case, _ Suspects) Suspects {
		use := memoryOf(&c.Facts)
		if !atLimit(c, use) {
			return nil
		}
		return Suspects{limitSuspect(c, use, "memory limit", fmt.Sprintf("%s is at its memory limit", use.Service))}
	},
	Likely:  []Rule{independentWitnesses},
	Against: []Observation{loadRoseFirst},
	Timeline: func(c *incident.Case, _ *Suspect) []incident.Link {
		use := memoryOf(&c.Facts)
		if use == nil {
			return nil
		}
		return moves(use, "cause/limits", "memory of %s begins to rise towards its limit", use.Service)
	},
	Returns: func(f *incident.Facts, named *incident.Candidate) []Number {
		use := memoryOf(f)
		if use == nil || named == nil {
			return nil
		}
		return returning(use, incident.CriterionOfMemory(use.Service), "memory of its limit", "")
	},
	Advise: func(a *advice.Advice, c *incident.Case, named incident.Candidate) {
		if d, known := deploymentOf(c, named.Service); known {
			moreMemory(a, "cause/limits", d)
		}
	},
}

// memoryOf is how much of its memory limit the failing service uses; nil where that is not measured.
func memoryOf(f *incident.Facts) *incident.Comparison {
	if f.Saturation == nil {
		return nil
	}
	return f.Saturation.Memory
}
