package cause

import (
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// Surroundings looks at what services run on and lean on without calling it: nodes that are short of processors, queues
// that nobody empties, and certificates that have expired.
func Surroundings() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseCause,
		ID:     "surroundings",
		Title:  "Nodes, queues and certificates",
		Needs:  []incident.Fact{incident.FactConventions},
		Awaits: []incident.Fact{incident.FactOnset, incident.FactService},
		Learns: []incident.Fact{incident.FactSurroundings},
		Plan:   planSurroundings,
		Read:   readSurroundings,
	}
}

// surrounding is one of the things that the step looks at.
type surrounding struct {
	name     string // of its question, and what it is called where nobody measures it
	measured bool
	plan     func(c *incident.Case) (source.Question, error)
	read     func(c *incident.Case, s []incident.Series, into *incident.Surroundings) (surroundingRead, error)
}

func surroundings(c *incident.Case) []surrounding {
	k := c.Facts.Conventions
	return []surrounding{
		{"nodes", k.Nodes != nil, planNodes, readNodes},
		{"queues", k.Queue != nil, planQueues, readQueues},
		{"certificates", k.Certificates != nil, planCertificates, readCertificates},
	}
}

func planSurroundings(c *incident.Case) ([]source.Question, error) {
	var questions []source.Question
	for _, s := range surroundings(c) {
		if !s.measured {
			continue
		}
		question, err := s.plan(c)
		if err != nil {
			return nil, err
		}
		questions = append(questions, question)
	}
	if len(questions) == 0 {
		return nil, phase.Skipf("Have the node exporter, an exporter of your message broker, or cert-manager scraped into this metrics store.",
			"No metric of nodes, queues or certificates is known in this metrics store.")
	}
	return questions, nil
}

func readSurroundings(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	var learned incident.Surroundings
	var bad []incident.Finding
	var well, unmeasured []string
	var values []incident.Value
	for _, s := range surroundings(c) {
		if !s.measured {
			unmeasured = append(unmeasured, s.name)
			continue
		}
		if problem := answers.Problem(s.name); problem != nil {
			return phase.Reading{}, problem
		}
		read, err := s.read(c, answers[s.name].Series, &learned)
		if err != nil {
			return phase.Reading{}, err
		}
		bad = append(bad, read.findings...)
		values = append(values, read.values...)
		if len(read.findings) == 0 {
			well = append(well, read.well)
		}
	}
	current := c.Window.Last(now)
	findings := bad
	if len(well) > 0 {
		sentence := wording.Capital(strings.Join(well, "; ")) + "."
		if len(unmeasured) > 0 {
			sentence += " Nothing measures " + wording.List(unmeasured) + "."
		}
		findings = append(findings, incident.Finding{Severity: incident.Normal, Sentence: sentence, Values: values, Interval: &current,
			Method: "last 5 min against what was usual before it rose; certificates by the time until which they are valid"})
	}
	reading := phase.ClearBecause(findings...)
	if len(bad) > 0 {
		reading = phase.FoundThat(findings...)
	}
	return reading.Teaching(func(f *incident.Facts) { f.Surroundings = &learned }), nil
}
