package verdict

import (
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/verdict/advice"
)

var slowLookups = Cause{
	Kind:      "slow-dns-lookups",
	Means:     "DNS lookups of the failing service take much longer than usual",
	Needs:     []incident.Fact{incident.FactLookups, incident.FactCulprit, incident.FactOnset, incident.FactPattern, incident.FactDependencies},
	Mechanism: true,
	Find:      findSlowLookups,
	Likely:    []Rule{independentWitnesses},
	Against:   []Observation{failElsewhere, ownerSaysIll},
	Timeline: func(c *incident.Case, _ *Suspect) []incident.Link {
		l := c.Facts.Lookups
		if l == nil {
			return nil
		}
		return moves(l, "cause/lookups", "%s by %s slow down", l.What, l.Service)
	},
	Returns: func(f *incident.Facts, _ *incident.Candidate) []Number {
		l := f.Lookups
		if l == nil {
			return nil
		}
		return returning(l, incident.CriterionOfLookups(l), l.What, "cause/lookups")
	},
	Advise: func(a *advice.Advice, _ *incident.Case, named incident.Candidate) {
		a.Look("cause/lookups", fmt.Sprintf("Shows how long the name server takes, and which it is. Run it where %s runs.", named.Service), "dig +tries=1 %s", named.Target.Name)
	},
}

func findSlowLookups(c *incident.Case, _ Suspects) Suspects {
	l := c.Facts.Lookups
	if l == nil || !l.Abnormal {
		return nil
	}
	s := newSuspect(l.Service, incident.Target{Type: "host", Name: l.Of}, l.What, fmt.Sprintf("%s by %s are slow", l.What, l.Service))
	s.began = l.Moved
	s.has(inMetric, "%s take %s, normally %s", l.What, numbers.Duration(l.Now), numbers.Duration(l.Normal))
	if host := c.Facts.FailedHost(); host != "" && host == l.Of {
		s.has(inTrace, "the failing trace ends in a call to %s", host)
	}
	addOrder(c, s)
	addSymptoms(c, s)
	return Suspects{s}
}
