package services

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	manySeries    = 3000 // of other services, from which only those that rose are read whole
	mostRisen     = 100  // of these
	risenBy       = 1.5  // times that it was before, from which a metric rose; a ranking asks for as much
	largestRise   = 1000 // what was nothing before rose by more than any number
	risenNow      = 5 * time.Minute
	risenSkipped  = 12 * time.Minute // before the end: the incident's own time is none of before
	shortestUsual = 10 * time.Minute
	metricLabel   = "faultline_metric"
	totals        = ".*_total" // names of counters

	seriesPart = "series"
	mostPart   = "most"
	usualPart  = "usual"
)

// Risen counts the infrastructure metrics of services that the requests do not pass, and has the store say which of them rose most. In a
// large system the ranking reads no others of them.
func Risen() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseCause,
		ID:     "risen-metrics",
		Title:  "Infrastructure of other services",
		Awaits: []incident.Fact{incident.FactNeighbours, incident.FactService},
		Learns: []incident.Fact{incident.FactRisen},
		Plan:   planRisen,
		Read:   readRisen,
	}
}

func planRisen(c *incident.Case) ([]source.Question, error) {
	others, err := otherSelections(c)
	if err != nil {
		return nil, err
	}
	notTotal, errGauges := promql.NoPattern("__name__", totals)
	total, errCounters := promql.Pattern("__name__", totals)
	if err := errors.Join(errGauges, errCounters); err != nil {
		return nil, err
	}
	gauges, counters := named(others, notTotal), named(others, total)
	rise := promql.Or(rising("avg_over_time", gauges, c.Window), rising("rate", counters, c.Window))
	text, err := promql.Or(
		promql.Labelled(promql.CountBy(anyOf(others)), phase.PartLabel, seriesPart),
		promql.Labelled(promql.Top(mostRisen, promql.Above(rise, risenBy)), phase.PartLabel, mostPart),
		promql.Labelled(promql.Middle(rise, metricLabel), phase.PartLabel, usualPart)).Text()
	return []source.Question{{Name: "risen", Kind: source.Instant, Text: text, Window: c.Window}}, err
}

// named picks those whose name is as a matcher has it, and keeps that name.
func named(selections [][]promql.Matcher, name promql.Matcher) promql.Expr {
	picked := make([][]promql.Matcher, len(selections))
	for i, s := range selections {
		picked[i] = append(slices.Clone(s), name)
	}
	return promql.NameKept(anyOf(picked), metricLabel)
}

// rising is by how many times what a function makes of metrics is what it was before the incident.
func rising(function string, metrics promql.Expr, w incident.Window) promql.Expr {
	before := max(shortestUsual, w.Length()-risenSkipped).Truncate(time.Minute)
	return promql.AtMost(promql.Divide(promql.OverTime(function, metrics, risenNow, metricsSpacing, 0),
		promql.OverTime(function, metrics, before, 3*metricsSpacing, risenSkipped)), largestRise)
}

func readRisen(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem("risen"); problem != nil {
		return phase.Reading{}, problem
	}
	found := incident.Risen{Most: []incident.RisenSeries{}, Usual: []incident.UsualRise{}}
	for _, s := range answers["risen"].Series {
		if len(s.Points) == 0 || math.IsNaN(s.Points[0].Value) || math.IsInf(s.Points[0].Value, 0) {
			continue
		}
		value := s.Points[0].Value
		switch s.Labels[phase.PartLabel] {
		case seriesPart:
			found.Series = int(value)
		case mostPart:
			found.Most = append(found.Most, risenOf(c, s, value))
		case usualPart:
			found.Usual = append(found.Usual, incident.UsualRise{Metric: s.Labels[metricLabel], Times: value})
		}
	}
	if found.Series == 0 {
		return phase.Reading{}, phase.Skipf("Have the metrics store keep those of the kubelet (cAdvisor), or of the services' processes.",
			"The metrics store has no infrastructure metric of other services.")
	}
	slices.SortStableFunc(found.Most, func(a, b incident.RisenSeries) int {
		return cmp.Or(cmp.Compare(b.Times, a.Times), cmp.Compare(a.Metric, b.Metric), cmp.Compare(a.Service, b.Service), cmp.Compare(a.Pod, b.Pod))
	})
	slices.SortFunc(found.Usual, func(a, b incident.UsualRise) int { return cmp.Compare(a.Metric, b.Metric) })
	return phase.ClearBecause(risenFinding(found)).Teaching(func(f *incident.Facts) { f.Risen = &found }), nil
}

func risenOf(c *incident.Case, s incident.Series, times float64) incident.RisenSeries {
	one := incident.RisenSeries{Metric: s.Labels[metricLabel], Service: serviceOfSeries(c, s.Labels), Pod: s.Labels["pod"], Times: times}
	if one.Pod == "" {
		one.Label = s.Labels[metricsLabel(c)]
	}
	return one
}

func risenFinding(found incident.Risen) incident.Finding {
	finding := incident.Finding{Severity: incident.Normal,
		Values: []incident.Value{{Name: "series", Value: float64(found.Series), Unit: incident.Count}},
		Method: fmt.Sprintf("the mean, or a counter's rate, of the last %s against that from before the last %s", numbers.Duration(risenNow.Seconds()), numbers.Duration(risenSkipped.Seconds()))}
	all := wording.Counted(found.Series, "series", "series") + " of metrics of other services' infrastructure"
	switch {
	case found.Series <= manySeries:
		finding.Sentence = fmt.Sprintf("There %s %s. The ranking compares %s.", wording.Plural(found.Series, "is", "are"), all, wording.Plural(found.Series, "it", "all of them"))
	case len(found.Most) == 0:
		finding.Sentence = fmt.Sprintf("None of %s rose by half.", all)
	default:
		finding.Values = append(finding.Values, incident.Value{Name: "compared", Value: float64(len(found.Most)), Unit: incident.Count})
		finding.Sentence = fmt.Sprintf("Of %s the ranking compares the %d that rose most, by half or more.", all, len(found.Most))
	}
	return finding
}

// risenSelections pick the metrics that rose most, of the pods or services that have them.
func risenSelections(c *incident.Case, risen *incident.Risen) [][]promql.Matcher {
	var metrics, pods, services []string
	for _, m := range risen.Most {
		metrics = append(metrics, m.Metric)
		if m.Pod != "" {
			pods = append(pods, m.Pod)
		} else {
			services = append(services, m.Label)
		}
	}
	var selections [][]promql.Matcher
	for _, of := range []struct {
		label  string
		values []string
	}{{"pod", pods}, {metricsLabel(c), services}} {
		if len(of.values) > 0 {
			selections = append(selections, []promql.Matcher{promql.OneOf("__name__", unique(metrics)...), promql.OneOf(of.label, unique(of.values)...)})
		}
	}
	return selections
}

func unique(values []string) []string { return slices.Compact(slices.Sorted(slices.Values(values))) }

// notRead tells the ranking of the metrics that were compared by the store alone.
func notRead(c *incident.Case, in *rank.Input) {
	risen := c.Facts.Risen
	if risen == nil || risen.Series <= manySeries {
		return
	}
	in.Unread, in.Usual = max(0, risen.Series-len(in.Metrics)), map[string]float64{}
	for _, u := range risen.Usual {
		in.Usual[u.Metric] = u.Times
	}
}
