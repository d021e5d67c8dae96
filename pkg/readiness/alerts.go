package readiness

import (
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/links"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// alerts says whether a rule alerts about the service, and whether its alerts lead to the investigation.
func (s *survey) alerts(service string) Factor {
	store, grafana := s.answers[storeRules], s.answers[grafanaRules]
	var about, leading []string
	for _, rule := range slices.Concat(store.Rules, grafana.Rules) {
		if !s.concerns(rule, service) {
			continue
		}
		about = append(about, rule.Name)
		if leads(rule) {
			leading = append(leading, rule.Name)
		}
	}
	slices.Sort(about)
	slices.Sort(leading)
	if len(leading) > 0 {
		return Factor{Factor: Alerts, State: Ready, Sentence: "The alert " + leading[0] + " leads to its investigation."}
	}
	// A rule that leads here may be among those that could not be read.
	for _, answer := range []source.Answer{store, grafana} {
		if answer.Problem != nil && answer.Problem.Kind != source.Unconfigured {
			return notChecked(Alerts, answer.Problem)
		}
	}
	if store.Problem != nil && grafana.Problem != nil {
		return notChecked(Alerts, store.Problem)
	}
	if len(about) > 0 {
		return Factor{Factor: Alerts, State: Partly, Sentence: "The alert " + about[0] + " is about it, but does not lead to its investigation.",
			Blind: "The person who gets the alert has to find this page and enter the service.", Change: &changeAlertLink}
	}
	if len(store.Rules)+len(grafana.Rules) == 0 {
		return noRulesAtAll()
	}
	return Factor{Factor: Alerts, State: Missing, Sentence: "No alert rule is known to be about it.",
		Blind: "No one would be notified that it fails, or get a link to this page.", Change: &changeAlertRule}
}

// noRulesAtAll is what is known where no rule is listed. Stores that answer Prometheus' API and evaluate no rules list none either, whatever
// rules another program evaluates over them.
func noRulesAtAll() Factor {
	return Factor{Factor: Alerts, State: NotChecked, Sentence: "No alert rule at all is listed where Faultline looks: there is none, or another program evaluates them.",
		Advice: "Where vmalert or a ruler evaluates them, let the metrics store answer for it (VictoriaMetrics: -vmalert.proxyURL). Where there is none, add one: see docs/alerts.md."}
}

// leads says whether the rule's annotations hold the address of an investigation.
func leads(rule incident.AlertRule) bool {
	for _, text := range rule.Annotations {
		if strings.Contains(text, links.Path+"?") {
			return true
		}
	}
	return false
}

// concerns says whether the rule alerts about the service: by its labels, those of its alerts, its link, or its expression,
// which names the service or tells services apart by the metric of requests.
func (s *survey) concerns(rule incident.AlertRule, service string) bool {
	for _, labels := range append([]map[string]string{rule.Labels}, rule.Alerts...) {
		if subject, names := links.Subject(labels); names && subject.Service == service {
			return true
		}
	}
	for _, text := range rule.Annotations {
		if link, is := links.Parse(text); is && link.Service == service {
			return true
		}
	}
	labels, metrics := s.namesOfServices()
	for _, query := range rule.Queries {
		scopes, err := promql.Scopes(query, labels...)
		if err != nil {
			continue // of another language, or an expression of Grafana's
		}
		for _, scope := range scopes {
			if scope.Names(service) || s.requests[service] && scope.Tells(service, metrics...) {
				return true
			}
		}
	}
	return false
}

// namesOfServices are the labels that may name a service in metrics, and the metrics of requests, which have one of them.
func (s *survey) namesOfServices() (labels, metrics []string) {
	labels = convention.ServiceLabels()
	for _, m := range append(slices.Clone(s.chosen.OtherRequests), deref(s.chosen.Requests)...) {
		labels = append(labels, m.Services...)
		metrics = append(metrics, m.Counts())
		if m.Histogram != "" {
			metrics = append(metrics, m.Histogram, m.Histogram+"_bucket", m.Histogram+"_count", m.Histogram+"_sum")
		}
	}
	return labels, metrics
}

func deref(m *incident.RequestMetric) []incident.RequestMetric {
	if m == nil {
		return nil
	}
	return []incident.RequestMetric{*m}
}
