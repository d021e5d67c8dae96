package impact

import (
	"math"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/baseline"
	"github.com/faultline-investigation/faultline/pkg/analysis/onset"
	"github.com/faultline-investigation/faultline/pkg/analysis/significance"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	leastShare = 0.5   // rise of a share of requests, as a part of the level before, that its course shows
	leastRise  = 0.2   // likewise, that the counts of requests show
	byChance   = 0.005 // the most likely that chance alone may make such a rise, of all moments that it may have begun at
	planned    = 0.001 // likewise, of the last minutes against all before them
	unsure     = 0.05  // chance below which a higher share is not called the same
	compared   = 5 * time.Minute
)

// shareChange compares the share of the requests that count as failed now with what it was before it rose. A rise is seen in
// the course of the share, or, where that is rare or small, by the counts, which also tell when it was. Ratio is the share of the last
// minutes' requests.
func shareChange(c *incident.Case, t traffic, ratio, requests float64) incident.Change {
	ratios := t.ratios()
	perPoint := baseline.Mean(valuesOf(t.total)) * phase.Averaging(c).Seconds()
	change, moved := onset.Find(ratios, onset.Options{Window: phase.Averaging(c), Averaged: true, Absolute: leastErrs, Relative: leastShare,
		Noise: countNoise(baseline.Median(valuesOf(ratios)), perPoint)})
	switch counts, options := t.trials(c), shareOptions(c); {
	case moved && change.Up():
		change.Moved = onset.Since(counts, options)
	default:
		if rise, rose := onset.FindRise(counts, options); rose {
			change, moved = rise, true
		}
	}
	window := baselineOf(ratios, currently(c), change, moved)
	normal, before := t.share(window)
	found := incident.Change{Now: ratio, Normal: normal, Unit: incident.Ratio, Samples: requests, Window: currently(c), Baseline: window,
		Moved: movedAt(change, moved), Worse: moved && ratio > normal}
	if found.NoBaseline = math.IsNaN(normal) || before < 1 || covered(ratios, window) < compared; found.NoBaseline {
		found.Normal, found.Moved, found.Worse = 0, nil, false
	}
	return found
}

// mayHaveRisen says that a share is higher than before by more than chance gives easily, though no moment of a rise is certain.
func mayHaveRisen(s incident.Change) bool {
	if s.Worse || s.NoBaseline || s.Now <= s.Normal {
		return false
	}
	now := int(math.Round(s.Samples))
	// What was usual is known much better than what is now, so that it counts as ten times the requests of now.
	const known = 10
	return significance.MoreOften(int(math.Round(s.Now*s.Samples)), now, int(math.Round(s.Normal*known*s.Samples)), known*now) < unsure
}

// shareSentence says what a share is, and what it was.
func shareSentence(subject string, s incident.Change) wording.Text {
	now, normal := numbers.Percent(s.Now), numbers.Percent(s.Normal)
	switch {
	case s.NoBaseline:
		return wording.Textf("%s %s; no requests from before are known to compare with.", subject, now)
	case s.Worse:
		return wording.Textf("%s %s, normally %s.", subject, now, normal)
	case mayHaveRisen(s):
		hits := int(math.Round(s.Now * s.Samples))
		return wording.Textf("%s %s (%d of %d requests), %s before: too few requests to be sure of a rise.", subject, now, hits, int(math.Round(s.Samples)), normal)
	case s.Moved != nil && s.Now < s.Normal:
		return wording.Textf("%s %s, %s before: it fell at %s.", subject, now, normal, wording.Clock(s.Moved.Middle()))
	}
	return wording.Textf("%s %s, %s before: no rise beyond chance.", subject, now, normal)
}

// shareValues are the numbers of the sentence.
func shareValues(name string, measure incident.Measure, s incident.Change) []incident.Value {
	value := incident.Value{Name: name, Measure: measure, Value: s.Now, Unit: incident.Ratio, Samples: math.Round(s.Samples)}
	if !s.NoBaseline {
		value.Baseline = incident.Baselined(s.Normal)
	}
	values := []incident.Value{value}
	switch {
	case mayHaveRisen(s):
		values = append(values, incident.Value{Name: "such requests", Value: math.Round(s.Now * s.Samples), Unit: incident.Count, Samples: math.Round(s.Samples)},
			incident.Value{Name: "requests", Value: math.Round(s.Samples), Unit: incident.Count})
	case s.Moved != nil && !s.Worse:
		values = append(values, incident.Value{Name: "fell", Value: float64(s.Moved.Middle().Unix()), Unit: incident.UnixTime})
	}
	return values
}

// baselineTold is the time that a number is compared with; nil where there is none.
func baselineTold(change incident.Change) *incident.Window {
	if change.NoBaseline {
		return nil
	}
	return &change.Baseline
}
