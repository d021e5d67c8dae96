package verdict

import (
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict/difference"
)

const (
	clearChange = 0.5         // of a service's requests, from which a change is large
	byChance    = 0.01        // below which a change is hardly chance, all that was compared being counted
	rival       = 0.9         // of the first one's score, from which a second leaves doubt
	newFailures = 4.0         // times the usual share of requests, that failures rose by at least, from which they are new
	someFail    = 0.05        // of a service's requests, that fail since, at least
	lasts       = time.Minute // that a change must have gone on for, until requests alone are enough
)

// Rule says whether a suspect is Likely the cause.
type Rule func(c *incident.Case, s *Suspect) bool

// levelOf is Likely where one of the cause's rules holds.
func (l list) levelOf(c *incident.Case, s *Suspect) incident.Level {
	k, _ := l.of(s.kind)
	if slices.ContainsFunc(k.Likely, func(holds Rule) bool { return holds(c, s) }) {
		return incident.Likely
	}
	return incident.Possible
}

// independentWitnesses are a trace and a metric, which do not depend on each other, and the order in time fits.
func independentWitnesses(_ *incident.Case, s *Suspect) bool {
	return s.kinds[inTrace] && s.kinds[inMetric] && s.kinds[inTime]
}

// requestsFailSince says that requests of the changed service fail since the change that did not before, and not by chance:
// as many as several times the usual share. Where a fault strikes one request in five, no more than a fifth can change.
func requestsFailSince(c *incident.Case, s *Suspect) bool {
	r := s.ranked
	if !s.kinds[inTime] || r == nil || r.ExplainedBy != "" || r.Chance > byChance {
		return false
	}
	return slices.ContainsFunc(r.Evidence, func(d incident.Difference) bool {
		return d.Failure && difference.OfRequests(d) && standsUp(c, r, d) && d.Strength >= max(someFail, newFailures*difference.Share(d.Before))
	})
}

// breaksWhatAlerted says that the suspect is a change of the alerting service itself, after which its pods are unhealthy.
func breaksWhatAlerted(c *incident.Case, s *Suspect) bool {
	return s.kinds[inTime] && s.unhealthy != nil && s.unhealthy.trouble != nil && cluster.SameWorkload(c.Subject.Service, s.unhealthy.workload) &&
		cluster.SameWorkload(s.change.Object, s.unhealthy.workload)
}

// requestsLeaveNoDoubt says that many of the suspect's requests changed, not by chance, for some time and until now, that
// there is something to explain, and that no other service's own change is nearly as large. What its caller alone tells of leaves doubt. Error lines that come at the same time are
// of no request: those who suffer write them too.
func requestsLeaveNoDoubt(c *incident.Case, s *Suspect) bool {
	r := s.ranked
	if r == nil || difference.OfErrorLines(r.Evidence[0]) && !s.kinds[inTrace] || !confirmed(c, r) || isSymptom(c, s) || callsMore(c.Facts.OwnTime, r) {
		return false
	}
	if !isLarge(c, r) || r.ExplainedBy != "" || !somethingFails(c, r) {
		return false
	}
	return !slices.ContainsFunc(c.Facts.Ranking.Services, func(other incident.RankedService) bool {
		return other.Service != s.service && other.ExplainedBy == "" && other.Score > rival*r.Score && other.Chance <= byChance
	})
}

// isLarge says that many of a service's requests changed, not by chance, for some time and until now.
func isLarge(c *incident.Case, r *incident.RankedService) bool {
	return r.Score >= clearChange && r.Chance <= byChance && r.Lasted >= lasts && difference.IsFresh(*r, c.Window.To)
}

// isSymptom says that all that is known of a suspect is that the alerting service itself fails or refuses its requests, or writes error
// lines: that is what is to be explained. What only its caller tells of shows by the caller's symptoms too.
func isSymptom(c *incident.Case, s *Suspect) bool {
	first := s.ranked.Evidence[0]
	return s.calledBy != "" || s.service == c.Subject.Service && (difference.OfOutcome(first) || difference.OfErrorLines(first))
}

// somethingFails says that there is something to explain: a number of the alerting service moved, or what changed is a
// failure by itself. That requests merely take another way may be as it should be.
func somethingFails(c *incident.Case, r *incident.RankedService) bool {
	return c.Facts.Onset != nil || slices.ContainsFunc(r.Evidence, func(d incident.Difference) bool {
		return d.Failure && d.Strength >= difference.WorthTelling
	})
}
