package verdict

import (
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/verdict/advice"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

var sharedPool = Cause{
	Kind:    "shared-connection-pool",
	Means:   "several services have run out of connections to the same thing",
	Needs:   []incident.Fact{incident.FactShared, incident.FactOnset},
	After:   symptoms,
	Depth:   1,
	Find:    findSharedPool,
	Likely:  []Rule{independentWitnesses},
	Against: []Observation{loadRoseFirst},
	Returns: sharedPoolReturns,
	Advise: func(a *advice.Advice, c *incident.Case, _ incident.Candidate) {
		shared := c.Facts.Shared
		if shared == nil || len(shared.Users) == 0 {
			return
		}
		openTransactions(a, c, shared.Name)
		startedJobs(a, c, shared.Users[0].Moved, fmt.Sprintf("connections to %s ran out", shared.Name))
		for _, u := range shared.Users {
			restart(a, c, u.Service)
		}
	},
}

func findSharedPool(c *incident.Case, symptoms Suspects) Suspects {
	p := c.Facts.Shared
	if p == nil || len(p.Users) == 0 {
		return nil
	}
	first, users := p.Users[0], wording.List(p.Services())
	s := newSuspect(p.Name, incident.Target{Type: "pool", Name: p.Name}, "connection pool", fmt.Sprintf("%s have run out of connections to %s", users, p.Name))
	s.began = first.Moved
	s.happens("cause/pool", "%s runs out of connections to %s", first.Service, p.Name)
	s.has(inMetric, "%d services wait for connections to %s: %s use %s of theirs, normally %s", len(p.Users), p.Name, users,
		numbers.Percent(first.Now), numbers.Percent(first.Normal))
	addOrder(c, s)
	s.inherits(symptoms...)
	return Suspects{s}
}

func sharedPoolReturns(f *incident.Facts, named *incident.Candidate) []Number {
	if named == nil || f.Shared == nil {
		return nil
	}
	var all []Number
	for i, u := range f.Shared.Users {
		all = append(all, returning(&f.Shared.Users[i], "shared-connection-pool/"+u.Service, fmt.Sprintf("connections to %s in use by %s", f.Shared.Name, u.Service), "")...)
	}
	return all
}
