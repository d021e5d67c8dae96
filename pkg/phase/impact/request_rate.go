package impact

import (
	"fmt"
	"math"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/baseline"
	"github.com/faultline-investigation/faultline/pkg/analysis/onset"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// leastTraffic is the least change of the request rate that matters, as a share.
const leastTraffic = 0.05

// muchTraffic is the same where requests are too few for their rate to have a course.
const muchTraffic = 0.3

// RequestRate compares the operation's traffic with what it was before it changed.
func RequestRate() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseImpact,
		ID:     "request-rate",
		Title:  "Request rate",
		Needs:  []incident.Fact{incident.FactService},
		Awaits: []incident.Fact{incident.FactCounters, incident.FactConventions},
		Learns: []incident.Fact{incident.FactTraffic},
		Plan:   planCompared,
		Read:   readRequestRate,
	}
}

func readRequestRate(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem("traffic", latestAsked); problem != nil {
		return phase.Reading{}, problem
	}
	t := trafficOf(c, answers["traffic"].Series)
	total, last := t.total, latestOf(c, t, answers)
	if last.total == 0 && len(baseline.Within(total, c.Window)) == 0 {
		return phase.Reading{}, noTraffic(c)
	}
	change := trafficChange(c, total, last.total)
	if change.Now == 0 {
		change = stopped(c, total)
	}
	var err error
	metric := c.Facts.Conventions.Requests
	if change.Query, err = promql.Sum(counted(c, phase.SelectOperation(c, metric.Counts()), now)).Text(); err != nil {
		return phase.Reading{}, err
	}
	finding := trafficFinding(change, total)
	readAgainstTimeOfDay(c, &change, &finding, earlierDaysOf(c, answers))
	reading := phase.FoundThat(finding)
	if change.Moved == nil && !change.NoBaseline {
		reading = phase.ClearBecause(finding)
	}
	return reading.Teaching(func(f *incident.Facts) { f.Traffic = &change }), nil
}

func trafficChange(c *incident.Case, total []incident.Point, rate float64) incident.Change {
	// Requests arrive at random: a rate over a window is the count of a Poisson process over its length.
	noise := math.Sqrt(baseline.Median(valuesOf(total)) / phase.Averaging(c).Seconds())
	change, moved := onset.Find(total, onset.Options{Window: phase.Averaging(c), Averaged: true, Noise: noise / 2, Relative: leastTraffic})
	if moved {
		change.Moved = onset.Since(arrivals(c, total, change.Up()), shareOptions(c))
	} else {
		change, moved = fewOrMany(c, total)
	}
	window := baselineOf(total, currently(c), change, moved)
	if moved && change.Up() && covered(total, window) < compared { // the rise is that of telemetry that begins
		moved = false
		window = baselineOf(total, currently(c), change, moved)
	}
	normal := baseline.Mean(baseline.Within(total, window))
	found := incident.Change{Now: rate, Normal: normal, Unit: incident.PerSecond, Samples: rate * now.Seconds(),
		Window: currently(c), Baseline: window, Moved: movedAt(change, moved), Worse: moved && rate < normal}
	if found.NoBaseline = covered(total, window) < compared; found.NoBaseline {
		found.Normal, found.Moved, found.Worse = 0, nil, false
	}
	return found
}

// fewOrMany finds a change of the rate of few requests by their counts.
func fewOrMany(c *incident.Case, total []incident.Point) (onset.Change, bool) {
	options := shareOptions(c)
	options.Absolute, options.Relative = 0, 0
	for _, rose := range []bool{true, false} {
		counts := arrivals(c, total, rose)
		change, found := onset.FindRise(counts, options)
		if !found {
			continue
		}
		if !rose {
			change.Before, change.After = 1-change.Before, 1-change.After
		}
		moments := counts[0].Of / spoken(c).Seconds()
		change.Before, change.After = change.Before*moments, change.After*moments
		if math.Abs(change.After-change.Before) >= muchTraffic*change.Before {
			return change, true
		}
	}
	return onset.Change{}, false
}

// stopped is the traffic of a service that had some in the window and has none in the last minutes.
func stopped(c *incident.Case, total []incident.Point) incident.Change {
	change := incident.Change{Unit: incident.PerSecond, Window: currently(c)}
	last := -1
	for i, p := range total {
		if p.Value > 0 {
			last = i
		}
	}
	if last < 0 {
		return change
	}
	at := total[last].Time
	change.Baseline = baseline.Hour(at)
	change.Normal = baseline.Mean(baseline.Within(total, change.Baseline))
	change.Moved, change.Worse = lastSeen(c, at, change.Normal), true
	return change
}

// lastSeen is when requests stopped, of which the last point above zero still tells. That point holds the last request's sample and one
// before it, and the next point does not; the service may have been quiet for a while by chance before it stopped.
func lastSeen(c *incident.Case, at time.Time, normal float64) *incident.MovedAt {
	const longestQuiet = 3 // requests that would have come in a time that is quiet by chance in 1 of 20 cases
	first, quiet := at.Add(-phase.Averaging(c)), time.Duration(longestQuiet/math.Max(normal, 1e-6)*float64(time.Second))
	latest := first.Add(phase.Spacing(c) + sampling(c) + quiet)
	if latest.After(c.Window.To) {
		latest = c.Window.To
	}
	return &incident.MovedAt{Earliest: first.Add(-sampling(c)), Latest: latest}
}

func trafficFinding(t incident.Change, total []incident.Point) incident.Finding {
	finding := incident.Finding{
		Severity: incident.Normal,
		Sentence: fmt.Sprintf("Request rate is %s, %s before: no lasting change.", numbers.Say(t.Now, t.Unit), numbers.Say(t.Normal, t.Unit)),
		Values:   []incident.Value{{Name: "request rate", Measure: incident.MeasureRequests, Value: t.Now, Unit: t.Unit, Samples: math.Round(t.Samples)}},
		Interval: &t.Window, Baseline: baselineTold(t),
		Method:   "mean rate of the last 5 min against the mean over the baseline",
		Shows:    incident.CriterionTraffic,
		Evidence: incident.Evidence{Series: []incident.Series{{Name: "request rate", Unit: t.Unit, Points: total}}},
	}
	if t.NoBaseline {
		finding.Severity = incident.Info
		finding.Sentence = fmt.Sprintf("Request rate is %s; nothing is known from before to compare with.", numbers.Say(t.Now, t.Unit))
		return finding
	}
	finding.Values[0].Baseline = incident.Baselined(t.Normal)
	if t.Moved == nil || t.Normal == 0 {
		return finding
	}
	if t.Now == 0 {
		finding.Severity = incident.Critical
		said := wording.Textf("No request since %s, normally %s.", wording.Clock(t.Moved.Latest), numbers.Say(t.Normal, t.Unit))
		finding.Sentence, finding.Moments = said.Plain(), said.Moments()
		finding.Values = append(finding.Values, incident.Value{Name: "last request", Value: float64(t.Moved.Latest.Unix()), Unit: incident.UnixTime})
		return finding
	}
	share := t.Now/t.Normal - 1
	direction := "above"
	finding.Severity = incident.Info
	if t.Worse {
		direction, finding.Severity = "below", incident.Warning
	}
	finding.Sentence = fmt.Sprintf("Request rate is %s %s normal: %s, normally %s.",
		numbers.Percent(math.Abs(share)), direction, numbers.Say(t.Now, t.Unit), numbers.Say(t.Normal, t.Unit))
	finding.Values = append(finding.Values, incident.Value{Name: "change of request rate", Value: share, Unit: incident.Ratio})
	return finding
}

const (
	asExpected = 0.1 // how near a rate must be to what the time of day lets expect, as a share of it
	explained  = 0.5 // share of a change that the time of day may leave over, and explain it
)

// readAgainstTimeOfDay takes back that the rate is out of the ordinary where earlier days had the same change at the same
// time, and says so where they had not.
func readAgainstTimeOfDay(c *incident.Case, t *incident.Change, finding *incident.Finding, days earlierDays) {
	expected, known := days.expected(currently(c), t.Baseline, t.Normal)
	switch {
	case t.NoBaseline:
		return
	case days.unread != "":
		finding.Sentence += " Earlier days could not be looked at: " + days.unread
		return
	case known == 0:
		finding.Method += "; the store does not reach back to the same hours of earlier days"
		return
	}
	finding.Values = append(finding.Values, incident.Value{Name: "request rate by the time of day", Value: expected, Unit: t.Unit, Samples: float64(known)})
	finding.Method += "; the time of day by how the rate changed between the same times of earlier days"
	whose := fmt.Sprintf("%d earlier %s", known, wording.Plural(known, "day", "days"))
	off := math.Abs(t.Now - expected)
	switch {
	case t.Moved == nil && off <= asExpected*expected:
	case t.Moved != nil && off <= explained*math.Abs(t.Now-t.Normal):
		finding.Sentence += fmt.Sprintf(" That is as usual at this time of day: by %s it would be %s.", whose, numbers.Say(expected, t.Unit))
		finding.Severity = incident.Normal
		t.Moved, t.Worse = nil, false
	default:
		finding.Sentence += fmt.Sprintf(" By the time of day, as %s had it, it would be %s.", whose, numbers.Say(expected, t.Unit))
	}
}
