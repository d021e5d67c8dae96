package verdict

import (
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

var failingDependency = Cause{
	Kind:   "failing-dependency",
	Means:  "the worst of the services that the alerting one calls, where no trace tells more",
	Needs:  []incident.Fact{incident.FactDependencies, incident.FactCulprit},
	Find:   findFailingDependency,
	Likely: []Rule{independentWitnesses, requestsLeaveNoDoubt},
}

// findFailingDependency finds the worst callee by the table. Of a callee of which nothing is known from before, only that most of its
// requests fail is a reason to suspect it: some requests of a healthy system fail all day.
func findFailingDependency(c *incident.Case, _ Suspects) Suspects {
	if c.Facts.Culprit != nil || c.Facts.Dependencies == nil {
		return nil
	}
	for _, d := range c.Facts.Dependencies.Rows {
		known := d.ErrorsBaseline != nil || d.P99Baseline != nil
		if d.Health == incident.Failing || d.Health == incident.Degraded && known {
			s := newSuspect(d.Service, incident.Target{Type: "service", Name: d.Service}, d.Service, fmt.Sprintf("%s is %s", d.Service, d.Health))
			addTable(c, s)
			return Suspects{s}
		}
	}
	return nil
}
