package cause

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// Verdict weighs what the other steps learned. It waits for all of them.
func Verdict() phase.Step {
	return phase.Step{
		Phase:    incident.PhaseCause,
		ID:       "verdict",
		Title:    "Verdict",
		NeedsOne: []incident.Fact{incident.FactErrors, incident.FactLatency, incident.FactDependencies, incident.FactFailing, incident.FactCulprit},
		Awaits: []incident.Fact{incident.FactTraffic, incident.FactOnset, incident.FactExample, incident.FactTraceLines, incident.FactPattern,
			incident.FactLookups, incident.FactPool},
		Learns: []incident.Fact{incident.FactVerdict},
		Plan:   func(*incident.Case) ([]source.Question, error) { return nil, nil },
		Read:   readVerdict,
	}
}

func readVerdict(c *incident.Case, _ source.Answers) (phase.Reading, error) {
	verdict := judge(c)
	finding := incident.Finding{Sentence: verdict.Sentence, Severity: incident.Critical,
		Method: "evidence of different kinds is counted; a cause must not begin after its symptom"}
	reading := phase.FoundThat(finding)
	if verdict.Level == incident.NoClearCause {
		reading.Findings[0].Severity = incident.Info
	}
	return reading.Teaching(func(f *incident.Facts) { f.Verdict = &verdict }), nil
}

func judge(c *incident.Case) incident.Verdict {
	verdict := incident.Verdict{Level: incident.NoClearCause, Candidates: []incident.Candidate{}, Chain: chain(c), Normal: []string{}, Unchecked: []string{}}
	all := suspects(c)
	for _, s := range all {
		verdict.Candidates = append(verdict.Candidates, s.candidate())
	}
	switch {
	case len(all) > 0:
		verdict.Level = levelOf(all[0])
		level := string(verdict.Level)
		verdict.Sentence = fmt.Sprintf("%s%s: %s.", strings.ToUpper(level[:1]), level[1:], all[0].saying)
	case slices.ContainsFunc(c.Steps, func(s incident.StepResult) bool { return s.Outcome == incident.NotChecked }):
		verdict.Sentence = "No clear cause, but not everything could be looked at."
	default:
		verdict.Sentence = "No clear cause: nothing that was looked at explains it."
	}
	return verdict
}

// levelOf is Likely only where a trace and a metric agree and the order in time fits.
func levelOf(top *suspect) incident.Level {
	if top.kinds[inTrace] && top.kinds[inMetric] && top.kinds[inTime] {
		return incident.Likely
	}
	return incident.Possible
}

// chain lists what is known to have happened, in the order of time.
func chain(c *incident.Case) []incident.Link {
	links := []incident.Link{}
	add := func(moved *incident.MovedAt, step, sentence string, values ...any) {
		if moved != nil {
			links = append(links, incident.Link{At: moved.Middle(), Step: step, Sentence: fmt.Sprintf(sentence, values...)})
		}
	}
	f := c.Facts
	if f.Lookups != nil && f.Lookups.Abnormal {
		add(f.Lookups.Moved, "cause/lookups", "%s by %s slow down", f.Lookups.What, f.Lookups.Service)
	}
	if f.Pool != nil && f.Pool.Abnormal {
		add(f.Pool.Moved, "cause/pool", "connections of %s run out", f.Pool.Service)
	}
	if f.Latency != nil && f.Latency.Worse {
		add(f.Latency.Moved, "impact/latency", "p99 latency of %s rises to %s", c.Subject.Service, phase.Duration(f.Latency.Now))
	}
	if f.Errors != nil && f.Errors.Worse {
		add(f.Errors.Moved, "impact/error-rate", "errors of %s rise to %s", c.Subject.Service, phase.Percent(f.Errors.Now))
	}
	if f.Traffic != nil && f.Traffic.Worse {
		add(f.Traffic.Moved, "impact/request-rate", "requests to %s fall to %s", c.Subject.Service, phase.Say(f.Traffic.Now, f.Traffic.Unit))
	}
	sort.SliceStable(links, func(i, j int) bool { return links[i].At.Before(links[j].At) })
	return links
}
