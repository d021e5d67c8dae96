package recovery

import (
	"fmt"
	"math"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// tolerance is how far above normal a number may be and count as back.
const tolerance = 1.5

// ExitCriteria says which numbers must come back, and to what, before the incident is over.
func ExitCriteria() phase.Step {
	return phase.Step{
		Phase:    incident.PhaseRecovery,
		ID:       "exit-criteria",
		Title:    "When it is over",
		NeedsOne: []incident.Fact{incident.FactErrors, incident.FactLatency},
		Awaits:   []incident.Fact{incident.FactLookups, incident.FactPool},
		Plan:     func(*incident.Case) ([]source.Question, error) { return nil, nil },
		Read:     readExitCriteria,
	}
}

// criterion is one number that must come back below a limit.
type criterion struct {
	name  string
	unit  incident.Unit
	now   float64
	limit float64
	usual float64
}

func readExitCriteria(c *incident.Case, _ source.Answers) (phase.Reading, error) {
	open := criteria(c.Facts)
	if len(open) == 0 {
		return phase.ClearBecause(incident.Finding{Severity: incident.Normal,
			Sentence: "Nothing has to come back: no number is out of its normal range."}), nil
	}
	finding := incident.Finding{Severity: incident.Info, Method: "each number must fall back to 1.5 times its normal value or below, and stay there"}
	var parts []string
	for _, k := range open {
		parts = append(parts, fmt.Sprintf("%s at most %s (now %s)", k.name, phase.Say(k.limit, k.unit), phase.Say(k.now, k.unit)))
		finding.Values = append(finding.Values,
			incident.Value{Name: k.name, Value: k.now, Unit: k.unit, Baseline: incident.Baselined(k.usual)},
			incident.Value{Name: k.name + ", limit", Value: k.limit, Unit: k.unit})
	}
	finding.Sentence = "It is over when: " + strings.Join(parts, "; ") + "."
	return phase.FoundThat(finding), nil
}

func criteria(f incident.Facts) []criterion {
	var open []criterion
	add := func(name string, unit incident.Unit, now, usual, least float64) {
		open = append(open, criterion{name: name, unit: unit, now: now, usual: usual, limit: math.Max(tolerance*usual, least)})
	}
	const tinyRatio = 0.002 // a share of errors that is never an incident by itself
	if f.Errors != nil && f.Errors.Worse {
		add("error rate", incident.Ratio, f.Errors.Now, f.Errors.Normal, tinyRatio)
	}
	if f.Latency != nil && f.Latency.Worse {
		add("p99 latency", incident.Seconds, f.Latency.Now, f.Latency.Normal, 0)
	}
	for _, c := range []*incident.Comparison{f.Lookups, f.Pool} {
		if c != nil && c.Abnormal {
			add(c.What, c.Unit, c.Now, c.Normal, 0)
		}
	}
	return open
}
