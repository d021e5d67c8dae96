// Package inhibition proposes the rule by which Alertmanager keeps alerts quiet that follow from others, and tries it against the alerts of the
// past.
package inhibition

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/firing"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/links"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
)

const nameLabel = "alertname"

// matcher picks alerts by one of the values of a label.
type matcher struct {
	label  string
	values []string // ordered, each once
}

// Rule is one entry of Alertmanager's inhibit_rules: while an alert of the source fires, those of the target are not sent, as far as
// they have the same values of the labels in Equal.
type Rule struct {
	source, target []matcher
	equal          []string
}

// Propose proposes rules by which the alerts of the first list would have kept those of the second quiet: one for each pair of labels
// that name the services. LeftOut are how many alerts have no label that names their service, so that no rule can pick them.
func Propose(sources, targets []firing.Alert) (rules []Rule, leftOut int) {
	bySource, lost := grouped(sources)
	byTarget, more := grouped(targets)
	for _, from := range bySource {
		for _, to := range byTarget {
			if rule, is := ruleOf(from, to); is {
				rules = append(rules, rule)
			}
		}
	}
	return rules, lost + more
}

// group are alerts whose service stands in one label.
type group struct {
	label  string
	alerts []firing.Alert
}

// grouped groups alerts by the label that names their service, in the order in which links reads them.
func grouped(alerts []firing.Alert) (groups []group, lost int) {
	left := slices.Clone(alerts)
	for _, label := range links.SubjectLabels() {
		var of []firing.Alert
		left = slices.DeleteFunc(left, func(a firing.Alert) bool {
			is := a.Subject.Service != "" && a.Labels[label] == a.Subject.Service
			if is {
				of = append(of, a)
			}
			return is
		})
		if len(of) > 0 {
			groups = append(groups, group{label, of})
		}
	}
	return groups, len(left)
}

func ruleOf(from, to group) (Rule, bool) {
	services := valuesOf(from.alerts, from.label)
	targets := slices.DeleteFunc(slices.Clone(to.alerts), func(a firing.Alert) bool { return slices.Contains(services, a.Subject.Service) })
	if len(targets) == 0 {
		return Rule{}, false
	}
	rule := Rule{source: []matcher{{nameLabel, valuesOf(from.alerts, nameLabel)}, {from.label, services}},
		target: []matcher{{nameLabel, valuesOf(targets, nameLabel)}, {to.label, valuesOf(targets, to.label)}}}
	for _, label := range convention.AllScopeLabels(incident.LabelNames{}) {
		if values := valuesOf(append(slices.Clone(from.alerts), targets...), label); len(values) == 1 && values[0] != "" {
			rule.equal = append(rule.equal, label)
		}
	}
	slices.Sort(rule.equal)
	return rule, true
}

func valuesOf(alerts []firing.Alert, label string) []string {
	var values []string
	for _, a := range alerts {
		values = append(values, a.Labels[label])
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// YAML is the rules as a part of Alertmanager's configuration.
func YAML(rules []Rule) string {
	var b strings.Builder
	b.WriteString("inhibit_rules:\n")
	for _, r := range rules {
		fmt.Fprintf(&b, "  - source_matchers:\n%s    target_matchers:\n%s", listed(r.source), listed(r.target))
		if len(r.equal) > 0 {
			equal := make([]string, len(r.equal))
			for i, label := range r.equal {
				equal[i] = quoted(label)
			}
			fmt.Fprintf(&b, "    equal: [%s]\n", strings.Join(equal, ", "))
		}
	}
	return b.String()
}

func listed(matchers []matcher) string {
	var b strings.Builder
	for _, m := range matchers {
		fmt.Fprintf(&b, "      - %s\n", quoted(m.text()))
	}
	return b.String()
}

// text is the matcher as Alertmanager reads it.
func (m matcher) text() string {
	if len(m.values) == 1 {
		return m.label + "=" + quoted(m.values[0])
	}
	patterns := make([]string, len(m.values))
	for i, v := range m.values {
		patterns[i] = regexp.QuoteMeta(v)
	}
	return m.label + "=~" + quoted(strings.Join(patterns, "|"))
}

// quoted writes a text in double quotes, as JSON, YAML and Alertmanager's matchers read it.
func quoted(text string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a text always has JSON
	return strings.TrimSuffix(b.String(), "\n")
}

// promMatchers pick the series of ALERTS.
func promMatchers(all []matcher) []promql.Matcher {
	matchers := []promql.Matcher{promql.Equal("alertstate", "firing")}
	for _, m := range all {
		matchers = append(matchers, promql.OneOf(m.label, m.values...))
	}
	return matchers
}
