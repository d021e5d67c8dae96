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
)

// meanOf is the operation's mean duration over a window, in the metric's unit; each series once however many replicas store it.
func meanOf(c *incident.Case, window time.Duration) promql.Expr {
	metric := c.Facts.Conventions.Requests
	rate := func(series string) promql.Expr {
		return promql.Sum(onceEach(c, promql.Rate(phase.SelectOperation(c, series), window)))
	}
	return promql.Divide(rate(metric.Mean+"_sum"), rate(metric.Mean+"_count"))
}

func planMean(c *incident.Case) ([]source.Question, error) {
	course, err := meanOf(c, phase.Averaging(c)).Text()
	if err != nil {
		return nil, err
	}
	current, err := meanOf(c, now).Text()
	return []source.Question{
		{Name: "course", Kind: source.Range, Text: course, Window: phase.Lookback(c), Step: phase.Spacing(c)},
		{Name: "now", Kind: source.Instant, Text: current, Window: c.Window},
	}, err
}

func readMean(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	metric := c.Facts.Conventions.Requests
	course := numbersOnly(scaled(onlySeries(answers["course"]), metric.Seconds))
	points := numbersOnly(scaled(onlySeries(answers["now"]), metric.Seconds))
	if len(points) == 0 {
		return phase.Reading{}, noTraffic(c)
	}
	latency, err := meanChange(c, course, points[len(points)-1].Value)
	if err != nil {
		return phase.Reading{}, err
	}
	finding := meanFinding(c, latency, course)
	reading := phase.FoundThat(finding)
	if finding.Severity == incident.Normal {
		reading = phase.ClearBecause(finding)
	}
	return reading.Teaching(func(f *incident.Facts) { f.Latency = &latency }), nil
}

// numbersOnly leaves out times without a request, whose mean is no number.
func numbersOnly(points []incident.Point) []incident.Point {
	var kept []incident.Point
	for _, p := range points {
		if !math.IsNaN(p.Value) && !math.IsInf(p.Value, 0) {
			kept = append(kept, p)
		}
	}
	return kept
}

func meanChange(c *incident.Case, course []incident.Point, current float64) (incident.Change, error) {
	change, moved := onset.Find(course, onset.Options{Window: phase.Averaging(c), Averaged: true, Relative: leastSlower, Absolute: leastDuration,
		Noise: bucketNoise * baseline.Median(valuesOf(course))})
	window := baselineOf(course, currently(c), change, moved)
	query, err := meanOf(c, now).Text()
	latency := incident.Change{Now: current, Normal: baseline.Median(baseline.Within(course, window)), Unit: incident.Seconds, Mean: true,
		Window: currently(c), Baseline: window, Moved: movedAt(change, moved), Query: query, Scale: c.Facts.Conventions.Requests.Seconds}
	latency.Worse = moved && change.Up() && current > latency.Normal
	if latency.NoBaseline = covered(course, window) < compared; latency.NoBaseline {
		latency.Normal, latency.Moved, latency.Worse = 0, nil, false
	}
	return latency, err
}

func meanFinding(c *incident.Case, l incident.Change, course []incident.Point) incident.Finding {
	finding := incident.Finding{Severity: incident.Normal, Interval: &l.Window, Baseline: baselineTold(l),
		Values:   []incident.Value{{Name: "mean latency", Measure: incident.MeasureMean, Value: l.Now, Unit: l.Unit}},
		Method:   "sum of durations over number of requests, last 5 min; normal is the median of this over the baseline",
		Shows:    incident.CriterionLatency,
		Evidence: incident.Evidence{Series: []incident.Series{{Name: "mean", Unit: l.Unit, Points: course}}}}
	only := fmt.Sprintf(" It is a mean, since %s has no buckets: a few very slow requests hardly move it.", c.Facts.Conventions.Requests.Mean)
	if l.NoBaseline {
		finding.Severity = incident.Info
		finding.Sentence = fmt.Sprintf("Mean latency is %s; nothing is known from before to compare with.", numbers.Duration(l.Now)) + only
		return finding
	}
	finding.Values[0].Baseline = incident.Baselined(l.Normal)
	switch {
	case l.Worse:
		finding.Severity = incident.Critical
		finding.Sentence = fmt.Sprintf("Mean latency is %s, normally %s.", numbers.Duration(l.Now), numbers.Duration(l.Normal))
	case l.Now >= muchHigher*l.Normal && l.Now-l.Normal >= leastDuration:
		finding.Severity = incident.Warning
		finding.Sentence = fmt.Sprintf("Mean latency is %s, median %s before; no lasting rise.", numbers.Duration(l.Now), numbers.Duration(l.Normal))
	default:
		finding.Sentence = fmt.Sprintf("Mean latency is %s, %s before: no lasting rise.", numbers.Duration(l.Now), numbers.Duration(l.Normal))
	}
	finding.Sentence += only
	return finding
}
