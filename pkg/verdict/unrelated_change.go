package verdict

import (
	"slices"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const mostUnrelated = 3 // changes without a link that are shown as candidates

var unrelatedChange = Cause{
	Kind:     "unrelated-change",
	Means:    "a change before the onset that nothing else shows to be behind the failure",
	Needs:    []incident.Fact{incident.FactChanges, incident.FactOnset},
	After:    []incident.CauseKind{breakingChange.Kind, serviceChange.Kind},
	Unlinked: true,
	Find:     findUnrelatedChange,
}

// findUnrelatedChange finds the latest of the other changes: they only are shown, since "what else changed?" is asked anyway.
// Scaling stays in the list of changes.
func findUnrelatedChange(c *incident.Case, linked Suspects) Suspects {
	if c.Facts.Changes == nil {
		return nil
	}
	var all Suspects
	for _, k := range c.Facts.Changes.List {
		if !k.BeforeOnset || k.Action == incident.Scaled || linked.isOf(k) {
			continue
		}
		s := changeSuspect(c, k.Object, k)
		s.saying, s.because, s.began = wording.Textf("%s", cluster.DescribeChange(k)), nil, nil
		s.kinds = map[evidence]bool{}
		link := "nothing else links it to the failure"
		if fails(c, linked, k) {
			link = "it is of what fails, but nothing shows that the failure began with it"
		}
		s.has(inTime, "also changed before the onset: %s at %s, %s; %s", cluster.DescribeChange(k), wording.Clock(k.At), ahead(c, k), link)
		all = append(all, s)
	}
	if len(all) > mostUnrelated {
		all = all[len(all)-mostUnrelated:]
	}
	return all
}

// fails says that a change is of the subject, or of a service that a symptom shows failing.
func fails(c *incident.Case, earlier Suspects, k incident.ClusterChange) bool {
	return cluster.SameWorkload(c.Subject.Service, k.Object) ||
		slices.ContainsFunc(earlier.Of(symptoms...), func(s *Suspect) bool { return cluster.SameWorkload(s.service, k.Object) })
}
