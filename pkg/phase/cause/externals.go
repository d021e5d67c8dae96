package cause

import (
	"fmt"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// Externals asks the status pages of the hosts outside that the failing requests call. Only pages that the settings name
// are ever called.
func Externals() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseCause,
		ID:     "externals",
		Title:  "Status of external dependencies",
		Needs:  []incident.Fact{incident.FactExample},
		Awaits: []incident.Fact{incident.FactWhole, incident.FactCulprit, incident.FactOnset},
		Learns: []incident.Fact{incident.FactExternals},
		Plan:   planExternals,
		Read:   readExternals,
	}
}

// hostsMet are the hosts outside that the traces read whole call, the culprit's first, the others ordered.
func hostsMet(c *incident.Case) []string {
	var hosts []string
	traces := []incident.Trace{c.Facts.Example.Trace}
	if c.Facts.Whole != nil {
		traces = append(traces, c.Facts.Whole.Traces...)
	}
	for _, t := range traces {
		for _, span := range t.Spans {
			host := phase.Host(span)
			_, known := configured(c, host)
			if (span.Kind == incident.KindClient || span.Kind == incident.KindProducer) && (known || phase.Outside(host)) {
				hosts = append(hosts, host)
			}
		}
	}
	slices.Sort(hosts)
	hosts = slices.Compact(hosts)
	if at := slices.Index(hosts, c.Facts.FailedHost()); at > 0 {
		hosts = append([]string{hosts[at]}, slices.Delete(hosts, at, at+1)...)
	}
	return hosts
}

// configured is what the settings tell of a host; a name with a star tells of all below it.
func configured(c *incident.Case, host string) (incident.External, bool) {
	for _, e := range c.Knowledge.Externals {
		below, all := strings.CutPrefix(e.Host, "*")
		if host != "" && (strings.EqualFold(e.Host, host) || all && strings.HasSuffix(strings.ToLower(host), strings.ToLower(below))) {
			return e, true
		}
	}
	return incident.External{}, false
}

func planExternals(c *incident.Case) ([]source.Question, error) {
	hosts := hostsMet(c)
	var questions []source.Question
	var unknown []string
	for _, host := range hosts {
		e, known := configured(c, host)
		if !known {
			unknown = append(unknown, host)
			continue
		}
		if !slices.ContainsFunc(questions, func(q source.Question) bool { return q.Name == e.StatusPage }) {
			questions = append(questions, source.Question{Name: e.StatusPage, Kind: source.StatusPage, Text: e.StatusPage, Window: c.Around()})
		}
	}
	if len(questions) == 0 && len(unknown) > 0 {
		return nil, phase.Skipf(adviceOnExternals, "No status page is configured for %s, which the failing requests call.", wording.List(unknown))
	}
	return questions, nil
}

const adviceOnExternals = "Add the host with the address of its status page under externals in the data source's settings."

func readExternals(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	read := incident.Externals{Hosts: []incident.ExternalHealth{}}
	var findings []incident.Finding
	var unknown []string
	var first *source.Problem
	for _, host := range hostsMet(c) {
		e, known := configured(c, host)
		if !known {
			unknown = append(unknown, host)
			continue
		}
		health := incident.ExternalHealth{Host: host, Name: nameOf(e)}
		if problem := answers.Problem(e.StatusPage); problem != nil {
			if first == nil {
				first = problem
			}
			findings = append(findings, incident.Finding{Severity: incident.Warning, Sentence: fmt.Sprintf("How %s fares is not known: %s", health.Name, problem.Sentence)})
		} else {
			health.Report = answers[e.StatusPage].Status
			findings = append(findings, reportFinding(c, health))
		}
		read.Hosts = append(read.Hosts, health)
	}
	if first != nil && !slices.ContainsFunc(read.Hosts, func(h incident.ExternalHealth) bool { return h.Report != nil }) {
		return phase.Reading{}, first
	}
	if len(read.Hosts) == 0 {
		return phase.ClearBecause(incident.Finding{Severity: incident.Normal, Sentence: "The requests checked call no external host, according to their spans."}), nil
	}
	if len(unknown) > 0 {
		findings = append(findings, incident.Finding{Severity: incident.Info,
			Sentence: fmt.Sprintf("Not asked: %s, of which no status page is configured. %s", wording.List(unknown), adviceOnExternals)})
	}
	reading := phase.ClearBecause(findings...)
	if slices.ContainsFunc(findings, func(f incident.Finding) bool { return f.Severity != incident.Normal }) {
		reading = phase.FoundThat(findings...)
	}
	return reading.Teaching(func(f *incident.Facts) { f.Externals = &read }), nil
}

func nameOf(e incident.External) string {
	if e.Name != "" {
		return e.Name
	}
	return e.Host
}

// reportFinding says what a status page tells.
func reportFinding(c *incident.Case, h incident.ExternalHealth) incident.Finding {
	near, r := c.Around(), h.Report
	finding := incident.Finding{Severity: incident.Normal, Interval: &near, Method: "its status page, asked now",
		Values: []incident.Value{{Name: "incidents told of", Value: float64(len(r.Incidents)), Unit: incident.Count}}}
	switch {
	case r.Indicator == "" && r.Answered/100 == 2: // which is no word on how the host fares
		finding.Severity = incident.Info
		finding.Sentence = fmt.Sprintf("The status page of %s answers, but not in a form that can be read: how %s fares is not known. Open the page.", h.Name, h.Name)
	case r.Indicator == "":
		finding.Severity = incident.Warning
		finding.Sentence = fmt.Sprintf("The page of %s answers with status %d.", h.Name, r.Answered)
		finding.Values = append(finding.Values, incident.Value{Name: "answer", Value: float64(r.Answered), Unit: incident.Count})
	case r.Indicator == "none" && len(r.Incidents) == 0:
		finding.Sentence = fmt.Sprintf("%s reports of itself: %s. It lists no incident around this time.", h.Name, wording.Quoted(r.Description))
	default:
		finding.Severity = incident.Critical
		if r.Indicator == "none" || r.Indicator == "minor" || r.Indicator == "maintenance" {
			finding.Severity = incident.Warning
		}
		said := wording.Textf("%s reports of itself: %s.", h.Name, wording.Quoted(r.Description))
		for _, i := range r.Incidents {
			said = wording.Textf("%s %s since %s: %s (%s).", said, wording.Capital(impactOf(i)), wording.Clock(i.Started), wording.Quoted(i.Name), i.Status)
			finding.Values = append(finding.Values, incident.Value{Name: i.Name, Value: float64(i.Started.Unix()), Unit: incident.UnixTime})
		}
		finding.Sentence, finding.Moments = said.Plain(), said.Moments()
	}
	return finding
}

func impactOf(i incident.StatusIncident) string {
	if i.Impact == "" || i.Impact == "none" {
		return "an incident"
	}
	return i.Impact + " incident"
}
