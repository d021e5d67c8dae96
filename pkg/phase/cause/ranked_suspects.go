package cause

import (
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict/difference"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	inRequests evidence = "how its requests differ from before"

	keptRanked  = 10 // services that are listed
	toldReasons = 3  // differences of one service
)

// rankedSuspects weighs in how the services' requests differ from before: a suspect of the same service gains that as
// evidence, and services that nothing else pointed at become suspects. Where no number of the subject moved there is
// nothing to explain unless some change is more than chance.
func rankedSuspects(c *incident.Case, all []*suspect) []*suspect {
	ranking := c.Facts.Ranking
	if ranking == nil || nothingMoved(c.Facts) && !difference.MoreThanChance(ranking, c.Window.To) {
		return all
	}
	for i := range ranking.Services[:min(keptRanked, len(ranking.Services))] {
		r := &ranking.Services[i]
		if r.Score <= 0 || len(r.Evidence) == 0 || nothingMoved(c.Facts) && !difference.IsFresh(*r, c.Window.To) {
			continue
		}
		known := slices.IndexFunc(all, func(s *suspect) bool { return s.service == r.Service && !s.unlinked })
		if known >= 0 {
			all[known].isRanked(r)
			continue
		}
		s := newSuspect(r.Service, difference.Component(r.Evidence[0]), difference.Describe(r.Service, r.Evidence[0]))
		s.isRanked(r)
		if i == 0 && ranking.Shuffled.Of > 0 {
			s.because = append(s.because, statement{inRequests, difference.Shuffled(ranking.Shuffled)})
		}
		if i == 0 && ranking.Onset != nil {
			s.began = ranking.Onset
			s.because = append(s.because, statement{inRequests, "it began at " + wording.Clock(s.began.Middle())})
		}
		all = append(all, s)
	}
	return all
}

// isRanked gives a suspect how its requests differ from before. It counts as one kind of evidence, however many
// differences there are.
func (s *suspect) isRanked(r *incident.RankedService) {
	s.ranked = r
	s.speaks(inRequests, "%s", difference.Describe(r.Service, r.Evidence[0]))
	for _, d := range r.Evidence[1:min(toldReasons, len(r.Evidence))] {
		s.because = append(s.because, statement{inRequests, difference.Describe(r.Service, d)})
	}
	if r.ExplainedBy != "" {
		s.because = append(s.because, statement{inRequests, "its change comes with that of " + r.ExplainedBy})
	}
}

// hasMechanism says that something is known about how the suspect fails, and not only that it does: what is wrong in the
// cluster, with lookups, connections or limits.
func (s *suspect) hasMechanism() bool { return s.depth > 0 || s.mechanism }

// tier orders suspects of different making: what is linked to the failure and explains how goes before what changed most,
// that before what merely fails, and what only time links goes last.
func (s *suspect) tier() int {
	switch {
	case s.unlinked:
		return 3
	case s.hasMechanism():
		return 0
	case s.ranked != nil && s.ranked.Score >= difference.WorthTelling:
		return 1
	}
	return 2
}

// weight orders the suspects of one tier.
func (s *suspect) weight() float64 {
	if s.tier() == 1 {
		return s.ranked.Score
	}
	return s.score()
}

// stands says whether a suspect that rests on the ranking alone is more than chance.
func (s *suspect) stands() bool {
	return s.hasMechanism() || s.kinds[inTrace] || s.kinds[inTable] || s.ranked != nil && s.ranked.Score >= difference.WorthTelling
}
