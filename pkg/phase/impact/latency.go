package impact

import (
	"fmt"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/baseline"
	"github.com/faultline-investigation/faultline/pkg/analysis/onset"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

const (
	leastSlower   = 0.25 // least rise of the p99 that matters, as a share
	bucketNoise   = 0.05 // spread that interpolating within buckets gives a p99, as a share
	leastDuration = 0.01 // s, least rise that matters
)

// Latency compares the p99 with what it was before it rose.
func Latency() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseImpact,
		ID:     "latency",
		Title:  "Latency (p99)",
		Needs:  []incident.Fact{incident.FactService},
		Awaits: []incident.Fact{incident.FactConventions},
		Learns: []incident.Fact{incident.FactLatency},
		Plan:   planLatency,
		Read:   readLatency,
	}
}

func planLatency(c *incident.Case) ([]source.Question, error) {
	metric := c.Facts.Conventions.Requests
	if metric.Histogram == "" {
		return nil, phase.Skipf("Have the services report a histogram of request durations; the documentation that the plugin links to lists those that are known (conventions.md).",
			"%s counts requests and does not measure how long they take.", metric.Counter)
	}
	course, err := quantileOf(c, phase.Averaging(c)).Text()
	if err != nil {
		return nil, err
	}
	current, err := quantileOf(c, now).Text()
	if err != nil {
		return nil, err
	}
	earlier, err := earlierQuestion(c)
	return []source.Question{
		{Name: "course", Kind: source.Range, Text: course, Window: phase.Lookback(c), Step: phase.Spacing(c)},
		{Name: "now", Kind: source.Instant, Text: current, Window: c.Window},
		earlier,
	}, err
}

// quantileOf is the operation's p99 over a window.
func quantileOf(c *incident.Case, window time.Duration) promql.Expr {
	metric := c.Facts.Conventions.Requests
	if metric.Native {
		return promql.NativeQuantile(quantile, promql.Rate(phase.SelectOperation(c, metric.Histogram), window))
	}
	return promql.Quantile(quantile, promql.Rate(phase.SelectOperation(c, metric.Histogram+"_bucket"), window))
}

func readLatency(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem("course", "now"); problem != nil {
		return phase.Reading{}, problem
	}
	scale := c.Facts.Conventions.Requests.Seconds
	course, current := scaled(onlySeries(answers["course"]), scale), scaled(onlySeries(answers["now"]), scale)
	if len(current) == 0 {
		return phase.Reading{}, noTraffic(c)
	}
	change, moved := onset.Find(course, onset.Options{Window: phase.Averaging(c), Relative: leastSlower, Absolute: leastDuration,
		Noise: bucketNoise * baseline.Median(valuesOf(course))})
	window := baselineOf(course, currently(c), change, moved)
	latency := incident.Change{Now: current[0].Value, Normal: baseline.Median(baseline.Within(course, window)), Unit: incident.Seconds,
		Window: currently(c), Baseline: window, Moved: movedAt(change, moved), Worse: moved && change.Up(),
		Query: answers["now"].Question.Text, Scale: scale}
	finding := latencyFinding(latency, course)
	days := earlierDaysOf(c, answers)
	usual, known := days.latency(c)
	days.tell(&finding, "p99 latency", usual, incident.Seconds, known)
	reading := phase.FoundThat(finding)
	if !latency.Worse {
		reading = phase.ClearBecause(finding)
	}
	return reading.Teaching(func(f *incident.Facts) { f.Latency = &latency }), nil
}

func latencyFinding(l incident.Change, course []incident.Point) incident.Finding {
	finding := incident.Finding{
		Severity: incident.Normal,
		Sentence: fmt.Sprintf("p99 latency is %s and was %s before: it did not rise.", numbers.Duration(l.Now), numbers.Duration(l.Normal)),
		Values:   []incident.Value{{Name: "p99 latency", Value: l.Now, Unit: l.Unit, Baseline: incident.Baselined(l.Normal)}},
		Interval: &l.Window, Baseline: &l.Baseline,
		Method:   "histogram_quantile over the last 5 min; normal is the median over the baseline",
		Shows:    incident.CriterionLatency,
		Evidence: incident.Evidence{Series: []incident.Series{{Name: "p99", Unit: l.Unit, Points: course}}},
	}
	if l.Worse {
		finding.Severity = incident.Critical
		finding.Sentence = fmt.Sprintf("p99 latency is %s, normally %s.", numbers.Duration(l.Now), numbers.Duration(l.Normal))
	}
	return finding
}

// onlySeries gives the points of an answer that has at most one series.
func onlySeries(a source.Answer) []incident.Point {
	if len(a.Series) == 0 {
		return nil
	}
	return a.Series[0].Points
}

func scaled(points []incident.Point, factor float64) []incident.Point {
	out := make([]incident.Point, len(points))
	for i, p := range points {
		out[i] = incident.Point{Time: p.Time, Value: p.Value * factor}
	}
	return out
}
