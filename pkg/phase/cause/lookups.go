package cause

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/baseline"
	"github.com/faultline-investigation/faultline/pkg/analysis/onset"
	"github.com/faultline-investigation/faultline/pkg/analysis/rise"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	muchSlower  = 1.0   // rise of a lookup's time that matters, as a share
	leastSlower = 0.01  // s, least rise that matters
	lookupNoise = 0.002 // s, spread that chance gives lookups answered from caches or not
)

// Lookups compares how long the culprit's service waits for DNS, name by name, with how long it normally does.
func Lookups() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseCause,
		ID:     "lookups",
		Title:  "DNS lookups",
		Needs:  []incident.Fact{incident.FactConventions, incident.FactCulprit},
		Awaits: []incident.Fact{incident.FactService},
		Learns: []incident.Fact{incident.FactLookups},
		Plan:   planLookups,
		Read:   readLookups,
	}
}

func planLookups(c *incident.Case) ([]source.Question, error) {
	metric := c.Facts.Conventions.Lookups
	if metric == nil {
		return nil, phase.Skipf("Have the services report dns.lookup.duration, as OpenTelemetry names it.",
			"No metric of DNS lookups is known in this metrics store.")
	}
	spent, made := lookupRates(c, phase.Averaging(c))
	text, err := promql.Divide(promql.Sum(spent, metric.Name), promql.Sum(made, metric.Name)).Text()
	return []source.Question{{Name: "mean", Kind: source.Range, Text: text, Window: phase.Lookback(c), Step: phase.Spacing(c)}}, err
}

func readLookups(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem("mean"); problem != nil {
		return phase.Reading{}, problem
	}
	metric, service := c.Facts.Conventions.Lookups, c.Facts.Culprit.Span.Service
	var worst *incident.Comparison
	var course incident.Series
	names := 0
	for _, s := range answers["mean"].Series {
		compared, ok := compareLookups(c, s, metric.Seconds)
		if !ok {
			continue
		}
		names++
		name := s.Labels[metric.Name]
		compared.What, compared.Of, compared.Service = "DNS lookups of "+name, name, service
		if worst == nil || compared.Now-compared.Normal > worst.Now-worst.Normal {
			worst, course = &compared, s
		}
	}
	if worst == nil {
		return phase.Reading{}, phase.Skipf("Check that it is instrumented as the other services are.", "%s reports no DNS lookups.", service)
	}
	var err error
	if worst.Query, err = lookupQuery(c, course.Labels[metric.Name]); err != nil {
		return phase.Reading{}, err
	}
	worst.Scale = metric.Seconds
	finding := uncompared(c, course.Points, lookupFinding(c, *worst, names, course))
	reading := phase.ClearBecause(finding)
	if finding.Severity != incident.Normal {
		reading = phase.FoundThat(finding)
	}
	return reading.Teaching(func(f *incident.Facts) { f.Lookups = worst }), nil
}

// lookupQuery is the query for how long lookups of a name took in the last minutes.
func lookupQuery(c *incident.Case, name string) (string, error) {
	spent, made := lookupRates(c, now, promql.Equal(c.Facts.Conventions.Lookups.Name, name))
	return promql.Divide(promql.Sum(spent), promql.Sum(made)).Text()
}

// lookupRates are the time that the culprit's lookups took and how many there were, both per second.
func lookupRates(c *incident.Case, window time.Duration, more ...promql.Matcher) (spent, made promql.Expr) {
	metric := c.Facts.Conventions.Lookups
	rate := func(series string) promql.Expr {
		return ofCulprit(c, metric.Services, func(service promql.Matcher) promql.Expr {
			return promql.Rate(promql.Select(series, slices.Concat([]promql.Matcher{service}, more)...), window)
		})
	}
	if metric.Native {
		return promql.NativeSum(rate(metric.Histogram)), promql.NativeCount(rate(metric.Histogram))
	}
	return rate(metric.Histogram + "_sum"), rate(metric.Histogram + "_count")
}

func compareLookups(c *incident.Case, s incident.Series, seconds float64) (incident.Comparison, bool) {
	points := make([]incident.Point, len(s.Points))
	for i, p := range s.Points {
		points[i] = incident.Point{Time: p.Time, Value: p.Value * seconds}
	}
	compared, ok := rise.Of(points, rise.Options{Now: c.Window.Last(now), Average: baseline.Mean,
		Onset: onset.Options{Window: phase.Averaging(c), Averaged: true, Relative: muchSlower, Absolute: leastSlower, Noise: lookupNoise},
		// Where no moment of change is found, a number can still be far from what is usual.
		Unmoved: func(now, normal float64) bool { return now-normal > math.Max(leastSlower, muchSlower*normal) }})
	compared.Unit = incident.Seconds
	return compared, ok
}

func lookupFinding(c *incident.Case, worst incident.Comparison, names int, course incident.Series) incident.Finding {
	current, usual := c.Window.Last(now), usualTime(c, worst.Moved)
	course.Name, course.Unit = worst.What, incident.Seconds
	finding := incident.Finding{
		Severity: incident.Normal,
		Sentence: fmt.Sprintf("%s's DNS lookups are as quick as ever: the slowest of %d %s, %s, takes %s.", worst.Service, names,
			wording.Plural(names, "name", "names"), worst.What, numbers.Duration(worst.Now)),
		Values: []incident.Value{{Name: worst.What, Measure: incident.MeasureLookup, Value: worst.Now, Unit: worst.Unit, Baseline: incident.Baselined(worst.Normal),
			Labels: map[string]string{"service": worst.Service, "name": worst.Of}},
			{Name: "names looked up", Value: float64(names), Unit: incident.Count}},
		Interval: &current, Baseline: &usual,
		Method:   "time spent in lookups over their number, last 5 min; normal is the median before it rose",
		Evidence: incident.Evidence{Series: []incident.Series{course}}, Shows: incident.CriterionOfLookups(&worst),
	}
	if worst.Abnormal {
		finding.Severity = incident.Critical
		said := wording.Textf("%s by %s take %s, normally %s%s.", worst.What, worst.Service,
			numbers.Duration(worst.Now), numbers.Duration(worst.Normal), since(worst.Moved))
		finding.Sentence, finding.Moments = said.Plain(), said.Moments()
	}
	return finding
}
