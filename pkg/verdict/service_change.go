package verdict

import (
	"time"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// prompt is how soon after a change what it breaks begins: a bad version shows as soon as it gets traffic, which a rollout gives to it
// within minutes. One that served well for longer speaks against itself.
const prompt = 10 * time.Minute

var serviceChange = Cause{
	Kind:     "service-change",
	Means:    "a change of the failing service itself, minutes before it began to fail",
	Needs:    []incident.Fact{incident.FactChanges, incident.FactOnset},
	After:    append([]incident.CauseKind{breakingChange.Kind}, symptoms...),
	Depth:    1,
	Find:     findServiceChange,
	Likely:   changeIsLikely,
	Against:  []Observation{oldVersionFails, unhealthyBefore, otherChange},
	Timeline: changeTimeline,
	Advise:   adviseOnChange,
}

// findServiceChange finds the changes shortly before the onset of a service that a symptom shows failing, or of the subject.
// Scaling answers to load more often than it breaks something. Where only the onset's margin reaches that near to the change, it says so.
func findServiceChange(c *incident.Case, earlier Suspects) Suspects {
	onset := c.Facts.Onset
	if c.Facts.Changes == nil || onset == nil {
		return nil
	}
	var all Suspects
	for _, k := range c.Facts.Changes.List {
		if !k.BeforeOnset || k.Action == incident.Scaled || earlier.isOf(k) || k.Kind != "Deployment" || onset.Earliest.Sub(k.At) > prompt {
			continue
		}
		s := changeSuspect(c, k.Object, k)
		s.prompt = promptly(k, onset.MovedAt)
		s.saying = wording.Textf("%s at %s, %s", cluster.DescribeChange(k), wording.Clock(k.At), ahead(c, k))
		if s.prompt {
			s.saying = wording.Textf("%s at %s, and fails since", cluster.DescribeChange(k), wording.Clock(k.At))
		}
		fails := cluster.SameWorkload(c.Subject.Service, k.Object)
		for _, symptom := range earlier.Of(symptoms...) {
			if cluster.SameWorkload(symptom.telling(), k.Object) {
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

// promptly says that what a change may have broken began within minutes of it.
func promptly(k incident.ClusterChange, began incident.MovedAt) bool {
	return began.Middle().Sub(k.At) <= prompt
}
