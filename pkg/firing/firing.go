// Package firing reads which alerts fire at a moment, from everybody who knows: the series that Prometheus and Grafana write of their
// alerts, Alertmanager's API, and alerts that somebody else has read, such as a webhook or a page with its reader's permissions.
package firing

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/links"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// The metrics of alerts that Prometheus and Grafana write, and the labels that they add to an alert's own.
const (
	OfPrometheus = "ALERTS"
	OfGrafana    = "GRAFANA_ALERTS"

	nameLabel  = "alertname"
	stateLabel = "alertstate"
)

var added = []string{"__name__", stateLabel, "grafana_alertstate", "grafana_rule_uid"}

// Who knows of an alert, beside the metrics, which go by their names.
const (
	FromAlertmanager = "Alertmanager"
	FromGrafana      = "Grafana"
	FromWebhook      = "webhook"
)

// Alert is an alert that fires.
type Alert struct {
	ID      string            `json:"id"` // of its labels: the same as Prometheus' fingerprint of them
	Name    string            `json:"name"`
	Labels  map[string]string `json:"labels"`
	Subject incident.Subject  `json:"subject"` // Service is empty where nothing names one
	// Began is within which time the alert became active, pending included: after From, no later than To. A zero From says that it was
	// active at To already; a zero To that nobody knows.
	Began   incident.Window `json:"began"`
	Sources []string        `json:"sources"`
}

// Of makes an alert of labels. Without a link, what it is about is read from the labels alone.
func Of(labels map[string]string, link links.Link, from string) Alert {
	set := model.LabelSet{}
	own := map[string]string{}
	for name, value := range labels {
		if !slices.Contains(added, name) {
			own[name] = value
			set[model.LabelName(name)] = model.LabelValue(value)
		}
	}
	if link.Labels == nil {
		link.Labels = map[string]string{}
	}
	for name, value := range own {
		link.Labels[name] = value
	}
	subject, _ := link.Subject()
	return Alert{ID: set.Fingerprint().String(), Name: own[nameLabel], Labels: own, Subject: subject, Sources: []string{from}}
}

// At are the alerts of which the metrics say that they fire at a moment, ordered by name and labels, each once, and the stores' answers:
// of ALERTS and GRAFANA_ALERTS. No question takes longer than most.
func At(ctx context.Context, querier source.Querier, most time.Duration, moment time.Time) ([]Alert, []source.Answer, error) {
	var answers []source.Answer
	var alerts []Alert
	for _, metric := range []string{OfPrometheus, OfGrafana} {
		text, err := promql.Select(metric, promql.Equal(stateLabel, "firing")).Text()
		if err != nil {
			return nil, nil, err
		}
		answer := ask(ctx, querier, most, source.Question{Name: metric, Kind: source.Instant, Text: text, Window: incident.Window{From: moment, To: moment}})
		answers = append(answers, answer)
		for _, series := range answer.Series {
			alerts = append(alerts, Of(series.Labels, links.Link{}, metric))
		}
	}
	return Joined(alerts), answers, nil
}

func ask(ctx context.Context, querier source.Querier, most time.Duration, q source.Question) source.Answer {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	return querier.Ask(ctx, q)
}

// Joined are alerts ordered by name and labels, each once: what several know of is the same alert where it has the same name, and all
// labels that the one says are among those of the other. Alertmanager and Grafana add labels to those of a rule.
func Joined(alerts []Alert) []Alert {
	alerts = slices.Clone(alerts)
	slices.SortStableFunc(alerts, func(a, b Alert) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), len(a.Labels)-len(b.Labels), strings.Compare(key(a.Labels), key(b.Labels)))
	})
	var joined []Alert
	for _, a := range alerts {
		same := slices.IndexFunc(joined, func(known Alert) bool { return known.Name == a.Name && sameAlert(known, a) })
		if same < 0 {
			joined = append(joined, a)
			continue
		}
		known := &joined[same]
		known.Sources = slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(known.Sources), a.Sources...))))
		known.Began = narrower(known.Began, a.Began)
		if known.Subject.Service == "" {
			known.Subject = a.Subject
		}
	}
	slices.SortStableFunc(joined, func(a, b Alert) int { return strings.Compare(a.Name+"\x00"+key(a.Labels), b.Name+"\x00"+key(b.Labels)) })
	return joined
}

// sameAlert says whether the labels of the first, which has no more of them, are among those of the second. Two that one source has
// are two alerts.
func sameAlert(fewer, more Alert) bool {
	if len(fewer.Labels) == len(more.Labels) {
		return maps.Equal(fewer.Labels, more.Labels)
	}
	if slices.ContainsFunc(fewer.Sources, func(s string) bool { return slices.Contains(more.Sources, s) }) {
		return false
	}
	for name, value := range fewer.Labels {
		if more.Labels[name] != value {
			return false
		}
	}
	return len(fewer.Labels) > 0
}

// narrower is the beginning that is known better: the earlier end, since an alert is active before it fires, and before it is sent.
func narrower(a, b incident.Window) incident.Window {
	if a.To.IsZero() || !b.To.IsZero() && b.To.Before(a.To) {
		return b
	}
	return a
}

// key is the same for the same labels.
func key(labels map[string]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		b.WriteString(name + "\x00" + labels[name] + "\x00")
	}
	return b.String()
}
