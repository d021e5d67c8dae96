package impact

import (
	"fmt"
	"math"
	"slices"
	"strconv"
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

// Latency compares the p99 with what it was before it rose; the mean, where the metric has no more.
func Latency() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseImpact,
		ID:     "latency",
		Title:  "Latency (p99)",
		Needs:  []incident.Fact{incident.FactService},
		Awaits: []incident.Fact{incident.FactCounters, incident.FactConventions},
		Learns: []incident.Fact{incident.FactLatency},
		Plan:   planLatency,
		Read:   readLatency,
	}
}

func planLatency(c *incident.Case) ([]source.Question, error) {
	if err := untrusted(c); err != nil {
		return nil, err
	}
	metric := c.Facts.Conventions.Requests
	if metric.Mean != "" {
		return planMean(c)
	}
	if metric.Histogram == "" {
		return nil, phase.Skipf("Have the services report a histogram of request durations; the documentation that the plugin links to lists those that are known (conventions.md).",
			"%s counts requests and does not measure how long they take.", metric.Counter)
	}
	course, err := quantileOf(c, phase.Averaging(c)).Text()
	if err != nil {
		return nil, err
	}
	current, err := quantileAndBuckets(c).Text()
	if err != nil {
		return nil, err
	}
	buckets, err := bucketsQuestion(c)
	if err != nil {
		return nil, err
	}
	earlier, err := earlierQuestion(c)
	return []source.Question{
		{Name: "course", Kind: source.Range, Text: course, Window: phase.Lookback(c), Step: phase.Spacing(c)},
		{Name: "now", Kind: source.Instant, Text: current, Window: c.Window},
		buckets, earlier,
	}, err
}

// quantileOf is the operation's p99 over a window.
func quantileOf(c *incident.Case, window time.Duration) promql.Expr {
	metric := c.Facts.Conventions.Requests
	if metric.Native {
		return promql.NativeQuantile(p99, promql.Rate(phase.SelectOperation(c, metric.Histogram), window))
	}
	return promql.Quantile(p99, promql.Rate(phase.SelectOperation(c, metric.Histogram+"_bucket"), window))
}

// quantileAndBuckets is the p99 of the last minutes, and, where the histogram has them, the rates of its buckets: they tell how
// precisely it is known.
func quantileAndBuckets(c *incident.Case) promql.Expr {
	metric := c.Facts.Conventions.Requests
	if metric.Native {
		return quantileOf(c, now)
	}
	ofOperation := func(c *incident.Case, series string) promql.Expr { return phase.SelectOperation(c, series) }
	return promql.Or(quantileOf(c, now), bucketRates(c, ofOperation, metric.Histogram, false, now))
}

func readLatency(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem("course", "now"); problem != nil {
		return phase.Reading{}, problem
	}
	if c.Facts.Conventions.Requests.Mean != "" {
		return readMean(c, answers)
	}
	if err := withoutBounds(c, answers[bucketsAsked].Series); err != nil {
		return phase.Reading{}, err
	}
	scale := c.Facts.Conventions.Requests.Seconds
	course := scaled(onlySeries(answers["course"]), scale)
	current, within := currentQuantile(answers["now"].Series, scale)
	if math.IsNaN(current) {
		return phase.Reading{}, noTraffic(c)
	}
	buckets := durationsOf(answers[bucketsAsked].Series, scale)
	latency, err := latencyChange(c, course, buckets, current)
	if err != nil {
		return phase.Reading{}, err
	}
	latency.AtLeast = within.beyond
	finding := latencyFinding(latency, course, within)
	if len(buckets.times) > 0 {
		finding.Method += "; a rise is tested by the counts of requests beyond each bound of the histogram"
	}
	days := earlierDaysOf(c, answers)
	usual, known := days.latency(c)
	days.tell(&finding, "p99 latency", usual, incident.Seconds, known)
	reading := phase.FoundThat(finding)
	if finding.Severity == incident.Normal {
		reading = phase.ClearBecause(finding)
	}
	return reading.Teaching(func(f *incident.Facts) { f.Latency = &latency }), nil
}

// withoutBounds says that buckets have no bounds, as those that VictoriaMetrics makes of exponential histograms: it calls them by ranges, in
// a label of its own, and a quantile over them is none. Nil where one has a bound, or there are none.
func withoutBounds(c *incident.Case, buckets []incident.Series) error {
	bounded := func(s incident.Series) bool { return s.Labels["le"] != "" }
	if metric := c.Facts.Conventions.Requests; len(buckets) > 0 && !metric.Native && !slices.ContainsFunc(buckets, bounded) {
		return phase.Skipf("Have the services report histograms with explicit bounds, or keep them in a store of native histograms.",
			"The buckets of %s have no label le, so that no quantile can be read from them: the store may keep them in ranges of its own (vmrange).", metric.Histogram)
	}
	return nil
}

// latencyChange judges the p99 by the counts in the histogram's buckets, or, where these could not be read, by its own course.
func latencyChange(c *incident.Case, course []incident.Point, buckets durations, current float64) (incident.Change, error) {
	change, moved := buckets.longer(c, 1)
	if len(buckets.times) == 0 {
		change, moved = onset.Find(course, onset.Options{Window: phase.Averaging(c), Relative: leastSlower, Absolute: leastDuration,
			Noise: bucketNoise * baseline.Median(valuesOf(course))})
	}
	window := baselineOf(course, currently(c), change, moved)
	query, err := quantileOf(c, now).Text()
	// Like now, normal is the p99 of all requests of its time: that of a minute with few of them is their longest or next to it.
	normal, told := buckets.p99(window)
	if !told {
		normal = baseline.Median(baseline.Within(course, window))
	}
	latency := incident.Change{Now: current, Normal: normal, Unit: incident.Seconds,
		Window: currently(c), Baseline: window, Moved: movedAt(change, moved), Query: query, Scale: c.Facts.Conventions.Requests.Seconds}
	latency.Worse = moved && change.Up() && current > latency.Normal
	if latency.NoBaseline = covered(course, window) < compared; latency.NoBaseline {
		latency.Normal, latency.Moved, latency.Worse = 0, nil, false
	}
	return latency, err
}

// within is what a histogram's buckets tell of a quantile: that it lies between two bounds, in s, or beyond the last one.
type within struct {
	from, to float64 // 0 where not known
	beyond   bool    // from is the last bound
}

// currentQuantile reads the quantile of the last minutes, and the bucket that it lies in. NaN means that there was no request.
func currentQuantile(series []incident.Series, scale float64) (seconds float64, in within) {
	seconds = math.NaN()
	bounds := []float64{}
	for _, s := range series {
		le, isBucket := s.Labels["le"]
		if bound, err := strconv.ParseFloat(le, 64); isBucket && err == nil && !math.IsInf(bound, 1) {
			bounds = append(bounds, bound*scale)
		} else if !isBucket && len(s.Points) > 0 {
			seconds = s.Points[0].Value * scale
		}
	}
	slices.Sort(bounds)
	for _, bound := range bounds {
		if bound < seconds {
			in.from = bound
			continue
		}
		in.to = bound
		break
	}
	// A quantile in the bucket without an end is reported as the last bound.
	if n := len(bounds); n > 0 && seconds >= bounds[n-1] {
		in = within{from: bounds[n-1], beyond: true}
	}
	return seconds, in
}

// said is the quantile as precisely as it is known.
func (w within) said(seconds float64) string {
	if w.beyond {
		return "over " + numbers.Duration(w.from)
	}
	return numbers.Duration(seconds)
}

// muchHigher is how many times the usual p99 is not called the same, though it may not last.
const muchHigher = 1.5

func latencyFinding(l incident.Change, course []incident.Point, in within) incident.Finding {
	finding := incident.Finding{
		Severity: incident.Normal, Interval: &l.Window, Baseline: baselineTold(l),
		Values:   []incident.Value{{Name: "p99 latency", Measure: incident.MeasureP99, Value: l.Now, Unit: l.Unit, AtLeast: in.beyond}},
		Method:   "histogram_quantile over the last 5 min; normal is the same over the time before",
		Shows:    incident.CriterionLatency,
		Evidence: incident.Evidence{Series: []incident.Series{{Name: "p99", Unit: l.Unit, Points: course}}},
	}
	switch {
	case in.beyond:
		finding.Method += "; it lies in the histogram's last bucket, so that only its lower bound is known"
	case in.from > 0 && in.to >= 2*in.from:
		finding.Method += fmt.Sprintf("; interpolated in the bucket from %s to %s", numbers.Duration(in.from), numbers.Duration(in.to))
	}
	if l.NoBaseline {
		finding.Severity = incident.Info
		finding.Sentence = fmt.Sprintf("p99 latency is %s; nothing is known from before to compare with.", in.said(l.Now))
		return finding
	}
	finding.Values[0].Baseline = incident.Baselined(l.Normal)
	highest := slices.Max(append([]float64{l.Normal}, baseline.Within(course, l.Baseline)...))
	switch {
	case l.Worse:
		finding.Severity = incident.Critical
		finding.Sentence = fmt.Sprintf("p99 latency is %s, normally %s.", in.said(l.Now), numbers.Duration(l.Normal))
	case l.Now >= muchHigher*l.Normal && l.Now-l.Normal >= leastDuration:
		finding.Severity = incident.Warning
		finding.Sentence = fmt.Sprintf("p99 latency is %s, %s before and at most %s: no lasting rise.", in.said(l.Now), numbers.Duration(l.Normal),
			numbers.Duration(highest))
		finding.Values = append(finding.Values, incident.Value{Name: "highest p99 before", Value: highest, Unit: l.Unit})
	default:
		finding.Sentence = fmt.Sprintf("p99 latency is %s, %s before: no lasting rise.", in.said(l.Now), numbers.Duration(l.Normal))
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
