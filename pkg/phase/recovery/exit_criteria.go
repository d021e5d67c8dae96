package recovery

import (
	"fmt"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/verdict"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const criteriaAsked = "criteria"

// ExitCriteria says which numbers must come back, and to what, before the incident is over, and whether they are back now.
func ExitCriteria() phase.Step {
	return phase.Step{
		Phase:    incident.PhaseRecovery,
		ID:       "exit-criteria",
		Title:    "Recovery criteria",
		NeedsOne: []incident.Fact{incident.FactErrors, incident.FactLatency},
		Awaits:   verdict.CriteriaNeeds(),
		Learns:   []incident.Fact{incident.FactRecovery},
		Plan:     planExitCriteria,
		Read:     readExitCriteria,
	}
}

func planExitCriteria(c *incident.Case) ([]source.Question, error) {
	var parts []phase.Part
	for _, k := range verdict.Criteria(&c.Facts) {
		expression, err := promql.Read(k.Query)
		if err != nil {
			return nil, err
		}
		parts = append(parts, phase.Part{Name: k.ID, Expr: expression})
	}
	if len(parts) == 0 {
		return nil, nil
	}
	text, err := phase.Joined(parts...)
	return []source.Question{{Name: criteriaAsked, Kind: source.Instant, Text: text, Window: c.Window.Last(verdict.CriteriaOver)}}, err
}

func readExitCriteria(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	all := verdict.Criteria(&c.Facts)
	if len(all) == 0 {
		return phase.ClearBecause(incident.Finding{Severity: incident.Normal,
			Sentence: "Nothing has to come back: no number is out of its normal range."}), nil
	}
	if problem := answers.Problem(criteriaAsked); problem != nil {
		return phase.Reading{}, problem
	}
	parts := phase.Parted(answers[criteriaAsked])
	recovery := incident.ExitCriteria{Criteria: all, Over: true}
	for i := range all {
		k := &all[i]
		if series := parts[k.ID]; len(series) > 0 && len(series[0].Points) > 0 {
			now := series[0].Points[0].Value * k.Scale
			k.Now, k.Holds = &now, k.Met(now)
		}
		recovery.Over = recovery.Over && k.Holds
	}
	return phase.FoundThat(criteriaFinding(c, recovery)).Teaching(func(f *incident.Facts) { f.Recovery = &recovery }), nil
}

func criteriaFinding(c *incident.Case, r incident.ExitCriteria) incident.Finding {
	window := c.Window.Last(verdict.CriteriaOver)
	finding := incident.Finding{Severity: incident.Info, Interval: &window, Evidence: incident.Evidence{Criteria: r.Criteria},
		Method: "each number must fall back to 1.5 times its normal value or below, with enough requests to tell, and stay there"}
	var parts []string
	holding := 0
	for _, k := range r.Criteria {
		word, limit := "at most", k.Most
		if k.Least != nil {
			word, limit = "at least", k.Least
		}
		now := "not measured now"
		if k.Now != nil {
			atLeast := beyondBuckets(c, k)
			now = "now " + numbers.Bound(*k.Now, k.Unit, atLeast)
			measure, labels := k.Measured()
			finding.Values = append(finding.Values, incident.Value{Name: k.Name, Measure: measure, Value: *k.Now, AtLeast: atLeast, Unit: k.Unit, Baseline: incident.Baselined(k.Normal), Labels: labels})
		}
		if k.Holds {
			holding++
		}
		parts = append(parts, fmt.Sprintf("%s %s %s (%s)", k.Name, word, numbers.Say(*limit, k.Unit), now))
		finding.Values = append(finding.Values, incident.Value{Name: k.Name + ", limit", Value: *limit, Unit: k.Unit})
	}
	finding.Values = append(finding.Values, incident.Value{Name: "conditions that hold", Value: float64(holding), Unit: incident.Count, Samples: float64(len(r.Criteria))})
	finding.Sentence = fmt.Sprintf("It is over when: %s. Of these %d, %d %s now.", strings.Join(parts, "; "), len(r.Criteria), holding, wording.Plural(holding, "holds", "hold"))
	return finding
}

// beyondBuckets says that a latency that was asked again lies in the same last bucket as before.
func beyondBuckets(c *incident.Case, k incident.ExitCriterion) bool {
	l := c.Facts.Latency
	return k.ID == incident.CriterionLatency && l != nil && l.AtLeast && *k.Now >= l.Now
}
