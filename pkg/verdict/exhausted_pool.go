package verdict

import (
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/verdict/advice"
)

var exhaustedPool = Cause{
	Kind:      "exhausted-connection-pool",
	Means:     "the failing service has no connection left in its pool",
	Needs:     []incident.Fact{incident.FactPool, incident.FactLookups, incident.FactCulprit, incident.FactOnset, incident.FactPattern, incident.FactDependencies},
	Mechanism: true,
	Find:      findExhaustedPool,
	Likely:    []Rule{independentWitnesses},
	Against:   []Observation{loadRoseFirst, failElsewhere},
	Timeline: func(c *incident.Case, _ *Suspect) []incident.Link {
		p := c.Facts.Pool
		if p == nil {
			return nil
		}
		return moves(p, "cause/pool", "connections of %s run out", p.Service)
	},
	Returns: func(f *incident.Facts, _ *incident.Candidate) []Number {
		p := f.Pool
		if p == nil {
			return nil
		}
		return returning(p, incident.CriterionOfPool(p), p.What, "cause/pool")
	},
	Advise: func(a *advice.Advice, c *incident.Case, _ incident.Candidate) {
		p := c.Facts.Pool
		if p == nil {
			return
		}
		openTransactions(a, c, "")
		startedJobs(a, c, p.Moved, fmt.Sprintf("%s ran out of connections", p.Service))
		restart(a, c, p.Service)
	},
}

// findExhaustedPool leaves out a pool that filled while lookups were slow: connections pile up when what they wait for is
// slow, so that it is a symptom of these and no suspect.
func findExhaustedPool(c *incident.Case, _ Suspects) Suspects {
	p := c.Facts.Pool
	if p == nil || !p.Abnormal || c.Facts.Lookups != nil && c.Facts.Lookups.Abnormal {
		return nil
	}
	s := newSuspect(p.Service, incident.Target{Type: "pool", Name: p.Service}, "connection pool", fmt.Sprintf("the connection pool of %s is exhausted", p.Service))
	s.began = p.Moved
	s.has(inMetric, "%s of %s connections are in use, normally %s", numbers.Count(p.Now), numbers.Count(*p.Limit), numbers.Count(p.Normal))
	if culprit := c.Facts.Culprit; culprit != nil && culprit.Span.Service == p.Service {
		s.has(inTrace, "the failing trace goes wrong in the same service")
	}
	addOrder(c, s)
	addSymptoms(c, s)
	return Suspects{s}
}
