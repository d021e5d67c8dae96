package recovery

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	tolerance   = 1.5             // how far above normal a number may be and count as back
	tinyRatio   = 0.002           // a share of errors that is never an incident by itself
	asked       = 5 * time.Minute // what the criteria's queries average over
	ruleOfThree = 3.0             // of n requests without a failure, the true share is below 3/n with 95 % certainty
	leastShare  = 0.5             // of the normal traffic, which is enough where little is normal
)

const criteriaAsked = "criteria"

// ExitCriteria says which numbers must come back, and to what, before the incident is over, and whether they are back now.
func ExitCriteria() phase.Step {
	return phase.Step{
		Phase:    incident.PhaseRecovery,
		ID:       "exit-criteria",
		Title:    "When it is over",
		NeedsOne: []incident.Fact{incident.FactErrors, incident.FactLatency},
		Awaits:   []incident.Fact{incident.FactTraffic, incident.FactVerdict},
		Learns:   []incident.Fact{incident.FactRecovery},
		Plan:     planExitCriteria,
		Read:     readExitCriteria,
	}
}

// Criteria are the numbers that must come back by what is known of the case, with the query for each; none where no number
// is out of its normal range. They are not asked yet: Now is null.
func Criteria(f incident.Facts) []incident.ExitCriterion {
	var all []incident.ExitCriterion
	open := false
	add := func(name string, unit incident.Unit, query string, scale, normal, least float64, worse bool) {
		most := math.Max(tolerance*normal, least)
		all = append(all, incident.ExitCriterion{Name: name, Unit: unit, Query: query, Scale: scale, Normal: normal, Most: &most})
		open = open || worse
	}
	change := func(name string, c *incident.Change, least float64) {
		if c != nil && c.Query != "" {
			add(name, c.Unit, c.Query, scaleOf(c.Scale), c.Normal, least, c.Worse)
		}
	}
	change("error rate", f.Errors, tinyRatio)
	change("p99 latency", f.Latency, 0)
	for _, k := range causes(f) {
		add(k.name, k.Unit, k.Query, scaleOf(k.Scale), k.Normal, k.Tolerable, true)
	}
	if !open {
		return nil
	}
	if t := f.Traffic; t != nil && t.Query != "" && t.Normal > 0 {
		least := enough(f, t.Normal)
		all = append(all, incident.ExitCriterion{Name: "request rate", Unit: t.Unit, Query: t.Query, Scale: scaleOf(t.Scale), Normal: t.Normal, Least: &least})
	}
	return all
}

// enough is the request rate from which the share of errors can be told to be below its limit.
func enough(f incident.Facts, normal float64) float64 {
	limit := tinyRatio
	if f.Errors != nil {
		limit = math.Max(limit, tolerance*f.Errors.Normal)
	}
	return math.Min(ruleOfThree/limit/asked.Seconds(), leastShare*normal)
}

func scaleOf(scale float64) float64 {
	if scale == 0 {
		return 1
	}
	return scale
}

func planExitCriteria(c *incident.Case) ([]source.Question, error) {
	var parts []phase.Part
	for _, k := range Criteria(c.Facts) {
		expression, err := promql.Read(k.Query)
		if err != nil {
			return nil, err
		}
		parts = append(parts, phase.Part{Name: k.Name, Expr: expression})
	}
	if len(parts) == 0 {
		return nil, nil
	}
	text, err := phase.Joined(parts...)
	return []source.Question{{Name: criteriaAsked, Kind: source.Instant, Text: text, Window: c.Window.Last(asked)}}, err
}

func readExitCriteria(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	all := Criteria(c.Facts)
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
		if series := parts[k.Name]; len(series) > 0 && len(series[0].Points) > 0 {
			now := series[0].Points[0].Value * k.Scale
			k.Now, k.Holds = &now, k.Met(now)
		}
		recovery.Over = recovery.Over && k.Holds
	}
	return phase.FoundThat(criteriaFinding(c, recovery)).Teaching(func(f *incident.Facts) { f.Recovery = &recovery }), nil
}

func criteriaFinding(c *incident.Case, r incident.ExitCriteria) incident.Finding {
	window := c.Window.Last(asked)
	finding := incident.Finding{Severity: incident.Info, Interval: &window,
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
			now = "now " + numbers.Say(*k.Now, k.Unit)
			finding.Values = append(finding.Values, incident.Value{Name: k.Name, Value: *k.Now, Unit: k.Unit, Baseline: incident.Baselined(k.Normal)})
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
