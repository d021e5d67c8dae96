package impact

import (
	"fmt"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// Conventions asks which of the metrics that Faultline knows the stack has, and chooses among them.
func Conventions() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseImpact,
		ID:     "conventions",
		Title:  "Detected metric names",
		Learns: []incident.Fact{incident.FactConventions},
		Plan: func(c *incident.Case) ([]source.Question, error) {
			text, err := promql.SelectMetrics(convention.Names(c.Naming)...).Text()
			return []source.Question{{Name: "names", Kind: source.MetricNames, Text: text, Window: c.Window}}, err
		},
		More: likelyQuestions,
		Read: readConventions,
	}
}

// likelyQuestions ask, where no known metric of requests is there, which others may be.
func likelyQuestions(c *incident.Case, answers source.Answers) ([]source.Question, error) {
	if answers.Problem("names") != nil || convention.Choose(answers["names"].Names, c.Naming).Requests != nil {
		return nil, nil //nolint:nilerr // Read says why the step cannot look
	}
	if _, asked := answers[likeNames]; !asked {
		like, err := likeQuestion(c)
		return []source.Question{like}, err
	}
	likely := likelyIn(c, answers)
	if questions := likelyLabels(c, likely, answers); len(questions) > 0 {
		return questions, nil
	}
	if _, asked := answers[placesAsked]; !asked && len(likely) > 0 {
		return placesQuestion(c, nil, likely, answers)
	}
	return nil, nil
}

func readConventions(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem("names"); problem != nil {
		return phase.Reading{}, problem
	}
	names := answers["names"].Names
	chosen := convention.Choose(names, c.Naming)
	if chosen.Requests == nil {
		chosen.Likely = likelyFound(c, answers)
	}
	if chosen.None() {
		advice := "Check that the metrics data source is the one your services report to, or name your metrics under conventions in the data source's settings."
		if len(chosen.Likely) > 0 {
			advice = proposed(c.Subject.Service, chosen.Likely)
		}
		return phase.Reading{}, phase.Skipf(advice, "The metrics store has none of the metrics that Faultline knows, or none in this time.")
	}
	finding := incident.Finding{Severity: incident.Info, Sentence: describe(chosen),
		Method: "GET conventions on the data source's resources says what was looked for, what was found, and why",
		Values: []incident.Value{{Name: "known metrics present", Value: float64(len(names)), Unit: incident.Count}}}
	if len(chosen.Likely) > 0 {
		finding.Severity = incident.Warning
		finding.Sentence += " " + closest(c.Subject.Service, chosen.Likely)
	}
	return phase.FoundThat(finding).Teaching(func(f *incident.Facts) { f.Conventions = &chosen }), nil
}

// describe says in which metrics each role was found, and which roles nobody measures. Queues and versions are told only
// where they are there: few stacks have them.
func describe(c incident.Conventions) string {
	var parts, missing []string
	note := func(role, metric, convention string) {
		if metric == "" {
			missing = append(missing, role)
			return
		}
		parts = append(parts, fmt.Sprintf("%s from %s (%s)", role, metric, convention))
	}
	requests, edges := valueOf(c.Requests), valueOf(c.Edges)
	note("requests", requests.Name(), requests.Convention)
	if requests.Name() != "" && requests.Histogram == "" && requests.Mean == "" {
		missing = append(missing, "latency")
	}
	note("calls between services", edges.Name(), edges.Convention)
	note("DNS lookups", valueOf(c.Lookups).Histogram, valueOf(c.Lookups).Convention)
	note("connection pools", valueOf(c.Pool).Used, valueOf(c.Pool).Convention)
	if c.Cluster != nil {
		note("the cluster", "kube_*", c.Cluster.Convention)
	} else {
		note("the cluster", "", "")
	}
	if c.Queue != nil {
		note("queues", c.Queue.Waiting, c.Queue.Convention)
	}
	if c.Build != nil {
		note("versions", c.Build.Info, c.Build.Convention)
	}
	text := "Read: " + strings.Join(parts, "; ") + "."
	if len(missing) > 0 {
		text += " Nothing measures " + wording.List(missing) + "."
	}
	return text
}

// valueOf is what a pointer points to, or nothing.
func valueOf[M any](metric *M) M {
	if metric == nil {
		return *new(M)
	}
	return *metric
}
