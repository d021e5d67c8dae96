package recovery

import (
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/verdict"
)

// Mitigations turns what was found into commands: first those that only look, then those that would change something.
func Mitigations() phase.Step {
	return phase.Step{
		Phase: incident.PhaseRecovery,
		ID:    "mitigations",
		Title: "Mitigations",
		NeedsOne: []incident.Fact{incident.FactPods, incident.FactEvents, incident.FactChanges, incident.FactInfraLogs, incident.FactSurroundings,
			incident.FactLookups, incident.FactPool, incident.FactSaturation, incident.FactTraffic},
		Awaits: verdict.AdviceNeeds(),
		Plan:   func(*incident.Case) ([]source.Question, error) { return nil, nil },
		Read:   readMitigations,
	}
}

func readMitigations(c *incident.Case, _ source.Answers) (phase.Reading, error) {
	advised := verdict.Advise(c)
	if len(advised.Looks)+len(advised.Remedies) == 0 {
		return phase.ClearBecause(incident.Finding{Severity: incident.Normal, Sentence: "Nothing that was found calls for a command.",
			Values: []incident.Value{{Name: "commands", Measure: incident.MeasureCommands, Value: 0, Unit: incident.Count}}}), nil
	}
	var findings []incident.Finding
	add := func(sentence, id string, severity incident.Severity, commands []incident.Command) {
		if len(commands) > 0 {
			findings = append(findings, incident.Finding{ID: id, Severity: severity, Sentence: sentence, Evidence: incident.Evidence{Commands: commands},
				Values: []incident.Value{{Name: id, Measure: incident.MeasureCommands, Value: float64(len(commands)), Unit: incident.Count}}})
		}
	}
	add("To check first; these only look.", "checks", incident.Info, advised.Looks)
	add("To consider, once the checks agree; these change something.", "mitigations", incident.Warning, advised.Remedies)
	return phase.FoundThat(findings...), nil
}
