package verdict

import (
	"cmp"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const mostUnrelated = 3 // changes without a link that are shown as candidates

var unrelatedChange = Cause{
	Kind:     "unrelated-change",
	Means:    "a change before the onset that nothing else shows to be behind the failure",
	Needs:    []incident.Fact{incident.FactChanges, incident.FactOnset, incident.FactNeighbours, incident.FactCallees, incident.FactExample, incident.FactCulprit},
	After:    []incident.CauseKind{breakingChange.Kind, serviceChange.Kind},
	Unlinked: true,
	Find:     findUnrelatedChange,
}

// findUnrelatedChange finds those of the other changes that fit best: of what fails, then of the store that the failing call goes to, then of
// what takes part in the requests, then the latest. They only are shown, since "what else changed?" is asked anyway. Scaling stays in the list of changes.
func findUnrelatedChange(c *incident.Case, linked Suspects) Suspects {
	if c.Facts.Changes == nil {
		return nil
	}
	var all Suspects
	places := map[*Suspect]place{}
	for _, k := range c.Facts.Changes.List {
		if !k.BeforeOnset || k.Action == incident.Scaled || linked.isOf(k) {
			continue
		}
		s := changeSuspect(c, k.Of(), k)
		s.saying, s.because, s.began = wording.Textf("%s", cluster.DescribeChange(k)), nil, nil
		s.kinds = map[evidence]bool{}
		where := placeOf(c, linked, k)
		places[s] = where
		link := map[place]string{
			elsewhere:  "nothing else links it to the failure",
			inRequest:  "it takes part in these requests, and nothing else links it to the failure",
			ofStore:    "it is of what the failing call goes to, but nothing shows that the failure began with it",
			whereFails: "it is of what fails, but nothing shows that the failure began with it",
		}[where]
		s.has(inTime, "also changed before the onset: %s %s, %s; %s", cluster.DescribeChange(k), changedAt(k), ahead(c, k), link)
		all = append(all, s)
	}
	slices.SortStableFunc(all, func(a, b *Suspect) int { return cmp.Or(int(places[b]-places[a]), b.change.At.Compare(a.change.At)) })
	return all[:min(mostUnrelated, len(all))]
}

// place is where a change was made, as seen from the failing requests: the higher, the nearer.
type place int

const (
	elsewhere place = iota
	inRequest
	ofStore
	whereFails
)

func placeOf(c *incident.Case, earlier Suspects, k incident.ClusterChange) place {
	switch {
	case fails(c, earlier, k):
		return whereFails
	case storeOf(c, k) != "":
		return ofStore
	case takesPart(c, k.Of()):
		return inRequest
	}
	return elsewhere
}

// takesPart says that a workload is one of the services that are known to handle the requests.
func takesPart(c *incident.Case, workload string) bool {
	is := func(service string) bool { return cluster.SameWorkload(service, workload) }
	f := &c.Facts
	return f.Neighbours != nil && slices.ContainsFunc(f.Neighbours.Services, is) || f.Callees != nil && slices.ContainsFunc(f.Callees.Services, is) ||
		f.Example != nil && slices.ContainsFunc(f.Example.Trace.Spans, func(s incident.Span) bool { return is(s.Service) })
}

// fails says that a change is of the subject, or of a service that a symptom shows failing.
func fails(c *incident.Case, earlier Suspects, k incident.ClusterChange) bool {
	return cluster.SameWorkload(c.Subject.Service, k.Of()) ||
		slices.ContainsFunc(earlier.Of(symptoms...), func(s *Suspect) bool { return cluster.SameWorkload(s.telling(), k.Of()) })
}
