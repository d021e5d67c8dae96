package verdict

import (
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict/difference"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	keptRanked  = 10 // services that are listed
	toldReasons = 3  // differences of one service
)

var changedRequests = Cause{
	Kind:   "changed-requests",
	Means:  "a service that handles its requests otherwise than before, where nothing else is known of why",
	Needs:  []incident.Fact{incident.FactRanking, incident.FactWitness, incident.FactNextWitness, incident.FactOwnTime, incident.FactOnset, incident.FactErrors, incident.FactLatency, incident.FactTraffic, incident.FactRefused},
	Last:   true,
	Quiet:  true,
	Find:   findChangedRequests,
	Likely: []Rule{independentWitnesses, requestsLeaveNoDoubt},
}

// findChangedRequests weighs in how the services' requests differ from before: a suspect of the same service gains that as
// evidence, and services that nothing else pointed at become suspects. Where no number of the subject moved there is
// nothing to explain unless some change is more than chance.
func findChangedRequests(c *incident.Case, earlier Suspects) Suspects {
	ranking, calm := c.Facts.Ranking, nothingMoved(c.Facts)
	if ranking == nil || calm && !difference.MoreThanChance(ranking, c.Window.To) {
		return nil
	}
	var all Suspects
	for i := range ranking.Services[:min(keptRanked, len(ranking.Services))] {
		r := &ranking.Services[i]
		if r.Score <= 0 || len(r.Evidence) == 0 || calm && !tellsOfNow(c, r) {
			continue
		}
		known := slices.IndexFunc(earlier, func(s *Suspect) bool { return standsFor(s, r) })
		waits := len(earlier.Of(slowDependency.Kind)) > 0 && waitsForPeer(c.Facts.OwnTime, r)
		if known >= 0 && waits && !earlier[known].mechanism {
			continue // what it waits for stands for it
		}
		if known >= 0 {
			earlier[known].isRanked(c, r)
			continue
		}
		all = append(all, newlyRanked(c, r, i == 0))
	}
	return all
}

// standsFor says that a suspect is the service of the ranking, or what that service calls and shows by how it fails or how long it takes.
func standsFor(s *Suspect, r *incident.RankedService) bool {
	if s.kind != failingCall.Kind || s.service == r.Service {
		return s.service == r.Service
	}
	first := r.Evidence[0]
	waits := rank.Kind(first.Kind) == rank.EdgeLatency // for every callee, at its own end of the network
	return s.calledBy == r.Service && !waits && (difference.OfRequests(first) || difference.OfErrorLines(first))
}

// tellsOfNow says that a service's change is still there and more than chance: where no number moved, that another service changed is no
// reason to name this one.
func tellsOfNow(c *incident.Case, r *incident.RankedService) bool {
	return difference.IsFresh(*r, c.Window.To) && !difference.MayBeChance(c.Facts.Ranking, r)
}

// newlyRanked is a suspect that nothing but the ranking points at.
func newlyRanked(c *incident.Case, r *incident.RankedService, first bool) *Suspect {
	ranking := c.Facts.Ranking
	s := newSuspect(r.Service, incident.Target{Type: "service", Name: r.Service}, difference.Component(r.Evidence[0]), saidOf(c, r))
	s.isRanked(c, r)
	if p := c.Facts.OwnTime.Longest(); callsMore(c.Facts.OwnTime, r) && p.IsOftener() {
		s.saying = wording.Textf("%s", difference.PeerCalls(c.Facts.OwnTime, *p))
	}
	if s.unlinked = r.Unlinked; s.unlinked {
		s.adds(inRequests, "nothing says that it takes part in the requests of %s; all that ties it to them is the time", c.Subject.Service)
	}
	if r.ExplainedBy == c.Subject.Service && difference.OfErrorLines(r.Evidence[0]) {
		s.unlinked = true
		s.adds(inRequests, "these lines name %s: they show what it met there", c.Subject.Service)
	}
	if r.NamedBy != "" {
		s.adds(inRequests, "error lines of %s name it", r.NamedBy)
	}
	if first && ranking.Shuffled.Of > 0 {
		s.adds(inRequests, "%s", difference.Shuffled(ranking.Shuffled))
	}
	if first && ranking.Onset != nil {
		s.began = ranking.Onset
		s.adds(inRequests, "%s", beganAround(*s.began, shownBy(r.Evidence[0])))
	}
	return s
}

// exactly is up to which margin one moment is named for a beginning.
const exactly = 30 * time.Second

// movedAt says when something moved, as precisely as that is known.
func movedAt(at incident.MovedAt) wording.Text {
	if at.Margin() <= exactly {
		return wording.Textf("at %s", wording.Clock(at.Middle()))
	}
	return wording.Textf("between %s and %s", wording.Clock(at.Earliest), wording.Clock(at.Latest))
}

// beganAround says when something began, as precisely as what shows it does.
func beganAround(at incident.MovedAt, by string) wording.Text {
	if at.Margin() <= exactly {
		return wording.Textf("it began %s", movedAt(at))
	}
	return wording.Textf("it began %s, as far as %s show", movedAt(at), by)
}

// shownBy is what shows when a difference began.
func shownBy(d incident.Difference) string {
	switch {
	case difference.OfErrorLines(d):
		return "its error lines"
	case difference.OfRequests(d):
		return "sampled requests"
	}
	return "points of the metric"
}

// isRanked gives a suspect how its requests differ from before. It counts as one kind of evidence, however many
// differences there are.
func (s *Suspect) isRanked(c *incident.Case, r *incident.RankedService) {
	s.ranked = r
	s.has(inRequests, "%s", difference.Describe(r.Service, r.Evidence[0]))
	s.isCounted(c, r)
	for _, shape := range shapesOf(c.Facts.OwnTime, r) {
		s.adds(inRequests, "%s", shape)
	}
	for _, d := range r.Evidence[1:min(toldReasons, len(r.Evidence))] {
		s.adds(inRequests, "%s", difference.Describe(r.Service, d))
	}
	if r.ExplainedBy != "" {
		s.adds(inRequests, "its change comes with that of %s", r.ExplainedBy)
	}
	if difference.MayBeChance(c.Facts.Ranking, r) {
		s.adds(inRequests, "so many changes were compared that chance alone may have made this one")
	}
}
