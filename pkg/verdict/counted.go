package verdict

import (
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict/difference"
)

// countOf is the second count of a service's difference; nil where it was not tried.
func countOf(c *incident.Case, service string, d incident.Difference) *incident.Witness {
	return difference.CountOf(service, d, c.Facts.Witness, c.Facts.NextWitness)
}

// saidOf is what a service does otherwise than before; where a second count confirms it, with both numbers.
func saidOf(c *incident.Case, r *incident.RankedService) string {
	said := difference.Describe(r.Service, r.Evidence[0])
	if w := countOf(c, r.Service, r.Evidence[0]); w != nil && w.Outcome == incident.WitnessConfirms {
		return fmt.Sprintf("%s; of all %s, %s", said, w.Counted, difference.Counts(*w))
	}
	return said
}

// isCounted says what second counts make of a service's differences: the numbers, or why there are none.
func (s *Suspect) isCounted(c *incident.Case, r *incident.RankedService) {
	for _, d := range r.Evidence {
		switch w := countOf(c, r.Service, d); {
		case w == nil:
		case w.Outcome == incident.WitnessUncounted:
			s.adds(inRequests, "%s", difference.NotCounted(r, d, w.Reason))
		case w.Counted != "" && w.Now.Over > 0:
			s.adds(inRequests, "%s of %s, of all %s: %s", difference.Subject(d), r.Service, w.Counted, difference.Counts(*w))
		}
	}
}

// confirmed says that a second count agrees with what a service's place in the ranking rests on: its strongest difference. What is no
// sample needs none. Where that could not be counted, a weaker difference that was does not stand for it.
func confirmed(c *incident.Case, r *incident.RankedService) bool {
	for _, d := range r.Evidence {
		if w := countOf(c, r.Service, d); w != nil && w.Outcome == incident.WitnessUncounted {
			return false
		}
	}
	if !difference.OfRequests(r.Evidence[0]) {
		return true
	}
	w := countOf(c, r.Service, r.Evidence[0])
	return w != nil && w.Outcome == incident.WitnessConfirms
}

// standsUp says that no second count leaves a difference in doubt: of the difference itself where it was counted, else of what its
// service's place in the ranking rests on. Services that were not counted stand on what else speaks for them.
func standsUp(c *incident.Case, r *incident.RankedService, d incident.Difference) bool {
	if w := countOf(c, r.Service, d); w != nil {
		return w.Outcome == incident.WitnessConfirms
	}
	for _, other := range r.Evidence {
		if countOf(c, r.Service, other) != nil {
			return confirmed(c, r)
		}
	}
	return true
}
