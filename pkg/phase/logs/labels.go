package logs

import (
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// Labels finds out which label of the log store holds a service's name.
func Labels() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseLogs,
		ID:     "labels",
		Title:  "Log labels",
		Learns: []incident.Fact{incident.FactLogLabels},
		Plan: func(c *incident.Case) ([]source.Question, error) {
			return []source.Question{{Name: "labels", Kind: source.LogLabels, Window: c.Window}}, nil
		},
		Read: readLabels,
	}
}

func readLabels(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem("labels"); problem != nil {
		return phase.Reading{}, problem
	}
	names := answers["labels"].Names
	if len(names) == 0 {
		return phase.Reading{}, phase.Skipf("Check that the logs data source is the one your services write to.",
			"The log store has no lines at all in this time.")
	}
	label, known := convention.LogService(names, c.Naming.Labels)
	if !known {
		return phase.Reading{}, phase.Skipf("Set labels.service in the data source's settings to the label that names a service.",
			"None of the log store's labels is one that names a service (%s).", wording.List(convention.LogServiceLabels()))
	}
	namespace, _ := convention.LogNamespace(names, c.Naming.Labels)
	sentence := fmt.Sprintf("Logs name their service in the label %s.", label)
	if namespace != "" {
		sentence = fmt.Sprintf("Logs name their service in the label %s, its namespace in %s.", label, namespace)
	}
	if untold := untoldParts(c, names); len(untold) > 0 {
		sentence += fmt.Sprintf(" No label shows the %s, so lines of others named %s may be among those read.", wording.List(untold), c.Subject.Service)
	}
	learned := &incident.LogLabels{Service: label, Namespace: namespace, Scopes: convention.LogScopes(names, c.Naming.Labels)}
	return phase.FoundThat(incident.Finding{Severity: incident.Info, Sentence: sentence}).
		Teaching(func(f *incident.Facts) { f.LogLabels = learned }), nil
}

// untoldParts are the parts of the subject's scope by which it is told from others, and that no label of the log store holds.
func untoldParts(c *incident.Case, names []string) []string {
	var untold []string
	for _, part := range incident.ScopeParts() {
		if len(c.Facts.Apart.Left(part)) > 0 && len(convention.LogScopes(names, c.Naming.Labels)[part]) == 0 {
			untold = append(untold, string(part))
		}
	}
	return untold
}
