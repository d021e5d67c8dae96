package verdict

import (
	"time"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// shortlyBefore is how long before the onset the change of a service itself, without a sign in its pods, is likely to
// be what broke it: a bad version shows as soon as it gets traffic.
const shortlyBefore = 30 * time.Minute

var serviceChange = Cause{
	Kind:     "service-change",
	Means:    "a change of the failing service itself, shortly before it began to fail",
	Needs:    []incident.Fact{incident.FactChanges, incident.FactOnset},
	After:    append([]incident.CauseKind{breakingChange.Kind}, symptoms...),
	Depth:    1,
	Find:     findServiceChange,
	Likely:   changeIsLikely,
	Timeline: changeTimeline,
	Advise:   adviseOnChange,
}

// findServiceChange finds the changes shortly before the onset of a service that a symptom shows failing, or of the subject.
// Scaling answers to load more often than it breaks something.
func findServiceChange(c *incident.Case, earlier Suspects) Suspects {
	onset := c.Facts.Onset
	if c.Facts.Changes == nil || onset == nil {
		return nil
	}
	var all Suspects
	for _, k := range c.Facts.Changes.List {
		if !k.BeforeOnset || k.Action == incident.Scaled || earlier.isOf(k) || k.Kind != "Deployment" || onset.Middle().Sub(k.At) > shortlyBefore {
			continue
		}
		s := changeSuspect(c, k.Object, k)
		s.saying = wording.Textf("%s at %s, and fails since", cluster.DescribeChange(k), wording.Clock(k.At))
		fails := cluster.SameWorkload(c.Subject.Service, k.Object)
		for _, symptom := range earlier.Of(symptoms...) {
			if cluster.SameWorkload(symptom.service, k.Object) {
				fails = true
				s.inherits(symptom)
			}
		}
		if fails {
			addOrder(c, s)
			all = append(all, s)
		}
	}
	return all
}
