package impact

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/baseline"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	failingFrom  = 0.5   // error ratio from which a callee is failing
	degradedFrom = 0.01  // error ratio from which it can be degraded
	worseTimes   = 2.0   // how many times its normal value counts as worse
	leastLonger  = 0.025 // s, least rise of a callee's p99 that matters
)

// Dependencies is the table of callees: how slow, how often failing, now and normally, by the caller's view and their
// own.
func Dependencies() phase.Step {
	return phase.Step{
		Phase: incident.PhaseImpact,
		ID:    "dependencies",
		Title: "Dependencies",
		Needs: []incident.Fact{incident.FactCallees},
		Awaits: []incident.Fact{incident.FactCounters, incident.FactOnset, incident.FactService, incident.FactConventions, incident.FactErrors, incident.FactLatency,
			incident.FactTraffic, incident.FactRefused},
		Learns: []incident.Fact{incident.FactDependencies},
		Plan:   planDependencies,
		Read:   readDependencies,
	}
}

// when is a moment to ask at, and the time before it to average over.
type when struct {
	name   string
	at     incident.Window
	window time.Duration
}

// moments are now, and the hour before the onset.
func moments(c *incident.Case) []when {
	normal := baseline.Hour(currently(c).From)
	if c.Facts.Onset != nil {
		normal = c.Facts.Onset.Baseline
	}
	normal = known(c, normal)
	return []when{{"now", currently(c), now}, {"normally", normal, normal.Length().Round(time.Second)}}
}

// known is the part of the hour before in which requests are known: a rate over more than that comes out too low.
func known(c *incident.Case, hour incident.Window) incident.Window {
	const fewest = time.Minute
	t := c.Facts.Traffic
	if t == nil || t.NoBaseline || t.Baseline.Length() >= time.Hour || !t.Baseline.From.After(hour.From) || hour.To.Sub(t.Baseline.From) < fewest {
		return hour
	}
	hour.From = t.Baseline.From.Truncate(time.Second)
	return hour
}

// atMoments joins what is asked both now and for the hour before the onset into one question. Part names are those of the
// expressions with the moment's after them.
func atMoments(c *incident.Case, name string, ask func(window time.Duration) map[string]promql.Expr) (source.Question, error) {
	var parts []phase.Part
	for _, m := range moments(c) {
		queries := ask(m.window)
		for _, part := range slices.Sorted(maps.Keys(queries)) {
			parts = append(parts, phase.Part{Name: part + " " + m.name, Expr: queries[part], Earlier: c.Window.To.Sub(m.at.To).Round(time.Second)})
		}
	}
	text, err := phase.Joined(parts...)
	return source.Question{Name: name, Kind: source.Instant, Text: text, Window: c.Window}, err
}

// The table's two questions: how the subject's service sees its callees, and how they see themselves.
const (
	callsAsked  = "calls"
	servedAsked = "served"
)

func planDependencies(c *incident.Case) ([]source.Question, error) {
	calls, err := atMoments(c, callsAsked, func(window time.Duration) map[string]promql.Expr { return edgeQueries(c, window) })
	if err != nil || !told(c) {
		return []source.Question{calls}, err
	}
	own, err := atMoments(c, servedAsked, func(window time.Duration) map[string]promql.Expr { return serverQueries(c, window) })
	return []source.Question{calls, own}, err
}

// told says whether it is known how callees tell of the requests that they serve.
func told(c *incident.Case) bool {
	return c.Facts.Conventions.Requests != nil && c.Facts.Service != nil
}

func readDependencies(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	names := []string{callsAsked}
	if told(c) {
		names = append(names, servedAsked)
	}
	if problem := answers.Problem(names...); problem != nil {
		return phase.Reading{}, problem
	}
	parts := phase.Parted(answers[callsAsked])
	maps.Copy(parts, phase.Parted(answers[servedAsked]))
	current, normal := viewsOf(c, parts, "now"), views{}
	if !uncompared(c) {
		normal = viewsOf(c, parts, "normally")
	}
	table := incident.Dependencies{}
	for _, name := range c.Facts.Callees.Services {
		row := dependency(name, current, normal)
		if row.Health == incident.Healthy && !phase.BaselineKnown(c) { // what is taken for normal may be part of the incident
			row.Health, row.P99Baseline, row.ErrorsBaseline = incident.Uncompared, nil, nil
		}
		row.OwnErrors, row.InheritedFrom = ownErrors(current.server[name], behind(c, parts[beyond+" now"], name))
		table.Rows = append(table.Rows, row)
	}
	finding := dependenciesFinding(c, table)
	reading := phase.FoundThat(finding)
	if finding.Severity == incident.Normal {
		reading = phase.ClearBecause(finding)
	}
	return reading.Teaching(func(f *incident.Facts) { f.Dependencies = &table }), nil
}

func dependency(name string, current, normal views) incident.Dependency {
	d := incident.Dependency{Service: name, Health: incident.Unknown}
	if calls := current.client[name]; calls != nil {
		d.Rate = &calls.rate
	}
	d.P99, d.P99View = current.p99(name)
	d.P99Baseline = normal.p99By(d.P99View, name)
	d.P99AtLeast = current.side(d.P99View)[name].openEnded()
	d.Errors, d.Requests, d.ErrorsView = current.errors(name)
	d.Requests = math.Round(d.Requests * now.Seconds())
	d.ErrorsBaseline = normal.errorsBy(d.ErrorsView, name)
	d.Health = health(d)
	return d
}

// health judges a callee by its numbers against their baselines. Without one only what fails most of its requests is known to be ill: a few
// percent may be as ever.
func health(d incident.Dependency) incident.Health {
	switch {
	case d.Errors == nil && d.P99 == nil:
		return incident.Unknown
	case d.Errors != nil && *d.Errors >= failingFrom:
		return incident.Failing
	case d.ErrorsBaseline == nil && d.P99Baseline == nil:
		return incident.Uncompared
	case d.Errors != nil && d.ErrorsBaseline != nil && *d.Errors >= degradedFrom && *d.Errors >= worseTimes**d.ErrorsBaseline:
		return incident.Degraded
	case d.P99 != nil && d.P99Baseline != nil && *d.P99 >= worseTimes**d.P99Baseline && *d.P99-*d.P99Baseline >= leastLonger:
		return incident.Degraded
	}
	return incident.Healthy
}

func dependenciesFinding(c *incident.Case, table incident.Dependencies) incident.Finding {
	current := currently(c)
	normal := moments(c)[1].at
	finding := incident.Finding{Severity: incident.Normal, Interval: &current, Baseline: &normal,
		Method:   "rates of the last 5 min against the hour before the onset; a callee's own view where it has one, the caller's where it is worse",
		Evidence: incident.Evidence{Rows: table.Rows}}
	if uncompared(c) {
		finding.Baseline = nil
	}
	var unwell, well, uncompared, silent []string
	for _, d := range table.Rows {
		finding.Values = append(finding.Values, dependencyValues(d)...)
		switch d.Health {
		case incident.Degraded, incident.Failing:
			unwell = append(unwell, describeDependency(d)+".")
			finding.Severity = incident.Critical
		case incident.Healthy:
			well = append(well, d.Service)
		case incident.Uncompared:
			uncompared = append(uncompared, fmt.Sprintf("%s (%s)", d.Service, measured(d)))
			finding.Severity = worst(finding.Severity, incident.Info)
		case incident.Unknown:
			silent = append(silent, d.Service)
			finding.Severity = worst(finding.Severity, incident.Warning)
		}
	}
	sentences := unwell
	if len(well) > 0 {
		sentences = append(sentences, fmt.Sprintf("%s %s as usual.", wording.List(well), wording.Plural(len(well), "is", "are")))
	}
	if len(uncompared) > 0 {
		sentences = append(sentences, fmt.Sprintf("Nothing is known from before to compare %s with.", strings.Join(uncompared, "; ")))
	}
	if len(silent) > 0 {
		sentences = append(sentences, fmt.Sprintf("%s answered no calls in the last %s.", wording.List(silent), numbers.Duration(now.Seconds())))
	}
	finding.Sentence = strings.Join(sentences, " ")
	return finding
}

// worst is the worse of two severities.
func worst(severity, other incident.Severity) incident.Severity {
	order := []incident.Severity{incident.Normal, incident.Info, incident.Warning, incident.Critical}
	return order[max(slices.Index(order, severity), slices.Index(order, other))]
}

func dependencyValues(d incident.Dependency) []incident.Value {
	labels := map[string]string{"service": d.Service}
	var values []incident.Value
	if d.P99 != nil {
		values = append(values, incident.Value{Name: "p99 latency", Measure: incident.MeasureP99, Value: *d.P99, AtLeast: d.P99AtLeast, Unit: incident.Seconds, Baseline: d.P99Baseline, Labels: labels})
	}
	if d.Errors != nil {
		values = append(values, incident.Value{Name: "error rate", Measure: incident.MeasureErrors, Value: *d.Errors, Unit: incident.Ratio, Baseline: d.ErrorsBaseline,
			Samples: d.Requests, Labels: labels})
	}
	if d.OwnErrors != nil {
		values = append(values, incident.Value{Name: "own errors", Measure: incident.MeasureOwn, Value: *d.OwnErrors, Unit: incident.Ratio, Samples: d.Requests, Labels: labels})
	}
	if d.Rate != nil {
		values = append(values, incident.Value{Name: "calls", Measure: incident.MeasureCalls, Value: *d.Rate, Unit: incident.PerSecond, Labels: labels})
	}
	return values
}

func describeDependency(d incident.Dependency) string {
	text := fmt.Sprintf("%s is %s", d.Service, d.Health)
	if numbers := measured(d); numbers != "" {
		return text + ": " + numbers + whose(d)
	}
	return text
}

// measured writes the numbers of a callee; empty where there are none.
func measured(d incident.Dependency) string {
	var all []string
	if d.P99 != nil {
		all = append(all, "p99 "+numbers.Bound(*d.P99, incident.Seconds, d.P99AtLeast)+normally(d.P99Baseline, incident.Seconds))
	}
	if d.Errors != nil {
		all = append(all, numbers.Percent(*d.Errors)+" errors"+normally(d.ErrorsBaseline, incident.Ratio))
	}
	return strings.Join(all, ", ")
}

func normally(baseline *float64, unit incident.Unit) string {
	if baseline == nil {
		return ""
	}
	return " (normally " + numbers.Say(*baseline, unit) + ")"
}
