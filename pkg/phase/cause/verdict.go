package cause

import (
	"fmt"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// Verdict weighs what the other steps learned. It waits for all of them.
func Verdict() phase.Step {
	return phase.Step{
		Phase: incident.PhaseCause,
		ID:    "verdict",
		Title: "Verdict",
		// A service that is gone altogether has none of the first: then the cluster alone tells.
		NeedsOne: []incident.Fact{incident.FactErrors, incident.FactLatency, incident.FactDependencies, incident.FactFailing, incident.FactCulprit,
			incident.FactPods, incident.FactEvents, incident.FactChanges, incident.FactRanking},
		Awaits: []incident.Fact{incident.FactTraffic, incident.FactOnset, incident.FactExample, incident.FactTraceLines, incident.FactPattern,
			incident.FactLookups, incident.FactPool, incident.FactSaturation, incident.FactSurroundings, incident.FactInfraLogs, incident.FactTraits, incident.FactCallees},
		Learns: []incident.Fact{incident.FactVerdict},
		Plan:   func(*incident.Case) ([]source.Question, error) { return nil, nil },
		Read:   readVerdict,
	}
}

func readVerdict(c *incident.Case, _ source.Answers) (phase.Reading, error) {
	verdict, blame := judge(c)
	finding := incident.Finding{Sentence: verdict.Sentence, Severity: incident.Critical,
		Method: "the share of kinds of evidence for each suspect or for what it explains; a cause must not begin after its symptom"}
	reading := phase.FoundThat(finding)
	if verdict.Level == incident.NoClearCause {
		reading.Findings[0].Severity = incident.Info
	}
	return reading.Teaching(func(f *incident.Facts) { f.Verdict, f.Blame = &verdict, blame }), nil
}

func judge(c *incident.Case) (incident.Verdict, *incident.Blame) {
	all := suspects(c)
	verdict := incident.Verdict{Level: incident.NoClearCause, Candidates: []incident.Candidate{}, Normal: []string{}, Unchecked: []string{}}
	for i, s := range all {
		candidate := s.candidate()
		if i > 0 {
			candidate.Score = min(candidate.Score, verdict.Candidates[i-1].Score)
		}
		verdict.Candidates = append(verdict.Candidates, candidate)
	}
	var top *suspect
	switch {
	case len(all) > 0 && !all[0].unlinked && all[0].stands():
		top = all[0]
		verdict.Level = levelOf(c, top)
		level := string(verdict.Level)
		verdict.Sentence = fmt.Sprintf("%s%s: %s.", strings.ToUpper(level[:1]), level[1:], top.saying)
	case nothingMoved(c.Facts):
		verdict.Sentence = fmt.Sprintf("No clear cause: neither errors nor latency of %s left their usual course, so there is nothing to explain.", c.Subject.Service)
	case slices.ContainsFunc(c.Steps, func(s incident.StepResult) bool { return s.Outcome == incident.NotChecked }):
		verdict.Sentence = "No clear cause, but not everything could be looked at."
	default:
		verdict.Sentence = "No clear cause: nothing that was looked at explains it."
	}
	verdict.Chain = chain(c, top)
	return verdict, blameOf(top)
}

// blameOf is what a suspect rests on in the cluster; nil when that is nothing.
func blameOf(s *suspect) *incident.Blame {
	if s == nil || s.change == nil && s.ailing == nil {
		return nil
	}
	blame := &incident.Blame{Change: s.change}
	if s.ailing != nil {
		blame.Trouble = s.ailing.trouble
	}
	return blame
}
