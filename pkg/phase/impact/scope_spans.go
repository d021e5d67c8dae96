package impact

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// narrowTraces finds out by which attribute of its resource the service's spans tell the wanted system; and says what could not be
// told apart, and why.
func narrowTraces(c *incident.Case, k claim, apart *incident.Apart, answers source.Answers) []string {
	answer, asked := answers["spans"]
	if !asked || !k.concernsTraces() {
		return nil
	}
	if answer.Problem != nil {
		return []string{"which of its traces are meant is not known, since the trace store did not tell: " + answer.Problem.Sentence}
	}
	apart.Attributes = map[incident.ScopePart]string{}
	for _, part := range incident.ScopeParts() {
		wanted := k.within.Or(k.unsaid).Of(part)
		if wanted == "" {
			continue
		}
		narrowBy(c, k, apart, part, wanted, answer.Traces)
	}
	return nil
}

// narrowBy finds the attribute by which the spans tell a part of the wanted scope, if one does.
func narrowBy(c *incident.Case, k claim, apart *incident.Apart, part incident.ScopePart, wanted string, traces []incident.TraceSummary) {
	rivals := partsOf(k.others, part)
	for _, name := range convention.ScopeAttributes(part, c.Naming.Labels) {
		values := attributeValues(traces, name)
		known := slices.Contains(values, wanted)
		if !known && (k.within.Of(part) == "" || !slices.ContainsFunc(rivals, func(r string) bool { return slices.Contains(values, r) })) {
			continue
		}
		apart.Attributes[part] = name
		apart.Within = apart.Within.With(part, wanted)
		for _, v := range values {
			if v != wanted && !slices.Contains(rivals, v) {
				apart.Others = append(apart.Others, incident.Scope{}.With(part, v))
			}
		}
		return
	}
}

// attributeValues are the values that the traces' spans have in an attribute, each once, ordered.
func attributeValues(traces []incident.TraceSummary, name string) []string {
	var values []string
	for _, t := range traces {
		for _, s := range t.Spans {
			if v := s.Attributes[name]; v != "" {
				values = append(values, v)
			}
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// systemsInSpans finds out whether the sampled spans are of several systems by a part of which the metrics say nothing, the one with
// the most of them first. It gives how many spans name one of them.
func systemsInSpans(c *incident.Case, k claim, apart *incident.Apart, traces []incident.TraceSummary) int {
	for _, part := range k.blind {
		for _, name := range convention.ScopeAttributes(part, c.Naming.Labels) {
			counts, sampled := spansBy(name, apart, traces)
			if len(counts) < 2 {
				continue
			}
			for value, n := range counts {
				apart.Systems = append(apart.Systems, incident.System{Scope: incident.Scope{}.With(part, value), Sampled: n})
			}
			slices.SortFunc(apart.Systems, func(a, b incident.System) int {
				return cmp.Or(cmp.Compare(b.Sampled, a.Sampled), cmp.Compare(a.Of(part), b.Of(part)))
			})
			apart.Part = part
			return sampled
		}
	}
	return 0
}

// spansBy counts the spans that have an attribute, by its values and together, among those that may be of the system that is meant.
func spansBy(attribute string, apart *incident.Apart, traces []incident.TraceSummary) (counts map[string]int, all int) {
	counts = map[string]int{}
	for _, t := range traces {
		for _, s := range t.Spans {
			if value := s.Attributes[attribute]; value != "" && isWithin(s, apart) {
				counts[value]++
				all++
			}
		}
	}
	return counts, all
}

// isWithin says whether a span is of the system to which the traces are narrowed, as far as they are.
func isWithin(s incident.Span, apart *incident.Apart) bool {
	for part, name := range apart.Attributes {
		if value := s.Attributes[name]; value != "" && value != apart.Within.Of(part) {
			return false
		}
	}
	return true
}

// mixedSpansFinding says that several systems are mixed which the spans tell apart and the metrics do not.
func mixedSpansFinding(c *incident.Case, apart *incident.Apart, sampled int) incident.Finding {
	finding := incident.Finding{ID: "mixed", Severity: incident.Warning, Interval: &c.Window,
		Method: "the resources of sampled spans of the service",
		Values: []incident.Value{{Name: "systems of this name", Value: float64(len(apart.Systems)), Unit: incident.Count},
			{Name: "spans looked at", Value: float64(sampled), Unit: incident.Count}}}
	var each []string
	for _, s := range apart.Systems {
		name := s.Of(apart.Part)
		each = append(each, fmt.Sprintf("%s (%s)", name, numbers.Count(float64(s.Sampled))))
		finding.Values = append(finding.Values, incident.Value{Name: "spans", Value: float64(s.Sampled), Unit: incident.Count, Labels: map[string]string{string(apart.Part): name}})
	}
	finding.Sentence = fmt.Sprintf("The spans of %s are of %d %ss: %s of %s looked at. The metrics do not tell these apart, and the numbers below mix them: choose one.",
		c.Subject.Service, len(apart.Systems), string(apart.Part), wording.List(each), numbers.Count(float64(sampled)))
	return finding
}
