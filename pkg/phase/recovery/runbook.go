package recovery

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// Runbook brings what people have written down for this: for the alert, the service, the service at fault, or the workload
// that the verdict blames.
func Runbook() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseRecovery,
		ID:     "runbook",
		Title:  "Runbook",
		Awaits: []incident.Fact{incident.FactOnset, incident.FactCulprit, incident.FactVerdict},
		Plan:   func(*incident.Case) ([]source.Question, error) { return nil, nil },
		Read:   readRunbook,
	}
}

// occasion is why a runbook is brought: for whom, and the step whose finding calls for it.
type occasion struct{ alert, service, step string }

// occasions are the alert and the services of the case, the nearest to the fault first, each once.
func occasions(c *incident.Case) []occasion {
	var all []occasion
	known := map[string]bool{"": true}
	add := func(service, step string) {
		if !known[service] {
			known[service] = true
			all = append(all, occasion{service: service, step: step})
		}
	}
	if blame := c.Facts.Blame; blame != nil && blame.Trouble != nil {
		add(blame.Trouble.Workload, "cause/verdict")
	}
	if culprit := c.Facts.Culprit; culprit != nil {
		add(culprit.Span.Service, "example/culprit")
	}
	if c.Subject.Alert != nil && c.Subject.Alert.Name != "" {
		all = append(all, occasion{alert: c.Subject.Alert.Name, step: "impact/onset"})
	}
	add(c.Subject.Service, "impact/onset")
	return all
}

func readRunbook(c *incident.Case, _ source.Answers) (phase.Reading, error) {
	var findings []incident.Finding
	for _, o := range occasions(c) {
		for _, r := range c.Knowledge.Runbooks {
			if r.Alert != "" && r.Alert == o.alert || r.Service != "" && r.Service == o.service {
				findings = append(findings, runbookFinding(o, r))
			}
		}
	}
	if link := annotated(c.Subject.Alert); link != "" {
		findings = append(findings, incident.Finding{Severity: incident.Info, Sentence: fmt.Sprintf("The alert %s names a runbook: %s.", c.Subject.Alert.Name, link),
			Method: "the annotations of the alert"})
	}
	if len(findings) == 0 {
		return phase.ClearBecause(incident.Finding{Severity: incident.Normal,
			Sentence: "No runbook is known for it. Add one under runbooks in the data source's settings, or as runbook_url among the alert's annotations."}), nil
	}
	return phase.FoundThat(findings...), nil
}

func runbookFinding(o occasion, r incident.Runbook) incident.Finding {
	whose := "the alert " + o.alert
	if o.service != "" {
		whose = o.service
	}
	finding := incident.Finding{Severity: incident.Info, Sentence: fmt.Sprintf("The runbook of %s", whose), Method: "the data source's settings"}
	if r.URL != "" {
		finding.Sentence += ": " + r.URL
	}
	for _, k := range r.Commands {
		if strings.ContainsFunc(k.Text, func(c rune) bool { return !unicode.IsPrint(c) && c != '\n' }) {
			continue // a terminal would obey what nobody sees
		}
		why := k.Why
		if why == "" {
			why = fmt.Sprintf("From the runbook of %s.", whose)
		}
		finding.Evidence.Commands = append(finding.Evidence.Commands, incident.Command{Text: k.Text, Why: why, Step: o.step, Changes: k.Changes})
	}
	if n := len(finding.Evidence.Commands); n > 0 {
		finding.Sentence += fmt.Sprintf(", with %d %s", n, wording.Plural(n, "command", "commands"))
		finding.Values = []incident.Value{{Name: "commands", Measure: incident.MeasureCommands, Value: float64(n), Unit: incident.Count}}
	}
	finding.Sentence += "."
	return finding
}

// annotated is the address of a runbook among the alert's annotations; empty where there is none that a browser may open.
func annotated(alert *incident.Alert) string {
	if alert == nil {
		return ""
	}
	for _, name := range []string{"runbook_url", "runbook", "runbookURL"} {
		u, err := url.Parse(alert.Annotations[name])
		if err == nil && u.Host != "" && u.User == nil && (u.Scheme == "https" || u.Scheme == "http") {
			return u.String()
		}
	}
	return ""
}
