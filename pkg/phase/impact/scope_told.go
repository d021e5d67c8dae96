package impact

import (
	"fmt"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// mixedFinding says that several systems are mixed, and what each of them serves.
func mixedFinding(c *incident.Case, apart *incident.Apart) incident.Finding {
	current := c.Window.Last(now)
	finding := incident.Finding{ID: "mixed", Severity: incident.Warning, Interval: &current,
		Method: "requests of the last 5 min by the label " + apart.Labels[apart.Part][0] + ", and the share of them that failed"}
	var each []string
	for _, s := range apart.Systems {
		name := s.Of(apart.Part)
		labels := map[string]string{string(apart.Part): name}
		finding.Values = append(finding.Values, incident.Value{Name: "request rate", Value: *s.Rate, Unit: incident.PerSecond, Labels: labels,
			Samples: *s.Rate * now.Seconds()})
		told := fmt.Sprintf("%s (%s", name, numbers.Rate(*s.Rate))
		if *s.Rate == 0 {
			told = name + " (none now"
		}
		if s.Errors != nil {
			finding.Values = append(finding.Values, incident.Value{Name: "error rate", Value: *s.Errors, Unit: incident.Ratio, Labels: labels,
				Samples: *s.Rate * now.Seconds()})
			told += ", " + numbers.Percent(*s.Errors) + " of them failed"
		}
		each = append(each, told+")")
	}
	mixed := "The numbers below mix them: choose one."
	if c.Facts.Service.Prefix != "" {
		mixed = fmt.Sprintf("The numbers below are of %s, and traces and lines may be of any of them: choose one.", c.Facts.Service.Value)
	}
	finding.Sentence = fmt.Sprintf("%s serves requests in %d %s: %s. %s", c.Subject.Service, len(apart.Systems), string(apart.Part)+"s", wording.List(each), mixed)
	finding.Values = append(finding.Values, incident.Value{Name: "systems of this name", Value: float64(len(apart.Systems)), Unit: incident.Count})
	return finding
}

// narrowedFinding says to which system everything is narrowed, and what is not: because a store does not tell, or because none
// of the service's series agree with what was asked for.
func narrowedFinding(c *incident.Case, k claim, apart *incident.Apart, told []string) (incident.Finding, bool) {
	finding := incident.Finding{ID: "scope", Severity: incident.Info}
	var sentences []string
	if apart.Within != (incident.Scope{}) {
		sentence := fmt.Sprintf("Looked at is %s of %s alone", c.Subject.Service, apart.Within)
		if part := differ(append(slices.Clone(apart.Others), apart.Within)); part != "" {
			sentence += fmt.Sprintf("; the name is also that of a service in %s %s", part, wording.List(partsOf(apart.Others, part)))
		}
		sentences = append(sentences, sentence+".")
	}
	for _, part := range incident.ScopeParts() {
		if wanted := k.unknown.Of(part); wanted != "" {
			if len(k.systems) > 1 { // else there is no other that could be meant
				finding.Severity = incident.Warning
			}
			sentences = append(sentences, fmt.Sprintf("No series of %s has the %s %s, which was asked for: they have %s. It is not looked at by that.",
				c.Subject.Service, part, wanted, wording.List(partsOf(c.Facts.Service.Scopes.Systems, part))))
		}
	}
	sentences = append(sentences, untold(c, k, apart, told)...)
	finding.Sentence = strings.Join(sentences, " ")
	return finding, len(sentences) > 0
}

// untold says which stores cannot tell the systems apart.
func untold(c *incident.Case, k claim, apart *incident.Apart, told []string) []string {
	var sentences []string
	for _, part := range incident.ScopeParts() {
		wanted := k.within.Or(k.unsaid).Of(part)
		if wanted == "" || len(apart.Others) == 0 && k.unsaid.Of(part) == "" {
			continue
		}
		var stores []string
		if k.unsaid.Of(part) != "" {
			stores = append(stores, "metrics")
		}
		if len(told) == 0 && apart.Attributes[part] == "" {
			stores = append(stores, "traces")
		}
		if len(stores) > 0 {
			sentence := fmt.Sprintf("The %s of %s do not tell the %s %s, so that all that bears the name is looked at", wording.List(stores),
				c.Subject.Service, part, wanted)
			if len(apart.Others) > 0 {
				sentence += "; it may be of another one"
			}
			sentences = append(sentences, sentence+".")
		}
	}
	for _, sentence := range told {
		sentences = append(sentences, wording.Capital(sentence))
	}
	return sentences
}

func aloneSentence(c *incident.Case, k claim) string {
	if len(k.systems) == 1 && k.systems[0] != (incident.Scope{}) {
		return fmt.Sprintf("All that bears the name %s in the metrics is of %s.", c.Subject.Service, k.systems[0])
	}
	return fmt.Sprintf("Nothing suggests that %s is the name of more than one service.", c.Subject.Service)
}
