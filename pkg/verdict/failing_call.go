package verdict

import (
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/verdict/advice"
	"github.com/faultline-investigation/faultline/pkg/verdict/difference"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

var failingCall = Cause{
	Kind:  "failing-call",
	Means: "the span at which the failing requests go wrong, where nothing is known of why",
	Needs: []incident.Fact{incident.FactCulprit, incident.FactExample, incident.FactOnset, incident.FactPattern, incident.FactDependencies, incident.FactLocks,
		incident.FactLatency, incident.FactCallees, incident.FactShapes},
	Find:    findFailingCall,
	Likely:  []Rule{independentWitnesses, requestsLeaveNoDoubt},
	Against: []Observation{othersAreServed, ownerSaysWell, failElsewhere},
	Advise:  func(a *advice.Advice, c *incident.Case, _ incident.Candidate) { whoBlocks(a, c) },
}

// ends picks the words for a culprit span that failed, or that was only slow.
func ends(span incident.Span, failed, slow string) string {
	if span.Failed {
		return failed
	}
	return slow
}

func findFailingCall(c *incident.Case, _ Suspects) Suspects {
	culprit := c.Facts.Culprit
	if culprit == nil || c.Facts.Example == nil {
		return nil
	}
	s := failingOperation(c)
	peer, how, blamed := blamedPeer(c)
	if blamed {
		s = newSuspect(peer.Name, incident.Target{Type: string(peer.Type), Name: peer.Name}, difference.PeerName(peer),
			fmt.Sprintf("calls from %s to %s %s", culprit.Span.Service, difference.PeerName(peer), several(c)))
		s.calledBy, s.address = culprit.Span.Service, culprit.External
	}
	if culprit.External != "" {
		s.saying = wording.Textf("calls from %s to %s %s", culprit.Span.Service, calledAs(c), several(c))
	}
	if how != "" {
		s.saying = wording.Textf("%s: %s", s.saying, how)
	}
	if waitsForLock(c) {
		s.saying = wording.Textf("%s, waiting for a lock", s.saying)
	}
	if culprit.Refused != "" {
		s.has(inTrace, "the example trace is refused there, with %s", culprit.Refused)
	} else {
		s.has(inTrace, "the failing trace goes wrong there: %s of %s", numbers.Milliseconds(culprit.Span.Duration), numbers.Milliseconds(c.Facts.Example.Trace.Duration))
	}
	if said := convention.Said(culprit.Span); blamed && said != "" {
		s.adds(inTrace, "the call says %s", wording.Quoted(said))
	}
	if blamed {
		s.adds(inTrace, "only %s reports it: nothing traces %s itself", culprit.Span.Service, peer.Name)
	}
	addSymptoms(c, s)
	if row := calledRow(c); row != nil && row.Service != s.service && (row.Health == incident.Failing || row.Health == incident.Degraded) {
		s.has(inTable, "%s is the dependency that is %s", row.Service, row.Health)
	}
	return Suspects{s}
}

// failingOperation is the culprit's operation, or the operations of its service that go wrong together.
func failingOperation(c *incident.Case) *Suspect {
	span := c.Facts.Culprit.Span
	operations, traces := operationsGoWrong(c)
	if len(operations) < 2 { //nolint:mnd // one is the culprit's own
		return newSuspect(span.Service, incident.Target{Type: "operation", Name: span.Name}, span.Name, fmt.Sprintf("%s of %s %s", span.Name, span.Service, one(c)))
	}
	all := named(operations)
	s := newSuspect(span.Service, incident.Target{Type: "service", Name: span.Service}, all,
		fmt.Sprintf("%s of %s %s", all, span.Service, ends(span, "fail", "take the largest part of the time")))
	s.together = traces
	return s
}

// one says what is wrong with the requests of the culprit's operation.
func one(c *incident.Case) string {
	culprit := c.Facts.Culprit
	if culprit.Refused != "" {
		return "is answered with " + culprit.Refused
	}
	return ends(culprit.Span, "fails", "takes "+partOfTime(c))
}

// several says what is wrong with calls to somewhere else.
func several(c *incident.Case) string {
	culprit := c.Facts.Culprit
	if culprit.Refused != "" {
		return "are answered with " + culprit.Refused
	}
	return ends(culprit.Span, "fail", "take "+partOfTime(c))
}

// partOfTime says how much of the alerting service's part of the trace the culprit took by itself.
func partOfTime(c *incident.Case) string {
	if c.Facts.Culprit.MostOf(&c.Facts.Example.Trace, c.Subject.Service) {
		return "most of the time"
	}
	return "the largest part of the time"
}

const namedOperations = 3

// named lists operations, or counts them where they are many.
func named(operations []string) string {
	if len(operations) > namedOperations {
		return fmt.Sprintf("%d operations", len(operations))
	}
	return wording.List(operations)
}

// operationsGoWrong are the operations of the culprit's service at which nearly all of the traces looked at go wrong, all failing or
// all slow, and at which none did before the onset; the commonest first, and how many traces that are. None where one of them is that of
// nearly all: it explains the incident alone then.
func operationsGoWrong(c *incident.Case) (operations []string, together int) {
	culprit, shapes := c.Facts.Culprit, c.Facts.Shapes
	if shapes == nil || culprit.Refused != "" || culprit.External != "" {
		return nil, 0
	}
	byOperation := map[string]int{}
	for _, shape := range shapes.Shapes {
		if shape.Service != culprit.Span.Service || shape.Failed != culprit.Span.Failed || shape.Before > 0 {
			continue
		}
		if byOperation[shape.Operation] == 0 {
			operations = append(operations, shape.Operation)
		}
		byOperation[shape.Operation] += shape.Count
		together += shape.Count
	}
	enough := nearlyAll * float64(shapes.Of)
	if float64(together) < enough {
		return nil, 0
	}
	for _, count := range byOperation {
		if float64(count) >= enough {
			return nil, 0
		}
	}
	return operations, together
}
