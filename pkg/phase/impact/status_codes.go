package impact

import (
	"fmt"
	"math"
	"sort"

	"github.com/faultline-investigation/faultline/pkg/analysis/baseline"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// StatusCodes says which status codes the failures have.
func StatusCodes() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseImpact,
		ID:     "status-codes",
		Title:  "Status codes of the failures",
		Needs:  []incident.Fact{incident.FactService},
		Awaits: []incident.Fact{incident.FactConventions},
		Plan: func(c *incident.Case) ([]source.Question, error) {
			if c.Facts.Conventions.Requests.Code == "" {
				return nil, phase.Skipf("Nothing to do: the other steps tell failures by span status.",
					"%s carries no HTTP status codes.", c.Facts.Conventions.Requests.Name())
			}
			return planTraffic(c)
		},
		Read: readStatusCodes,
	}
}

func readStatusCodes(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem("traffic"); problem != nil {
		return phase.Reading{}, problem
	}
	t := trafficOf(c, answers["traffic"].Series)
	current := currently(c)
	_, requests := t.share(current)
	if math.IsNaN(requests) || requests == 0 {
		return phase.Reading{}, noTraffic(c)
	}
	failed := baseline.Mean(baseline.Within(t.failed, current))
	if failed == 0 {
		return phase.ClearBecause(incident.Finding{Severity: incident.Normal, Sentence: "No request failed.", Interval: &current,
			Values: []incident.Value{{Name: "failed requests", Value: 0, Unit: incident.PerSecond, Samples: math.Round(requests)}}}), nil
	}
	values := codeValues(t, current, failed)
	return phase.FoundThat(incident.Finding{
		Severity: incident.Info,
		Sentence: codeSentence(values),
		Values:   values,
		Interval: &current,
		Method:   "rate of each status code over the rate of all failures, last 5 min",
	}), nil
}

// codeValues are the failures' shares by code, largest first; sample size is the number of failures.
func codeValues(t traffic, current incident.Window, failed float64) []incident.Value {
	var values []incident.Value
	for code, points := range t.status {
		// A code can be absent at times, where its rate is zero: sum over the code's points, count over all.
		all := len(baseline.Within(t.total, current))
		rates := baseline.Within(points, current)
		rate := baseline.Mean(rates) * float64(len(rates)) / float64(all)
		values = append(values, incident.Value{Name: code, Value: rate / failed, Unit: incident.Ratio,
			Samples: math.Round(failed * now.Seconds()), Labels: map[string]string{"code": code}})
	}
	sort.Slice(values, func(i, j int) bool {
		if values[i].Value != values[j].Value {
			return values[i].Value > values[j].Value
		}
		return values[i].Name < values[j].Name
	})
	return values
}

// codeSentence says what failed requests were answered with, and how many of them with each.
func codeSentence(values []incident.Value) string {
	if len(values) == 1 {
		return "All failed requests were answered " + values[0].Name + "."
	}
	parts := make([]string, len(values))
	for i, v := range values {
		of := ""
		if i == 0 {
			of = " of them"
		}
		parts[i] = fmt.Sprintf("%s (%s%s)", v.Name, numbers.Percent(v.Value), of)
	}
	return "Failed requests were answered " + wording.List(parts) + "."
}
