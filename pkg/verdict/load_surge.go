package verdict

import (
	"fmt"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/verdict/advice"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const muchMoreLoad = 1.5 // times the usual traffic from which load explains slowness by itself

var loadSurge = Cause{
	Kind:  "load-surge",
	Means: "many more requests than usual arrived, and the service is slow or fails because of them",
	Needs: []incident.Fact{incident.FactTraffic, incident.FactOnset, incident.FactCulprit, incident.FactSaturation, incident.FactPatterns, incident.FactNeighbours,
		incident.FactRefused, incident.FactErrors, incident.FactLatency},
	After:   symptoms,
	Depth:   2, // beside its own: throttling, latency and errors all follow from it
	Find:    findLoadSurge,
	Likely:  []Rule{othersSeeTheLoad},
	Against: []Observation{areRetries, notInLinesOrTraces},
	Returns: func(f *incident.Facts, named *incident.Candidate) []Number {
		if named == nil {
			return nil
		}
		return throttling(f)
	},
	Advise: func(a *advice.Advice, c *incident.Case, named incident.Candidate) {
		morePods(a, c, named.Service, "impact/request-rate")
	},
}

// othersSeeTheLoad says that lines or traces rose with the request metric, and that it is not known to be the same requests asked again,
// which takes traces: retries write lines too. Beside that it takes what every verdict takes.
func othersSeeTheLoad(c *incident.Case, s *Suspect) bool {
	w := witnessesOfLoad(c)
	return w.any() && w.repeats > 0 && independentWitnesses(c, s)
}

// tooMany is the status of requests that are refused because they are too many.
const tooMany = "429"

// refusedAlone says that all there is to explain are refusals that no load makes, such as 401: who is refused asks again, so that load
// follows from them.
func refusedAlone(f *incident.Facts) bool {
	worse := func(change *incident.Change) bool { return change != nil && change.Worse }
	return worse(f.Refused) && !worse(f.Errors) && !worse(f.Latency) && !slices.Contains(f.Refused.Codes, tooMany)
}

// findLoadSurge finds more to do than usual: requests rose before, or as, the service became slow or failed, as far as both
// margins can tell, and the trace goes wrong in no call that leaves what is traced. It goes before what follows from it, such as
// waiting for processors at a limit.
func findLoadSurge(c *incident.Case, symptoms Suspects) Suspects {
	t, onset := c.Facts.Traffic, c.Facts.Onset
	if t == nil || onset == nil || t.Moved == nil || t.Worse || t.Normal <= 0 || t.Now < muchMoreLoad*t.Normal || t.Moved.Earliest.After(onset.Latest) ||
		c.Facts.FailedHost() != "" || refusedAlone(&c.Facts) || witnessesOfLoad(c).deny(t.Now/t.Normal) {
		return nil
	}
	s := newSuspect(c.Subject.Service, incident.Target{Type: "service", Name: c.Subject.Service}, "load",
		fmt.Sprintf("load, and no fault of the service: requests to %s rose to %.1f times the usual", c.Subject.Service, t.Now/t.Normal))
	s.began = t.Moved
	s.happens("impact/request-rate", "requests to %s rise to %s", c.Subject.Service, numbers.Say(t.Now, t.Unit))
	s.has(inMetric, "requests rose from %s to %s at %s", numbers.Say(t.Normal, t.Unit), numbers.Say(t.Now, t.Unit), wording.Clock(t.Moved.Middle()))
	addOrder(c, s)
	s.inherits(symptoms...)
	if cpu := cpuOf(&c.Facts); cpu != nil && cpu.Abnormal {
		s.adds(inMetric, "%s waits for CPU in %s of its periods since, normally %s", cpu.Service, numbers.Percent(cpu.Now), numbers.Percent(cpu.Normal))
	}
	return Suspects{s}
}
