package verdict

import (
	"fmt"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
	"github.com/faultline-investigation/faultline/pkg/verdict/difference"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// nearlyAll is the share of failing requests that have to go wrong in the same way, for the others to be no contradiction.
const nearlyAll = 0.8

// deniedByAll: what a sample shows, a count of everything has to show too.
func deniedByAll(c *incident.Case, s *Suspect) *incident.Contradiction {
	const id, observation = "denied-by-count", "a count of everything stored does not show what the sample shows"
	r := s.ranked
	if r == nil || len(r.Evidence) == 0 || !difference.OfRequests(r.Evidence[0]) {
		return nil
	}
	first := r.Evidence[0]
	w := countOf(c, r.Service, first)
	switch {
	case w == nil:
		return contradiction(id, observation, incident.NotKnown, "%s of %s were not counted again", difference.Subject(first), r.Service)
	case w.Outcome == incident.WitnessUncounted:
		return contradiction(id, observation, incident.NotKnown, "%s", difference.NotCounted(r, first, w.Reason))
	case w.Outcome == incident.WitnessConfirms:
		return contradiction(id, observation, incident.NotSeen, "%s of %s, of all %s: %s", difference.Subject(first), r.Service, w.Counted, difference.Counts(*w))
	case w.Outcome == incident.WitnessContradicts:
		return contradiction(id, observation, incident.Seen, "%s of %s, of all %s: %s", difference.Subject(first), r.Service, w.Counted, difference.Counts(*w))
	}
	return contradiction(id, observation, incident.NotKnown, "%s of %s, of all %s: %s, which does not tell", difference.Subject(first), r.Service, w.Counted, difference.Counts(*w))
}

// changedAsMuch: where another service changed as much on its own, the fault may be there.
func changedAsMuch(c *incident.Case, s *Suspect) *incident.Contradiction {
	const id, observation = "changed-as-much", "another service changed as much on its own"
	ranking, r := c.Facts.Ranking, s.ranked
	if ranking == nil || r == nil {
		return nil
	}
	if r.ExplainedBy != "" {
		return contradiction(id, observation, incident.Seen, "the change of %s comes with that of %s", r.Service, r.ExplainedBy)
	}
	for _, other := range ranking.Services {
		if other.Service != r.Service && other.Service != s.service && other.ExplainedBy == "" && !other.Unlinked && len(other.Evidence) > 0 &&
			other.Score > rival*r.Score && other.Chance <= byChance {
			return contradiction(id, observation, incident.Seen, "%s", difference.Describe(other.Service, other.Evidence[0]))
		}
	}
	if ranking.Traces == 0 {
		return contradiction(id, observation, incident.NotKnown, "no requests of other services were sampled")
	}
	return contradiction(id, observation, incident.NotSeen, "no other service in the %s sampled traces did", numbers.Count(float64(ranking.Traces)))
}

// isOver: what is over explains nothing that goes on.
func isOver(c *incident.Case, s *Suspect) *incident.Contradiction {
	const id, observation = "over", "it is over while the incident goes on"
	r := s.ranked
	if r == nil || len(r.Evidence) == 0 || r.Last.IsZero() {
		return nil
	}
	if difference.IsFresh(*r, c.Window.To) {
		return contradiction(id, observation, incident.NotSeen, "it last showed at %s", wording.Clock(r.Last))
	}
	return contradiction(id, observation, incident.NotKnown, "it last showed at %s", wording.Clock(r.Last))
}

// doesNotPass: requests that never reach something cannot fail because of it.
func doesNotPass(c *incident.Case, s *Suspect) *incident.Contradiction {
	const id = "does-not-pass"
	through := s.through()
	if through == "" || s.target.Type != "node" && through == c.Subject.Service {
		return nil
	}
	observation := fmt.Sprintf("affected requests never reach %s", through)
	if s.kinds[inTrace] {
		return contradiction(id, observation, incident.NotSeen, "%s", s.first(inTrace))
	}
	var query *incident.OpenQuery
	if hurt, known := affected(c); known {
		hurt = append(spansOf(c, c.Subject.Service), hurt...)
		reaching := spansOf(c, through)
		if s.target.Type == "node" {
			reaching = []traceql.Condition{traceql.Resource("k8s.node.name", through)}
		}
		query = search(c, traceql.WithAlso(traceql.Spans(hurt...), reaching...),
			fmt.Sprintf("Finds affected requests of %s that reach %s. If there are hardly any, the cause lies elsewhere.", c.Subject.Service, through))
	}
	return asking(contradiction(id, observation, incident.NotKnown, "no failing trace that was looked at shows it"), query)
}

// through is the service or node that requests have to reach for the suspect to matter to them; empty where no span would name it.
func (s *Suspect) through() string {
	switch s.target.Type {
	case "service", "node":
		return s.target.Name
	case "operation", "workload", "Deployment":
		if s.link == "" { // requests use a name server without a span of it
			return s.service
		}
	}
	return ""
}

// first is the first statement of a kind of evidence.
func (s *Suspect) first(kind evidence) wording.Text {
	for _, because := range s.because {
		if because.kind == kind {
			return because.text
		}
	}
	return wording.Text{}
}

// affected selects the subject's spans that fail or are slow, whichever is what got worse; false where neither did.
func affected(c *incident.Case) ([]traceql.Condition, bool) {
	f := &c.Facts
	switch {
	case f.Errors != nil && f.Errors.Worse:
		return []traceql.Condition{traceql.Failed()}, true
	case f.Latency != nil && f.Latency.Worse && f.Latency.Now > f.Latency.Normal:
		return []traceql.Condition{traceql.LongerThan(time.Duration((f.Latency.Now + f.Latency.Normal) / 2 * float64(time.Second)))}, true
	}
	return nil, false
}

// startsBelow: a service that only passes failures on is no cause.
func startsBelow(c *incident.Case, s *Suspect) *incident.Contradiction {
	const id = "starts-below"
	if s.target.Type != "service" && s.target.Type != "operation" || s.depth > 1 || c.Facts.Errors == nil || !c.Facts.Errors.Worse || c.Facts.FailedHost() != "" {
		return nil
	}
	observation := fmt.Sprintf("%s only passes on failures of what it calls", s.service)
	if c.Facts.Dependencies != nil {
		for _, row := range c.Facts.Dependencies.Rows {
			if row.Service != s.service || row.OwnErrors == nil || row.Errors == nil || *row.Errors <= 0 {
				continue
			}
			own := *row.OwnErrors >= *row.Errors/2
			switch {
			case own:
				return contradiction(id, observation, incident.NotSeen, "%s of its requests fail without a failed call, of %s that fail", numbers.Percent(*row.OwnErrors), numbers.Percent(*row.Errors))
			case len(row.InheritedFrom) > 0:
				return contradiction(id, observation, incident.Seen, "%s of its requests fail without a failed call, of %s that fail: it is failed by %s",
					numbers.Percent(*row.OwnErrors), numbers.Percent(*row.Errors), wording.List(row.InheritedFrom))
			}
		}
	}
	own := append(spansOf(c, s.service), traceql.Failed())
	return asking(contradiction(id, observation, incident.NotKnown, "its own failures are not told apart from those of what it calls"),
		search(c, traceql.WithoutBelow(traceql.Spans(own...), traceql.Spans(traceql.Failed())),
			fmt.Sprintf("Finds requests that fail in %s without a failed span below. If there are any, the failure starts there or in something that nothing traces; if there are none, it starts further down.", s.service)))
}

// failElsewhere: a cause at one place explains requests that fail at that place.
func failElsewhere(c *incident.Case, s *Suspect) *incident.Contradiction {
	const id, observation = "fail-elsewhere", "affected requests go wrong in other ways too"
	e := c.Facts.Example
	if e == nil || e.Of == 0 {
		return nil
	}
	like, how := e.Like, "in the same way"
	if s.together > 0 {
		like, how = s.together, "at these operations of "+s.service
	}
	alike, of := numbers.Count(float64(like)), numbers.Count(float64(e.Of))
	switch {
	case e.Of == 1:
		return contradiction(id, observation, incident.NotKnown, "only one was looked at")
	case float64(like) < nearlyAll*float64(e.Of):
		return contradiction(id, observation, incident.Seen, "of %s looked at, %s go wrong %s", of, alike, how)
	}
	return contradiction(id, observation, incident.NotSeen, "of %s looked at, %s go wrong %s", of, alike, how)
}
