package impact

import (
	"cmp"
	"regexp"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

const (
	sampledTraces = 50   // of the service, whose resources are looked at
	trickle       = 0.01 // of the requests, and of the failed ones, below which another system changes no number
)

// Scope finds out whether the service's name is that of several systems, and which of them is meant. It asks nothing where nothing
// suggests that there are several.
func Scope() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseImpact,
		ID:     "scope",
		Title:  "Services with the same name",
		Needs:  []incident.Fact{incident.FactService},
		Awaits: []incident.Fact{incident.FactConventions},
		Learns: []incident.Fact{incident.FactApart},
		Plan:   planScope,
		Read:   readScope,
	}
}

// claim is what the subject says of its scope, held against what the request metric's series say.
type claim struct {
	within  incident.Scope       // the parts that some series have
	unknown incident.Scope       // the parts that no series has, though series have others
	unsaid  incident.Scope       // the parts of which the series say nothing
	blind   []incident.ScopePart // those of which neither the subject nor the series say anything
	systems []incident.Scope     // within it; more than one where it does not decide
	others  []incident.Scope
	part    incident.ScopePart // by which the systems differ; empty where they do not
}

func claimOf(c *incident.Case) claim {
	var k claim
	var known incident.SystemLabels
	if service := c.Facts.Service; service != nil && service.Scopes != nil {
		known = *service.Scopes
	}
	k.systems = slices.Clone(known.Systems)
	for _, part := range incident.ScopeParts() {
		wanted := c.Subject.Scope.Of(part)
		switch {
		case wanted == "" && len(known.Labels[part]) == 0:
			k.blind = append(k.blind, part)
		case wanted == "":
		case len(known.Labels[part]) == 0:
			k.unsaid = k.unsaid.With(part, wanted)
		case slices.ContainsFunc(k.systems, func(s incident.Scope) bool { return s.Of(part) == wanted }):
			k.within = k.within.With(part, wanted)
			k.systems = slices.DeleteFunc(k.systems, func(s incident.Scope) bool { return s.Of(part) != wanted })
		default:
			k.unknown = k.unknown.With(part, wanted)
		}
	}
	for _, s := range known.Systems {
		if !slices.Contains(k.systems, s) {
			k.others = append(k.others, s)
		}
	}
	k.part = differ(k.systems)
	return k
}

// concernsTraces says whether which of the service's traces are meant has to be found out.
func (k claim) concernsTraces() bool { return len(k.others) > 0 || k.unsaid != (incident.Scope{}) }

// differ is the first part in which scopes differ; empty where they do not.
func differ(scopes []incident.Scope) incident.ScopePart {
	for _, part := range incident.ScopeParts() {
		if len(partsOf(scopes, part)) > 1 {
			return part
		}
	}
	return ""
}

// partsOf are the values that scopes have for a part, each once, ordered.
func partsOf(scopes []incident.Scope, part incident.ScopePart) []string {
	var values []string
	for _, s := range scopes {
		if v := s.Of(part); v != "" {
			values = append(values, v)
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

func planScope(c *incident.Case) ([]source.Question, error) {
	k := claimOf(c)
	var questions []source.Question
	if k.part != "" {
		question, err := requestsBy(c, k)
		if err != nil {
			return nil, err
		}
		questions = append(questions, question)
	}
	if k.concernsTraces() || len(k.blind) > 0 {
		var attributes []incident.AttributeName
		for _, part := range incident.ScopeParts() {
			for _, name := range convention.ScopeAttributes(part, c.Naming.Labels) {
				attributes = append(attributes, incident.AttributeName{Name: name, Resource: true})
			}
		}
		query := traceql.Selecting(traceql.Spans(traceql.Service(c.Subject.Service)), attributes...)
		question, err := phase.Search("spans", query, c.Window, sampledTraces, 1)
		if err != nil {
			return nil, err
		}
		questions = append(questions, question)
	}
	return questions, nil
}

// The parts of the question for requests.
const (
	ever   = "in the window"
	lately = "now"
)

// requestsBy asks for the requests of the whole window, and for those of now, by what the systems differ in.
func requestsBy(c *incident.Case, k claim) (source.Question, error) {
	metric, service := c.Facts.Conventions.Requests, c.Facts.Service
	label := service.Scopes.Labels[k.part][0]
	named := promql.Equal(service.Label, service.Value)
	if service.Prefix != "" { // of whichever namespace
		var err error
		if named, err = promql.Pattern(service.Label, "(.+/)?"+regexp.QuoteMeta(c.Subject.Service)); err != nil {
			return source.Question{}, err
		}
	}
	matchers := append(promql.EqualAll(metric.Only), named)
	matchers = append(matchers, phase.ScopeMatchers(k.within, *service.Scopes, c.Subject.Service)...)
	matchers = append(matchers, phase.OperationMatchers(metric.Operation, c.Subject.Operation)...)
	over := func(name string, window time.Duration) phase.Part {
		rate := promql.Rate(promql.Select(metric.Counts(), matchers...), window)
		if metric.CountsNatively() {
			rate = promql.NativeCount(rate)
		} else { // whether replicas store copies is found out only later, within the scope
			rate = promql.MaxWithout(rate, convention.ReplicaLabels...)
		}
		return phase.Part{Name: name, Expr: promql.Sum(rate, append([]string{label}, byStatus(metric)...)...)}
	}
	text, err := phase.Joined(over(ever, c.Window.Length()), over(lately, now))
	return source.Question{Name: "requests", Kind: source.Instant, Text: text, Window: c.Window}, err
}

func readScope(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	k := claimOf(c)
	apart := incident.Apart{Within: k.within, Others: k.others}
	if service := c.Facts.Service; service != nil && service.Scopes != nil {
		apart.Labels, apart.Joined = service.Scopes.Labels, service.Scopes.Joined
	}
	if k.part != "" {
		if problem := answers.Problem("requests"); problem != nil {
			return phase.Reading{}, problem
		}
		apart.Systems, apart.Part = systemsThatServe(c, k, answers["requests"]), k.part
		if len(apart.Systems) < 2 {
			apart.Systems, apart.Part = nil, ""
		}
	}
	told := narrowTraces(c, k, &apart, answers)
	findings := mixedFindings(c, k, &apart, answers["spans"])
	if f, is := narrowedFinding(c, k, &apart, told); is {
		findings = append(findings, f)
	}
	if c.Facts.Service == nil && len(answers["spans"].Traces) == 0 {
		return phase.Reading{}, phase.Skipf("Check that the stores are those that the service reports to.",
			"Neither a request metric nor a trace of %s says whether there are others of this name.", c.Subject.Service)
	}
	if len(findings) == 0 {
		return alone(c, k, answers["spans"])
	}
	reading := phase.FoundThat(findings...)
	if apart.Within == (incident.Scope{}) && !apart.Mixed() {
		return reading, nil
	}
	return reading.Teaching(func(f *incident.Facts) { f.Apart = &apart }), nil
}

// mixedFindings say that several systems are mixed, which the metrics tell apart or else the spans; none where there is one.
func mixedFindings(c *incident.Case, k claim, apart *incident.Apart, spans source.Answer) []incident.Finding {
	if apart.Mixed() {
		return []incident.Finding{mixedFinding(c, apart)}
	}
	if sampled := systemsInSpans(c, k, apart, spans.Traces); apart.Mixed() {
		return []incident.Finding{mixedSpansFinding(c, apart, sampled)}
	}
	return nil
}

// alone is that nothing suggests another service of this name; or why that is not known, where the metrics do not tell everything.
func alone(c *incident.Case, k claim, spans source.Answer) (phase.Reading, error) {
	if problem := spans.Problem; len(k.blind) > 0 && problem != nil && problem.Kind != source.Unconfigured {
		return phase.Reading{}, problem
	}
	return phase.ClearBecause(incident.Finding{Severity: incident.Info, Sentence: aloneSentence(c, k)}), nil
}

// systemsThatServe are the systems that serve some of the requests in the window, the busiest first: one with next to none changes
// no number, and is left out.
func systemsThatServe(c *incident.Case, k claim, answer source.Answer) []incident.System {
	parts := phase.Parted(answer)
	served, failing := requestsIn(c, k, parts[ever])
	current, failed := requestsIn(c, k, parts[lately])
	requests, failures := 0.0, 0.0
	for value := range served {
		requests += served[value]
		failures += failing[value]
	}
	var all []incident.System
	for _, value := range partsOf(k.systems, k.part) {
		if served[value] <= trickle*requests && failing[value] <= trickle*failures {
			continue
		}
		rate := current[value]
		system := incident.System{Scope: incident.Scope{}.With(k.part, value), Rate: &rate}
		if c.Facts.Conventions.Requests.Failed.Label != "" && rate > 0 {
			system.Errors = incident.Baselined(failed[value] / rate)
		}
		all = append(all, system)
	}
	slices.SortStableFunc(all, func(a, b incident.System) int { return cmp.Compare(*b.Rate, *a.Rate) })
	return all
}

// requestsIn are the rates of all and of failed requests in each of the systems, by the value of the part in which these differ.
func requestsIn(c *incident.Case, k claim, series []incident.Series) (all, failed map[string]float64) {
	service := c.Facts.Service
	label := service.Scopes.Labels[k.part][0]
	bySystem := map[string][]incident.Series{}
	for _, s := range series {
		value := partIn(s, label, service.Scopes.Joined)
		bySystem[value] = append(bySystem[value], s)
	}
	all, failed = map[string]float64{}, map[string]float64{}
	for value, series := range bySystem {
		if t := trafficOf(c, series); value != "" && len(t.total) > 0 {
			all[value], failed[value] = t.total[0].Value, t.failed[0].Value
		}
	}
	return all, failed
}
