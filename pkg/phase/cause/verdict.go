package cause

import (
	"fmt"
	"sort"
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
		Awaits: []incident.Fact{incident.FactErrors, incident.FactLatency, incident.FactTraffic, incident.FactOnset, incident.FactDependencies,
			incident.FactFailing, incident.FactExample, incident.FactCulprit, incident.FactTraceLines, incident.FactPattern,
			incident.FactLookups, incident.FactPool},
		Learns: []incident.Fact{incident.FactVerdict},
		Plan:   func(*incident.Case) ([]source.Question, error) { return nil, nil },
		Read:   readVerdict,
	}
}

func readVerdict(c *incident.Case, _ source.Answers) (phase.Reading, error) {
	f := c.Facts
	if f.Errors == nil && f.Latency == nil && f.Failing == nil && f.Culprit == nil && f.Dependencies == nil {
		return phase.Reading{}, phase.Skipf("See the steps above for what to do.",
			"Nothing that a verdict could rest on was read.")
	}
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
	verdict := incident.Verdict{Level: incident.NoClearCause, Candidates: []incident.Candidate{}, Chain: chain(c)}
	verdict.Normal, verdict.Unchecked = looked(c.Steps)
	all := suspects(c)
	for _, s := range all {
		verdict.Candidates = append(verdict.Candidates, s.candidate())
	}
	switch {
	case len(all) > 0:
		verdict.Level = levelOf(all[0])
		level := string(verdict.Level)
		verdict.Sentence = fmt.Sprintf("%s%s: %s.", strings.ToUpper(level[:1]), level[1:], all[0].saying)
	case len(verdict.Unchecked) > 0:
		verdict.Sentence = fmt.Sprintf("No clear cause, but %d %s could not look.", len(verdict.Unchecked), phase.Plural(len(verdict.Unchecked), "step", "steps"))
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

// looked lists the steps that found everything normal, and those that could not look.
func looked(steps []incident.StepResult) (normal, unchecked []string) {
	normal, unchecked = []string{}, []string{}
	for _, s := range steps {
		switch s.Outcome {
		case incident.Clear:
			text := s.Title
			if len(s.Findings) > 0 {
				text = s.Findings[0].Sentence
			}
			normal = append(normal, text)
		case incident.NotChecked:
			unchecked = append(unchecked, s.Title+": "+s.Reason)
		case incident.Found:
		}
	}
	return normal, unchecked
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
