package verdict

import (
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
)

var failingCall = Cause{
	Kind:   "failing-call",
	Means:  "the span at which the failing requests go wrong, where nothing is known of why",
	Needs:  []incident.Fact{incident.FactCulprit, incident.FactExample, incident.FactPattern, incident.FactDependencies},
	Find:   findFailingCall,
	Likely: []Rule{independentWitnesses, requestsLeaveNoDoubt},
}

func findFailingCall(c *incident.Case, _ Suspects) Suspects {
	culprit := c.Facts.Culprit
	if culprit == nil || c.Facts.Example == nil {
		return nil
	}
	s := newSuspect(culprit.Span.Service, incident.Target{Type: "operation", Name: culprit.Span.Name}, culprit.Span.Name,
		fmt.Sprintf("%s of %s fails", culprit.Span.Name, culprit.Span.Service))
	if culprit.External != "" {
		s.saying = fmt.Sprintf("calls from %s to %s fail", culprit.Span.Service, culprit.External)
	}
	s.has(inTrace, "the failing trace goes wrong there: %s of %s", numbers.Milliseconds(culprit.Span.Duration), numbers.Milliseconds(c.Facts.Example.Trace.Duration))
	addSymptoms(c, s)
	return Suspects{s}
}
