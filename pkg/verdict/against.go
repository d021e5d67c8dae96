package verdict

import (
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// Observation looks, among what is known, for something that would contradict a suspect. It gives nil where it would say nothing about this
// suspect.
type Observation func(c *incident.Case, s *Suspect) *incident.Contradiction

// ofEvery are the observations that would contradict a cause of any kind, in the order in which one would look for them.
func ofEvery() []Observation {
	return []Observation{deniedByAll, changedAsMuch, isOver, doesNotPass, startsBelow, linesSayOtherwise, beganAfter, asBefore}
}

// contradictions are what would speak against the suspect: what was seen first, then what was looked for and not seen, then what is not
// known. The query is the first one that tells of something that is not known: the kind's own observations go before those of every kind.
func (l list) contradictions(c *incident.Case, s *Suspect) (all []incident.Contradiction, next *incident.OpenQuery) {
	if s == nil {
		return nil, nil
	}
	k, _ := l.of(s.kind)
	for _, look := range slices.Concat(k.Against, ofEvery()) {
		found := look(c, s)
		if found == nil {
			continue
		}
		all = append(all, *found)
		if next == nil && found.Sighting == incident.NotKnown {
			next = found.Query
		}
	}
	order := []incident.Sighting{incident.Seen, incident.NotSeen, incident.NotKnown}
	slices.SortStableFunc(all, func(a, b incident.Contradiction) int {
		return slices.Index(order, a.Sighting) - slices.Index(order, b.Sighting)
	})
	return all, next
}

// contradiction is what became of looking for an observation. The detail is a clause without a full stop.
func contradiction(id, observation string, sighting incident.Sighting, detail string, values ...any) *incident.Contradiction {
	said := wording.Textf(detail, values...)
	return &incident.Contradiction{ID: id, Observation: observation, Sighting: sighting, Detail: said.Plain(), Moments: said.Moments()}
}

// asking adds the query that would tell, where there is one.
func asking(k *incident.Contradiction, q *incident.OpenQuery) *incident.Contradiction {
	k.Query = q
	return k
}

// search is a query for traces since the onset; nil where no traces are known, or where names make it longer than Tempo reads.
func search(c *incident.Case, text, why string) *incident.OpenQuery {
	if !hasTraces(&c.Facts) || !traceql.Fits(text) {
		return nil
	}
	return &incident.OpenQuery{Text: text, Language: "traceql", Window: sinceOnset(c), Why: why}
}

// hasTraces says that the store has traces of these requests.
func hasTraces(f *incident.Facts) bool {
	return f.Culprit != nil || f.Example != nil || f.Neighbours != nil && f.Neighbours.Sampled > 0 || f.Failing != nil && f.Failing.Count > 0 || f.OwnTime != nil ||
		f.Ranking != nil && f.Ranking.Traces > 0
}

// sinceOnset is the time of the incident; the whole window where no onset is known.
func sinceOnset(c *incident.Case) incident.Window {
	if c.Facts.Onset == nil {
		return c.Window
	}
	return incident.Window{From: c.Facts.Onset.Earliest, To: c.Window.To}
}

// spansOf pick the spans of a service; of the subject's own, those of its system.
func spansOf(c *incident.Case, service string) []traceql.Condition {
	if service == c.Subject.Service {
		return traceql.Scoped(service, c.Facts.Apart)
	}
	return traceql.Scoped(service, nil)
}
