package example

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/traits"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	passingParts = 2               // of the time looked at, in each of which passing traces are taken
	passingLimit = 60              // of each part, to compare with
	passingTime  = 3 * time.Minute // length of a part at most; searches of longer times cost the store more
	comparedMost = 50              // spans of one trace that are compared
	toldTraits   = 3               // that a sentence names; the table has more
	keptTraits   = 12
)

func passingNamed(i int) string { return fmt.Sprintf("passing %d", i+1) }

// Traits compares the attributes of the traces looked at with those of requests for the same that went well: one pod, one
// version, one kind of customer.
func Traits() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseExample,
		ID:     "traits",
		Title:  "Distinguishing attributes",
		Needs:  []incident.Fact{incident.FactShapes, incident.FactCulprit},
		Awaits: []incident.Fact{incident.FactFailing, incident.FactSlow, incident.FactRefusals, incident.FactLatency},
		Learns: []incident.Fact{incident.FactTraits},
		Plan:   planTraits,
		Read:   readTraits,
	}
}

// compared lists the services whose spans are compared: the subject's, and the culprit's.
func compared(c *incident.Case) []string {
	if culprit := c.Facts.Culprit.Span.Service; culprit != c.Subject.Service && culprit != "" {
		return []string{c.Subject.Service, culprit}
	}
	return []string{c.Subject.Service}
}

func planTraits(c *incident.Case) ([]source.Question, error) {
	if len(c.Facts.Shapes.Attributes) == 0 {
		return nil, phase.Skipf("Have the services record attributes such as their version, pod and region.",
			"The spans of these traces have no attribute that could be compared.")
	}
	condition := traceql.Passing()
	switch {
	case refused(c):
		condition = traceql.Accepted()
	case lookedAt(c).Slow:
		condition = traceql.NotLongerThan(slowFrom(c.Facts))
	}
	query := traceql.Selecting(traceql.WithSpansOf(requests(c, condition), compared(c)...), c.Facts.Shapes.Attributes...)
	var questions []source.Question
	for i, part := range passingTimes(lookedAt(c)) {
		question, err := phase.Search(passingNamed(i), query, part, passingLimit, comparedMost)
		if err != nil {
			return nil, err
		}
		questions = append(questions, question)
	}
	return questions, nil
}

// passingTimes are the parts of the time in which the traces looked at lie: what passes is taken from the same time, since
// attributes such as a version change with it.
func passingTimes(of *incident.FailingTraces) []incident.Window {
	from, to := of.Window.From, of.Window.To
	if n := len(of.Slices); n > 0 {
		from, to = of.Slices[n-1].Window.From, of.Slices[0].Window.To
	}
	if missing := passingParts*passingTime - to.Sub(from); missing > 0 {
		from = from.Add(-missing).Truncate(time.Second)
	}
	parts := make([]incident.Window, passingParts)
	for i := range parts {
		end := to.Add(-time.Duration(passingParts-1-i) * (to.Sub(from) / passingParts)).Truncate(time.Second)
		parts[i] = incident.Window{From: end.Add(-passingTime), To: end}
	}
	return parts
}

func readTraits(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	var failing, passing [][]incident.Span
	for i := range passingTimes(lookedAt(c)) {
		if problem := answers.Problem(passingNamed(i)); problem != nil {
			return phase.Reading{}, problem
		}
		for _, t := range answers[passingNamed(i)].Traces {
			passing = append(passing, spansOf(t.Spans, compared(c)))
		}
	}
	for _, spans := range c.Facts.Shapes.Spans {
		failing = append(failing, spansOf(spans, compared(c)))
	}
	const fewest = 5
	if len(passing) < fewest || len(failing) < fewest {
		return phase.Reading{}, phase.Skipf("Nothing to do, unless sampling drops too much: keep some traces of requests that go well.",
			"%d traces of this kind and %d of requests that went well are too few to compare.", len(failing), len(passing))
	}
	found := incident.Traits{Traits: traits.Compare(failing, passing, c.Facts.Shapes.Attributes), Failing: len(failing), Passing: len(passing)}
	found.Traits = found.Traits[:min(keptTraits, len(found.Traits))]
	finding := traitsFinding(c, found)
	reading := phase.FoundThat(finding)
	if len(found.Traits) == 0 {
		tellVersions(c, &finding, traits.Shared(failing, passing, c.Facts.Shapes.Attributes))
		reading = phase.ClearBecause(finding)
	}
	return reading.Teaching(func(f *incident.Facts) { f.Traits = &found }), nil
}

// tellVersions says which version all of the traces are from, failing or not: that what is new in it is to blame is then not excluded.
func tellVersions(c *incident.Case, finding *incident.Finding, shared []incident.Trait) {
	these, _ := sidesNamed(c)
	var told []string
	for _, t := range shared {
		if t.Attribute != convention.ServiceVersion {
			continue
		}
		told = append(told, fmt.Sprintf("%s=%s of %s", t.Attribute, t.Value, t.Service))
		finding.Values = append(finding.Values, incident.Value{Name: t.Attribute + "=" + t.Value, Measure: incident.MeasureHaving, Value: 1, Unit: incident.Ratio, Baseline: incident.Baselined(1),
			Samples: float64(t.FailingOf), Labels: map[string]string{"service": t.Service, "attribute": t.Attribute, "value": t.Value, "among": these}})
	}
	if len(told) > 0 {
		finding.Sentence += fmt.Sprintf(" All of them, failing and passing, are from %s: this comparison cannot show whether the version matters.", wording.List(told))
	}
}

// spansOf keeps the spans of some services, no more than a search would bring.
func spansOf(spans []incident.Span, services []string) []incident.Span {
	var kept []incident.Span
	for _, s := range spans {
		if slices.Contains(services, s.Service) && len(kept) < comparedMost {
			kept = append(kept, s)
		}
	}
	return kept
}

// sidesNamed are the words for the traces looked at and for those that they are compared with.
func sidesNamed(c *incident.Case) (these, others string) {
	switch {
	case refused(c):
		return "refused", "accepted"
	case lookedAt(c).Slow:
		return "slow", "other"
	}
	return "failing", "passing"
}

func traitsFinding(c *incident.Case, found incident.Traits) incident.Finding {
	these, others := sidesNamed(c)
	window, names := lookedAt(c).Window, c.Facts.Shapes.Attributes
	finding := incident.Finding{Severity: incident.Normal, Interval: &window, Evidence: incident.Evidence{Traits: found.Traits},
		Values: []incident.Value{{Name: these + " traces", Value: float64(found.Failing), Unit: incident.Count},
			{Name: others + " traces", Value: float64(found.Passing), Unit: incident.Count},
			{Name: "attributes compared", Value: float64(len(names)), Unit: incident.Count}},
		Method: "Fisher's exact test over every value of the attributes, among traces that touch the same service; identifiers and what only says how it failed are left out",
		Sentence: fmt.Sprintf("%d %s and %d %s traces do not differ in any of %d %s of %s: none of these sets them apart.", found.Failing, these,
			found.Passing, others, len(names), wording.Plural(len(names), "attribute", "attributes"), wording.List(compared(c)))}
	if len(found.Traits) == 0 {
		return finding
	}
	var parts []string
	for i, t := range found.Traits {
		inThese, inOthers := float64(t.Failing)/float64(t.FailingOf), float64(t.Passing)/float64(t.PassingOf)
		finding.Values = append(finding.Values, incident.Value{Name: t.Attribute + "=" + t.Value, Measure: incident.MeasureHaving, Value: inThese, Unit: incident.Ratio,
			Baseline: incident.Baselined(inOthers), Samples: float64(t.FailingOf), Labels: map[string]string{"service": t.Service, "attribute": t.Attribute, "value": t.Value, "among": these}})
		if i < toldTraits {
			parts = append(parts, fmt.Sprintf("%s=%s on %s (%s of them, %s of %s ones)", t.Attribute, t.Value, t.Service,
				numbers.Percent(inThese), numbers.Percent(inOthers), others))
		}
	}
	finding.Severity = incident.Warning
	finding.Sentence = fmt.Sprintf("%s traces have in common: %s.", strings.ToUpper(these[:1])+these[1:], strings.Join(parts, "; "))
	return finding
}
