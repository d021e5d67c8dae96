package impact

import (
	"fmt"
	"slices"
	"sort"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// Callees lists the services that the subject's service called, before and during the incident.
func Callees() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseImpact,
		ID:     "callees",
		Title:  "Called services",
		Needs:  []incident.Fact{incident.FactConventions},
		Awaits: []incident.Fact{incident.FactService},
		Learns: []incident.Fact{incident.FactCallees},
		Plan:   planCallees,
		Read:   readCallees,
	}
}

func planCallees(c *incident.Case) ([]source.Question, error) {
	edges := c.Facts.Conventions.Edges
	if edges == nil {
		return nil, phase.Skipf("Turn on Tempo's metrics generator with the service-graphs processor, or have the services report their HTTP client's calls.",
			"No metric of calls between services is known in this metrics store.")
	}
	text, err := callRates(c, phase.Lookback(c).Length()).Text()
	return []source.Question{{Name: "callees", Kind: source.Instant, Text: text, Window: c.Window}}, err
}

func readCallees(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem("callees"); problem != nil {
		return phase.Reading{}, problem
	}
	callees := incident.Callees{}
	for _, s := range answers["callees"].Series {
		name, told := convention.CalledService(s.Labels[c.Facts.Conventions.Edges.Server])
		if told && name != c.Subject.Service && !slices.Contains(callees.Services, name) && len(s.Points) > 0 && s.Points[0].Value > 0 {
			callees.Services = append(callees.Services, name)
		}
	}
	sort.Strings(callees.Services)
	n := len(callees.Services)
	count := []incident.Value{{Name: "callees", Measure: incident.MeasureCallees, Value: float64(n), Unit: incident.Count}}
	if n == 0 {
		return phase.ClearBecause(incident.Finding{Severity: incident.Normal, Values: count,
			Sentence: c.Subject.Service + " calls no other service, according to its metrics."}), nil
	}
	finding := incident.Finding{Severity: incident.Info, Values: count,
		Sentence: fmt.Sprintf("%s calls %s.", c.Subject.Service, wording.List(callees.Services))}
	return phase.FoundThat(finding).Teaching(func(f *incident.Facts) { f.Callees = &callees }), nil
}
