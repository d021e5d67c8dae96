package example

import (
	"fmt"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// Exemplars asks which traces the request metric names by itself: they are of the very requests whose numbers raised the
// alarm. Most stacks have none, and then the example is chosen from the search alone.
func Exemplars() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseExample,
		ID:     "exemplars",
		Title:  "Exemplars",
		Needs:  []incident.Fact{incident.FactConventions, incident.FactService},
		Learns: []incident.Fact{incident.FactExemplars},
		Plan:   planExemplars,
		Read:   readExemplars,
	}
}

const exemplarsAsked = "exemplars"

func planExemplars(c *incident.Case) ([]source.Question, error) {
	metric := c.Facts.Conventions.Requests
	series := metric.Histogram + "_bucket"
	switch {
	case metric.Histogram == "":
		series = metric.Counter
	case metric.Native:
		series = metric.Histogram
	}
	text, err := phase.SelectOperation(c, series).Text()
	return []source.Question{{Name: exemplarsAsked, Kind: source.Exemplars, Text: text, Window: c.Window.Last(searched)}}, err
}

func readExemplars(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem(exemplarsAsked); problem != nil {
		return phase.Reading{}, problem
	}
	found := incident.Exemplars{Metric: c.Facts.Conventions.Requests.Name(), Traces: []string{}}
	for _, e := range answers[exemplarsAsked].Exemplars {
		found.Traces = append(found.Traces, e.Trace)
	}
	slices.Sort(found.Traces)
	found.Traces = slices.Compact(found.Traces)
	n, window := len(found.Traces), c.Window.Last(searched)
	finding := incident.Finding{Severity: incident.Normal, Interval: &window,
		Sentence: fmt.Sprintf("The store returned no exemplar of %s that names a trace, or keeps none: the example is chosen from the search alone.", found.Metric),
		Values:   []incident.Value{{Name: "traces named", Measure: incident.MeasureExemplars, Value: float64(n), Unit: incident.Count}, {Name: "searched", Measure: incident.MeasureCountedOver, Value: window.Length().Seconds(), Unit: incident.Seconds}}}
	if n == 0 {
		return phase.ClearBecause(finding), nil
	}
	finding.Severity = incident.Info
	finding.Sentence = fmt.Sprintf("The exemplars of %s name %s %s of %s in the last %s.", found.Metric, numbers.Count(float64(n)), wording.Plural(n, "trace", "traces"),
		name(c.Subject), numbers.Duration(window.Length().Seconds()))
	return phase.FoundThat(finding).Teaching(func(f *incident.Facts) { f.Exemplars = &found }), nil
}

// named says whether an exemplar names a trace.
func named(c *incident.Case, id string) bool {
	return c.Facts.Exemplars != nil && slices.Contains(c.Facts.Exemplars.Traces, id)
}
