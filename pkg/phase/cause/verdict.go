package cause

import (
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/verdict"
)

// Verdict has what the other steps learned judged. It waits for all that a cause is found by.
func Verdict() phase.Step {
	return phase.Step{
		Phase: incident.PhaseCause,
		ID:    "verdict",
		Title: "Verdict",
		// A service that is gone altogether has none of the first: then the cluster alone tells.
		NeedsOne: []incident.Fact{incident.FactErrors, incident.FactLatency, incident.FactDependencies, incident.FactFailing, incident.FactCulprit,
			incident.FactPods, incident.FactEvents, incident.FactChanges, incident.FactRanking},
		Awaits: verdict.Needs(),
		Learns: []incident.Fact{incident.FactVerdict},
		Plan:   func(*incident.Case) ([]source.Question, error) { return nil, nil },
		Read:   readVerdict,
	}
}

func readVerdict(c *incident.Case, _ source.Answers) (phase.Reading, error) {
	judged, blame := verdict.Judge(c)
	finding := incident.Finding{Sentence: judged.Sentence, Moments: judged.Moments, RestatesVerdict: true, Severity: incident.Critical,
		Method: "the share of kinds of evidence for each suspect or for what it explains; a cause must not begin after its symptom"}
	if judged.Level == incident.NoClearCause {
		finding.Severity = incident.Info
	}
	return phase.FoundThat(finding).Teaching(func(f *incident.Facts) { f.Verdict, f.Blame = &judged, blame }), nil
}
