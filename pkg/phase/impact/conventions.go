package impact

import (
	"fmt"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// Conventions asks which of the metrics that Faultline knows the stack has, and chooses among them.
func Conventions() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseImpact,
		ID:     "conventions",
		Title:  "What the metrics are called",
		Learns: []incident.Fact{incident.FactConventions},
		Plan: func(c *incident.Case) ([]source.Question, error) {
			text, err := promql.SelectMetrics(convention.Names()...).Text()
			return []source.Question{{Name: "names", Kind: source.MetricNames, Text: text, Window: c.Window}}, err
		},
		Read: readConventions,
	}
}

func readConventions(_ *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem("names"); problem != nil {
		return phase.Reading{}, problem
	}
	names := answers["names"].Names
	chosen := convention.Choose(names)
	if chosen == (incident.Conventions{}) {
		return phase.Reading{}, phase.Skipf("Check that the metrics data source is the one your services report to, "+
			"or name your metrics under conventions in the data source's settings.",
			"The metrics store has none of the metrics that Faultline knows, or none in this time.")
	}
	finding := incident.Finding{Severity: incident.Info, Sentence: describe(chosen),
		Values: []incident.Value{{Name: "known metrics present", Value: float64(len(names)), Unit: incident.Count}}}
	return phase.FoundThat(finding).Teaching(func(f *incident.Facts) { f.Conventions = &chosen }), nil
}

func describe(c incident.Conventions) string {
	var parts, missing []string
	note := func(role, convention, metric string, there bool) {
		if there {
			parts = append(parts, fmt.Sprintf("%s from %s (%s)", role, metric, convention))
			return
		}
		missing = append(missing, role)
	}
	if c.Requests != nil {
		note("requests", c.Requests.Convention, c.Requests.Histogram, true)
	} else {
		note("requests", "", "", false)
	}
	if c.Edges != nil {
		note("calls between services", c.Edges.Convention, c.Edges.Total, true)
	} else {
		note("calls between services", "", "", false)
	}
	if c.Lookups != nil {
		note("DNS lookups", c.Lookups.Convention, c.Lookups.Histogram, true)
	} else {
		note("DNS lookups", "", "", false)
	}
	if c.Pool != nil {
		note("connection pools", c.Pool.Convention, c.Pool.Used, true)
	} else {
		note("connection pools", "", "", false)
	}
	if c.Cluster != nil {
		note("the cluster", c.Cluster.Convention, "kube_*", true)
	} else {
		note("the cluster", "", "", false)
	}
	text := "Read: " + strings.Join(parts, "; ") + "."
	if len(missing) > 0 {
		text += " Nothing measures " + phase.List(missing) + "."
	}
	return text
}
