package cause

import (
	"fmt"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
)

const (
	inRequests evidence = "how its requests differ from before"

	worthTelling = 0.2         // least strength of a change that is told
	maybeChance  = rank.Unsure // above which a change may be chance, likewise
	keptRanked   = 10          // services that are listed
	toldReasons  = 3           // differences of one service
)

// rankedSuspects weighs in how the services' requests differ from before: a suspect of the same service gains that as
// evidence, and services that nothing else pointed at become suspects. Where no number of the subject moved there is
// nothing to explain unless some change is more than chance.
func rankedSuspects(c *incident.Case, all []*suspect) []*suspect {
	ranking := c.Facts.Ranking
	if ranking == nil || nothingMoved(c.Facts) && !moreThanChance(c, ranking) {
		return all
	}
	for i := range ranking.Services[:min(keptRanked, len(ranking.Services))] {
		r := &ranking.Services[i]
		if r.Score <= 0 || len(r.Evidence) == 0 || nothingMoved(c.Facts) && !isFresh(c, *r) {
			continue
		}
		known := slices.IndexFunc(all, func(s *suspect) bool { return s.service == r.Service && !s.unlinked })
		if known >= 0 {
			all[known].isRanked(r)
			continue
		}
		s := newSuspect(r.Service, component(r.Evidence[0]), describeDifference(r.Service, r.Evidence[0]))
		s.isRanked(r)
		if i == 0 && ranking.Shuffled.Of > 0 {
			s.because = append(s.because, statement{inRequests, shuffledSentence(ranking.Shuffled)})
		}
		if i == 0 && ranking.Onset != nil {
			s.began = ranking.Onset
			s.because = append(s.because, statement{inRequests, "it began at " + phase.Clock(s.began.Middle())})
		}
		all = append(all, s)
	}
	return all
}

// moreThanChance says that some service's change is, by either of two measures, and was there in the last minutes.
func moreThanChance(c *incident.Case, r *incident.Ranking) bool {
	return slices.ContainsFunc(r.Services, func(s incident.RankedService) bool { return isNoChance(s) && isFresh(c, s) }) || isNoMatterOfOrder(c, r)
}

// isNoMatterOfOrder says that the first service's requests fail as they hardly do in any other order of the same requests
// (Barnard's test). Counting every comparison as if it stood alone calls much chance that is none.
func isNoMatterOfOrder(c *incident.Case, r *incident.Ranking) bool {
	if len(r.Services) == 0 || r.Services[0].Score < worthTelling || r.Shuffled.Of == 0 || !isFresh(c, r.Services[0]) {
		return false
	}
	fails := slices.ContainsFunc(r.Services[0].Evidence, func(d incident.Difference) bool {
		return d.Failure && ofRequests(d) && d.Strength >= worthTelling
	})
	return fails && float64(r.Shuffled.Hits+1)/float64(r.Shuffled.Of+1) <= maybeChance
}

// isFresh says that a change was there in the last minutes: without requests of these nobody knows whether it still is.
func isFresh(c *incident.Case, r incident.RankedService) bool {
	return c.Window.To.Sub(r.Last) <= fresh
}

func shuffledSentence(shuffled incident.Counted) string {
	return fmt.Sprintf("of %d other orders of the same requests, %s as much failing in any service", shuffled.Of,
		phase.Plural(shuffled.Hits, "1 shows", numbers.Count(float64(shuffled.Hits))+" show"))
}

// isNoChance says that a service's change is large and more than chance, all that was compared being counted.
func isNoChance(r incident.RankedService) bool {
	return r.Score >= worthTelling && r.Chance <= maybeChance
}

// isRanked gives a suspect how its requests differ from before. It counts as one kind of evidence, however many
// differences there are.
func (s *suspect) isRanked(r *incident.RankedService) {
	s.ranked = r
	s.speaks(inRequests, "%s", describeDifference(r.Service, r.Evidence[0]))
	for _, d := range r.Evidence[1:min(toldReasons, len(r.Evidence))] {
		s.because = append(s.because, statement{inRequests, describeDifference(r.Service, d)})
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
	case s.ranked != nil && s.ranked.Score >= worthTelling:
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
	return s.hasMechanism() || s.kinds[inTrace] || s.kinds[inTable] || s.ranked != nil && s.ranked.Score >= worthTelling
}
