package verdict

import (
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict/difference"
)

const (
	asOften      = 1.2 // times the usual share of failures, up to which nothing is new
	enoughTraces = 60  // sampled requests, from which they alone tell that nothing is new
)

// isStanding says that all that speaks for a suspect is a failure that was there before, as often: some requests of a healthy system
// fail all day. It takes a comparison of the requests themselves with those from before that found nothing, and an error rate that did
// not rise, or of which nothing is known.
func isStanding(c *incident.Case, s *Suspect) bool {
	f := &c.Facts
	if !onlyFails(f, s) || !compared(f) {
		return false
	}
	if failsAnew(f.Ranking) {
		return false
	}
	if f.Shapes != nil && f.Shapes.Before == 0 && f.Onset != nil {
		return false // none failed before
	}
	if f.Errors == nil {
		return f.Onset == nil && f.Ranking.Traces >= enoughTraces
	}
	return !f.Errors.Worse && (f.Errors.NoBaseline || f.Errors.Now <= asOften*f.Errors.Normal)
}

// isOfUnknownAge says that all that speaks for a suspect is a failure of which nothing tells whether it is new: no number is known from
// before, none moved, and no requests could be compared. As often as not it fails so all day.
func isOfUnknownAge(c *incident.Case, s *Suspect) bool {
	f := &c.Facts
	return onlyFails(f, s) && !compared(f) && f.Onset == nil && (f.Errors == nil || f.Errors.NoBaseline)
}

// onlyFails says that nothing but a failing request speaks for a suspect.
func onlyFails(f *incident.Facts, s *Suspect) bool {
	return !tellsMore(s) && f.Culprit != nil && f.Culprit.Span.Failed
}

// compared says that requests of now were held against those from before.
func compared(f *incident.Facts) bool { return f.Ranking != nil && f.Ranking.Compared > 0 }

// tellsMore says that more speaks for a suspect than a failure: a mechanism, or what the ranking found.
func tellsMore(s *Suspect) bool { return s.mechanism || s.ranked != nil && weighs(s.ranked) }

// weighs says that the ranking holds more against a service than that a few of its requests take a little longer: failures, or something
// that most of its requests show.
func weighs(r *incident.RankedService) bool {
	return r.Score >= clearChange || slices.ContainsFunc(r.Evidence, isNewFailure)
}

// isNewFailure says that a difference is of requests that fail and did not before, or not as often: many of them, or so many more that it
// is no chance. Where one request in ten is hit, no large share of them can change.
func isNewFailure(d incident.Difference) bool {
	if !d.Failure || d.Strength >= difference.WorthTelling {
		return d.Failure
	}
	return difference.OfOutcome(d) && d.Chance <= byChance && difference.Share(d.Now) > asOften*difference.Share(d.Before)
}

// failsAnew says that the ranking found requests that fail since, and did not as often before.
func failsAnew(r *incident.Ranking) bool {
	return slices.ContainsFunc(r.Services, func(s incident.RankedService) bool {
		return slices.ContainsFunc(s.Evidence, isNewFailure)
	})
}
