package impact

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/faultline-investigation/faultline/pkg/analysis/baseline"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// StatusCodes says which status codes the failures have, and whether clients are refused more often than before.
func StatusCodes() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseImpact,
		ID:     "status-codes",
		Title:  "Status codes",
		Needs:  []incident.Fact{incident.FactService},
		Awaits: []incident.Fact{incident.FactCounters, incident.FactConventions},
		Learns: []incident.Fact{incident.FactRefused},
		Plan: func(c *incident.Case) ([]source.Question, error) {
			if c.Facts.Conventions.Requests.Code == "" {
				return nil, phase.Skipf("Nothing to do: the other steps tell failures by span status.",
					"%s carries no status codes of HTTP or gRPC.", c.Facts.Conventions.Requests.Name())
			}
			return planTraffic(c)
		},
		Read: readStatusCodes,
	}
}

func readStatusCodes(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem("traffic", latestAsked); problem != nil {
		return phase.Reading{}, problem
	}
	t := trafficOf(c, answers["traffic"].Series)
	last := latestOf(c, t, answers)
	if last.total == 0 {
		return phase.Reading{}, noTraffic(c)
	}
	if !t.told {
		return phase.Reading{}, noStatus(c)
	}
	refused := shareChange(c, t.refusals(), last.share(last.refused), last.requests())
	var err error
	if refused.Query, err = refusedShare(c); err != nil {
		return phase.Reading{}, err
	}
	refused.Codes = risenCodes(t, last, refused)
	findings := []incident.Finding{failedCodes(c, last)}
	if refused.Now > 0 || refused.Normal > 0 {
		findings = append(findings, refusedCodes(c, t, last, refused))
	}
	reading := phase.ClearBecause(findings...)
	if slices.ContainsFunc(findings, func(f incident.Finding) bool { return f.Severity != incident.Normal }) {
		reading = phase.FoundThat(findings...)
	}
	return reading.Teaching(func(f *incident.Facts) { f.Refused = &refused }), nil
}

// leastPart is the part of a rise from which a status is among those that rose.
const leastPart = 0.2

// risenCodes are the statuses whose shares of the requests make up the rise, the largest first; none where it is no rise. What is
// refused all day is not among them.
func risenCodes(t traffic, last latest, refused incident.Change) []string {
	if !refused.Worse {
		return nil
	}
	rises := map[string]float64{}
	var codes []string
	for code, points := range t.refusedBy {
		if rises[code] = last.share(last.refusedBy[code]) - portion(t.total, points, refused.Baseline); rises[code] >= leastPart*(refused.Now-refused.Normal) {
			codes = append(codes, code)
		}
	}
	sort.Slice(codes, func(i, j int) bool {
		a, b := codes[i], codes[j]
		return rises[a] > rises[b] || rises[a] == rises[b] && a < b
	})
	return codes
}

// portion is the share of all requests in a window that have a status, whose points may be missing where there were none.
func portion(total, points []incident.Point, w incident.Window) float64 {
	all, some := 0.0, 0.0
	for _, rate := range baseline.Within(total, w) {
		all += rate
	}
	for _, rate := range baseline.Within(points, w) {
		some += rate
	}
	if all == 0 {
		return 0
	}
	return some / all
}

// refusedShare is the query for the share of the last minutes' requests that were refused; zero where none was.
func refusedShare(c *incident.Case) (string, error) {
	metric := c.Facts.Conventions.Requests
	codes, err := promql.Pattern(metric.Failed.Label, convention.Refusals)
	if err != nil {
		return "", err
	}
	some := promql.Sum(counted(c, phase.SelectOperation(c, metric.Counts(), codes), now))
	return promql.Divide(promql.OrZero(some), promql.Sum(counted(c, phase.SelectOperation(c, metric.Counts()), now))).Text()
}

func failedCodes(c *incident.Case, last latest) incident.Finding {
	current := currently(c)
	if last.failed == 0 {
		return incident.Finding{Severity: incident.Normal, Sentence: "No request failed with a server error.", Interval: &current,
			Values: []incident.Value{{Name: "failed requests", Value: 0, Unit: incident.PerSecond, Samples: math.Round(last.requests())}}}
	}
	values := codeValues(last.status, last.failed)
	for i := range values {
		values[i].Measure = incident.MeasureStatus
	}
	return incident.Finding{Severity: incident.Info, Sentence: codeSentence(values), Values: values, Interval: &current,
		Method: "rate of each status code over the rate of all failures, last 5 min"}
}

// refusedCodes says how many requests are refused, with which codes, and whether that is more than before. What is refused all
// day is no failure.
func refusedCodes(c *incident.Case, t traffic, last latest, refused incident.Change) incident.Finding {
	current := currently(c)
	said := shareSentence("The share of client errors is", refused)
	finding := incident.Finding{Severity: incident.Normal, Interval: &current, Baseline: baselineTold(refused), Values: shareValues("client errors", incident.MeasureRefused, refused),
		Sentence: said.Plain(), Moments: said.Moments(),
		Shows:    incident.CriterionRefused,
		Method:   "requests of the last 5 min with a status of 400 to 499, or one of gRPC that is the client's fault, over all of them; a rise is tested by the counts of each minute",
		Evidence: incident.Evidence{Series: []incident.Series{{Name: "client errors", Unit: incident.Ratio, Points: t.refusals().ratios()}}}}
	switch {
	case refused.Worse && refused.Now >= tolerable:
		finding.Severity = incident.Critical
	case refused.Worse || mayHaveRisen(refused):
		finding.Severity = incident.Warning
	case refused.NoBaseline:
		finding.Severity = incident.Info
	}
	if last.refused > 0 {
		codes := codeValues(last.refusedBy, last.refused)
		finding.Values = append(finding.Values, codes...)
		finding.Sentence += " " + mostly(codes)
	}
	return finding
}

// mostly names the codes of refused requests, the commonest first.
func mostly(codes []incident.Value) string {
	if len(codes) == 1 {
		return "All of them are " + codes[0].Name + "."
	}
	const told = 3
	var parts []string
	for _, v := range codes[:min(told, len(codes))] {
		parts = append(parts, fmt.Sprintf("%s %s", v.Name, numbers.Percent(v.Value)))
	}
	return "Of them: " + wording.List(parts) + "."
}

// codeValues are the shares of some requests by code, largest first; sample size is the number of these requests.
func codeValues(rates map[string]float64, all float64) []incident.Value {
	var values []incident.Value
	for code, rate := range rates {
		values = append(values, incident.Value{Name: code, Value: rate / all, Unit: incident.Ratio,
			Samples: math.Round(all * now.Seconds()), Labels: map[string]string{"code": code}})
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
