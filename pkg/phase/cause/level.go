package cause

import (
	"time"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict/difference"
)

const (
	clearChange = 0.5  // of a service's requests, from which a change is large
	byChance    = 0.01 // below which a change is hardly chance, all that was compared being counted
	rival       = 0.9  // of the first one's score, from which a second leaves doubt
	newFailures = 4.0  // times the usual share of requests, that failures rose by at least, from which they are new
	someFail    = 0.05 // of a service's requests, that fail since, at least

	lasts = time.Minute // that a change must have gone on for, until requests alone are enough
)

// levelOf is Likely where witnesses that do not depend on each other agree, and the order in time fits: a trace and a
// metric; a change of a service and its requests, which fail since; a change of the alerting service and its pods, which ail
// since. Requests alone are enough where they leave little doubt.
func levelOf(c *incident.Case, top *suspect) incident.Level {
	switch {
	case top.kinds[inTrace] && top.kinds[inMetric] && top.kinds[inTime],
		top.change != nil && top.kinds[inTime] && failsSince(top.ranked),
		top.change != nil && top.kinds[inTime] && isWhatAlerted(c, top),
		!top.hasMechanism() && certain(c, top):
		return incident.Likely
	}
	return incident.Possible
}

// failsSince says that a service's requests fail that did not before, and not by chance: as many as several times the usual
// share. Where a fault strikes one request in five, no more than a fifth can change.
func failsSince(r *incident.RankedService) bool {
	if r == nil || r.ExplainedBy != "" || r.Chance > byChance {
		return false
	}
	for _, d := range r.Evidence {
		if d.Failure && difference.OfRequests(d) && d.Strength >= max(someFail, newFailures*difference.Share(d.Before)) {
			return true
		}
	}
	return false
}

// isWhatAlerted says that the suspect is a change of the alerting service itself, after which its pods ail.
func isWhatAlerted(c *incident.Case, s *suspect) bool {
	return s.ailing != nil && s.ailing.trouble != nil && cluster.SameWorkload(c.Subject.Service, s.ailing.workload) && cluster.SameWorkload(s.change.Object, s.ailing.workload)
}

// certain says that the requests themselves leave little doubt: many of the suspect's changed, not by chance, for some time
// and until now, there is something to explain, and no other service's own change is nearly as large.
func certain(c *incident.Case, s *suspect) bool {
	if s.ranked == nil || s.ranked.Score < clearChange || s.ranked.Chance > byChance || s.ranked.ExplainedBy != "" || s.ranked.Lasted < lasts || !difference.IsFresh(*s.ranked, c.Window.To) || !somethingFails(c, s.ranked) {
		return false
	}
	for _, other := range c.Facts.Ranking.Services {
		if other.Service != s.service && other.ExplainedBy == "" && other.Score > rival*s.ranked.Score && other.Chance <= byChance {
			return false
		}
	}
	return true
}

// somethingFails says that there is something to explain: a number of the alerting service moved, or what changed is a
// failure by itself. That requests merely take another way may be as it should be.
func somethingFails(c *incident.Case, r *incident.RankedService) bool {
	if c.Facts.Onset != nil {
		return true
	}
	for _, d := range r.Evidence {
		if d.Failure && d.Strength >= difference.WorthTelling {
			return true
		}
	}
	return false
}
