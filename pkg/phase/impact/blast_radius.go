package impact

import (
	"fmt"
	"maps"
	"slices"
	"sort"
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
	toldAffected = 4  // that a sentence names; the values have more
	keptAffected = 20 // of either kind
)

// The blast radius's two questions.
const (
	operationsAsked = "operations"
	callersAsked    = "callers"
)

// BlastRadius says which operations of the service are hurt, and which of its callers.
func BlastRadius() phase.Step {
	return phase.Step{
		Phase: incident.PhaseImpact,
		ID:    "blast-radius",
		Title: "Affected operations and callers",
		Needs: []incident.Fact{incident.FactConventions},
		Awaits: []incident.Fact{incident.FactCounters, incident.FactService, incident.FactOnset, incident.FactErrors, incident.FactLatency,
			incident.FactTraffic},
		Learns: []incident.Fact{incident.FactBlastRadius},
		Plan:   planBlastRadius,
		Read:   readBlastRadius,
	}
}

func planBlastRadius(c *incident.Case) ([]source.Question, error) {
	if err := untrusted(c); err != nil {
		return nil, err
	}
	var questions []source.Question
	add := func(name string, ask func(time.Duration) map[string]promql.Expr) error {
		question, err := atMoments(c, name, ask)
		questions = append(questions, question)
		return err
	}
	if told(c) && len(operationLabels(c)) > 0 {
		if err := add(operationsAsked, func(window time.Duration) map[string]promql.Expr { return operationQueries(c, window) }); err != nil {
			return nil, err
		}
	}
	if knowsCallers(c) {
		if err := add(callersAsked, func(window time.Duration) map[string]promql.Expr { return callerQueries(c, window) }); err != nil {
			return nil, err
		}
	}
	if len(questions) == 0 {
		return nil, phase.Skipf("Have the services report a request histogram with their routes, or turn on Tempo's metrics generator with the service-graphs processor.",
			"Neither a metric of the service's operations nor one of calls between services is known in this metrics store.")
	}
	return questions, nil
}

// operationLabels are the labels that together name an operation.
func operationLabels(c *incident.Case) []string {
	return c.Facts.Conventions.Requests.Operation.Names()
}

func operationQueries(c *incident.Case, window time.Duration) map[string]promql.Expr {
	return requestQueries(c, ofService, window, operationLabels(c)...)
}

func callerQueries(c *incident.Case, window time.Duration) map[string]promql.Expr {
	return callQueries(c, callsTo, c.Facts.Conventions.Edges.Clients[0], window)
}

func readBlastRadius(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	read := incident.BlastRadius{Operations: []incident.Affected{}, Callers: []incident.Affected{}}
	var findings []incident.Finding
	for _, part := range []struct {
		name  string
		views func(parts map[string][]incident.Series, moment string) map[string]*view
		into  *[]incident.Affected
		words [2]string
	}{
		{operationsAsked, func(p map[string][]incident.Series, m string) map[string]*view { return operationViews(c, p, m) }, &read.Operations, [2]string{"operation", "operations"}},
		{callersAsked, func(p map[string][]incident.Series, m string) map[string]*view { return callerViews(c, p, m) }, &read.Callers, [2]string{"caller", "callers"}},
	} {
		if _, asked := answers[part.name]; !asked {
			continue
		}
		if problem := answers.Problem(part.name); problem != nil {
			return phase.Reading{}, problem
		}
		parts := phase.Parted(answers[part.name])
		current := part.views(parts, "now")
		judge := judgeOf(len(current), moments(c)[1].at)
		if part.name == operationsAsked {
			judge.whole = wholeOf(c, current)
		}
		var normal map[string]*view
		if !uncompared(c) { // one page does not compare with what it says is too little to compare with
			normal = part.views(parts, "normally")
		}
		*part.into = affected(judge, current, normal)
		findings = append(findings, affectedFinding(c, *part.into, part.words))
	}
	if _, asked := answers[operationsAsked]; !asked && len(read.Callers) == 0 {
		return nobodyKnown(c), nil
	}
	reading := phase.ClearBecause(findings...)
	if slices.ContainsFunc(findings, func(f incident.Finding) bool { return f.Severity == incident.Critical || f.Severity == incident.Info }) {
		reading = phase.FoundThat(findings...)
	}
	return reading.Teaching(func(f *incident.Facts) { f.BlastRadius = &read }), nil
}

// nobodyKnown is the reading of a service whose operations no metric tells apart, and whose callers are not known either.
func nobodyKnown(c *incident.Case) phase.Reading {
	requests := "No metric of requests tells operations of " + c.Subject.Service + " apart"
	if told(c) {
		requests = fmt.Sprintf("%s does not tell operations of %s apart", c.Facts.Conventions.Requests.Name(), c.Subject.Service)
	}
	return phase.Reading{
		Outcome: incident.NotChecked,
		Reason:  fmt.Sprintf("%s, and %s counts no calls to it.", requests, c.Facts.Conventions.Edges.Name()),
		Advice:  "Have the service report its requests with their routes, or the services that call it report their calls.",
	}
}

func operationViews(c *incident.Case, parts map[string][]incident.Series, moment string) map[string]*view {
	views := map[string]*view{}
	requestViews(views, c.Facts.Conventions.Requests, parts, moment, func(s incident.Series) string { return operationOf(c, s) })
	return views
}

// operationOf names the operation that a series tells of.
func operationOf(c *incident.Case, s incident.Series) string {
	return c.Facts.Conventions.Requests.Operation.In(s.Labels)
}

func callerViews(c *incident.Case, parts map[string][]incident.Series, moment string) map[string]*view {
	edges, views := c.Facts.Conventions.Edges, map[string]*view{}
	callViews(views, edges, parts, moment, func(s incident.Series) string { return s.Labels[edges.Clients[0]] })
	delete(views, "")
	delete(views, "user") // what Tempo's service graph calls requests whose caller is not traced
	return views
}

// affected are those that made requests now or before, the worst hurt and then the busiest first.
func affected(judge judge, current, normal map[string]*view) []incident.Affected {
	all := []incident.Affected{}
	for _, name := range slices.Sorted(maps.Keys(current)) {
		seen, before := current[name], normal[name]
		if seen.rate == 0 {
			continue
		}
		a := incident.Affected{Name: name, Rate: seen.rate, P99: seen.p99, P99AtLeast: seen.openEnded(), Errors: seen.errors()}
		if before != nil {
			a.RateBaseline, a.P99Baseline, a.ErrorsBaseline = &before.rate, before.p99, before.errors()
		}
		a.Health = judge.health(name, seen, before, a)
		all = append(all, a)
	}
	sort.SliceStable(all, func(i, j int) bool {
		if x, y := hurt(all[i]), hurt(all[j]); x != y {
			return x
		}
		return all[i].Rate > all[j].Rate
	})
	return all[:min(keptAffected, len(all))]
}

func hurt(a incident.Affected) bool {
	return a.Health == incident.Failing || a.Health == incident.Degraded
}

// countedAffected is what the number of those that made requests measures.
var countedAffected = map[string]incident.Measure{"operation": incident.MeasureOperations, "caller": incident.MeasureCallers}

// describeAffected describes those who are affected, the first few of them, and counts them and those that are not compared.
func describeAffected(all []incident.Affected) (told []string, affected, alone int) {
	for _, a := range all {
		if a.Health == incident.Uncompared {
			alone++
		}
		if !hurt(a) {
			continue
		}
		affected++
		if len(told) < toldAffected {
			told = append(told, describeDependency(incident.Dependency{Service: a.Name, Health: a.Health, P99: a.P99, P99AtLeast: a.P99AtLeast, P99Baseline: a.P99Baseline,
				Errors: a.Errors, ErrorsBaseline: a.ErrorsBaseline}))
		}
	}
	return told, affected, alone
}

func affectedFinding(c *incident.Case, all []incident.Affected, words [2]string) incident.Finding {
	current, normal := currently(c), moments(c)[1].at
	finding := incident.Finding{Severity: incident.Normal, Interval: &current, Baseline: &normal,
		Method: "rates of the last 5 min against the hour before the onset; a difference counts that chance makes in fewer than 1 of 1,000 of such looks"}
	if uncompared(c) {
		finding.Baseline = nil
	}
	for _, a := range all {
		finding.Values = append(finding.Values, affectedValues(a, words[0])...)
	}
	told, n, alone := describeAffected(all)
	finding.Values = append(finding.Values, incident.Value{Name: words[1], Measure: countedAffected[words[0]], Value: float64(len(all)), Unit: incident.Count},
		incident.Value{Name: words[1] + " affected", Value: float64(n), Unit: incident.Count})
	switch {
	case len(all) == 0 && words[0] == "caller":
		finding.Sentence = fmt.Sprintf("No service that calls %s is known to the service graph.", c.Subject.Service)
	case len(all) == 0:
		finding.Sentence = fmt.Sprintf("No operation of %s served a request in the last %s.", c.Subject.Service, numbers.Duration(now.Seconds()))
	case alone == len(all) || n == 0 && uncompared(c):
		finding.Severity = incident.Info
		finding.Sentence = fmt.Sprintf("%s of %s made requests; nothing is known from before to compare with.", wording.Counted(len(all), words[0], words[1]), c.Subject.Service)
		return finding
	case n == 0:
		finding.Sentence = fmt.Sprintf("None of %d %s of %s fails more or is slower than before.", len(all), wording.Plural(len(all), words[0], words[1]), c.Subject.Service)
	default:
		finding.Severity = incident.Critical
		finding.Sentence = fmt.Sprintf("%d of %d %s of %s %s affected. %s.", n, len(all), wording.Plural(len(all), words[0], words[1]), c.Subject.Service,
			wording.Plural(n, "is", "are"), strings.Join(told, "; "))
	}
	if alone > 0 {
		finding.Severity = worst(finding.Severity, incident.Info)
		finding.Sentence += fmt.Sprintf(" Nothing is known from before to compare %d of them with.", alone)
	}
	return finding
}

func affectedValues(a incident.Affected, kind string) []incident.Value {
	labels := map[string]string{kind: a.Name}
	values := []incident.Value{{Name: "requests", Measure: incident.MeasureRequests, Value: a.Rate, Unit: incident.PerSecond, Baseline: a.RateBaseline, Labels: labels}}
	if a.Errors != nil {
		values = append(values, incident.Value{Name: "error rate", Measure: incident.MeasureErrors, Value: *a.Errors, Unit: incident.Ratio, Baseline: a.ErrorsBaseline,
			Samples: a.Rate * now.Seconds(), Labels: labels})
	}
	if a.P99 != nil {
		values = append(values, incident.Value{Name: "p99 latency", Measure: incident.MeasureP99, Value: *a.P99, AtLeast: a.P99AtLeast, Unit: incident.Seconds, Baseline: a.P99Baseline, Labels: labels})
	}
	return values
}
