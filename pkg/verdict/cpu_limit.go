package verdict

import (
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/verdict/advice"
)

var cpuLimit = Cause{
	Kind:      "cpu-limit",
	Means:     "the failing service's containers are throttled at their CPU limit",
	Needs:     limitNeeds,
	Mechanism: true,
	Find: func(c *incident.Case, _ Suspects) Suspects {
		use := cpuOf(&c.Facts)
		if !atLimit(c, use) {
			return nil
		}
		return Suspects{limitSuspect(c, use, "CPU limit", fmt.Sprintf("%s waits for CPU at its limit", use.Service))}
	},
	Likely:  []Rule{independentWitnesses},
	Against: []Observation{loadRoseFirst},
	Timeline: func(c *incident.Case, _ *Suspect) []incident.Link {
		use := cpuOf(&c.Facts)
		if use == nil {
			return nil
		}
		return moves(use, "cause/limits", "%s begins to wait for CPU", use.Service)
	},
	Returns: func(f *incident.Facts, named *incident.Candidate) []Number {
		if named == nil {
			return nil
		}
		return throttling(f)
	},
	Advise: func(a *advice.Advice, c *incident.Case, named incident.Candidate) {
		morePods(a, c, named.Service, "cause/limits")
	},
}

// limitNeeds are the facts that tell of a limit.
var limitNeeds = []incident.Fact{incident.FactSaturation, incident.FactCulprit, incident.FactOnset, incident.FactPattern, incident.FactDependencies}

// cpuOf is how much of its CPU periods the failing service is throttled in; nil where that is not measured.
func cpuOf(f *incident.Facts) *incident.Comparison {
	if f.Saturation == nil {
		return nil
	}
	return f.Saturation.CPU
}

// throttling has to end before an incident is over whose cause is a CPU limit, or the load that runs into it.
func throttling(f *incident.Facts) []Number {
	use := cpuOf(f)
	if use == nil {
		return nil
	}
	return returning(use, incident.CriterionOfCPU(use.Service), "throttled CPU periods", "")
}

// atLimit says whether a use came near its limit, and not only after the onset. Connections that pile up need memory too, and
// a busy service is throttled: which of them came first the order in time tells.
func atLimit(c *incident.Case, use *incident.Comparison) bool {
	return use != nil && use.Abnormal && (use.Moved == nil || c.Facts.MovedInTime(*use.Moved))
}

func limitSuspect(c *incident.Case, use *incident.Comparison, component, saying string) *Suspect {
	s := newSuspect(use.Service, incident.Target{Type: "service", Name: use.Service}, component, saying)
	s.began = use.Moved
	s.has(inMetric, "%s: %s, normally %s", use.What, numbers.Percent(use.Now), numbers.Percent(use.Normal))
	if culprit := c.Facts.Culprit; culprit != nil && culprit.Span.Service == use.Service {
		s.has(inTrace, "the failing trace goes wrong in the same service")
	} else {
		s.has(inTrace, "the failing trace goes wrong in a call to it")
	}
	addOrder(c, s)
	addSymptoms(c, s)
	return s
}
