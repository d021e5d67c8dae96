package alerts

import (
	"maps"
	"time"

	"github.com/prometheus/common/model"

	"github.com/faultline-investigation/faultline/pkg/firing"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/links"
)

// Message is what is used of the body of Alertmanager's webhook, and of that of Grafana's contact points: the alerts of one
// group. The sender's own type would bring its templates along.
type Message struct {
	Alerts   []MessageAlert `json:"alerts"`
	GroupKey string         `json:"groupKey"`
	OrgID    int64          `json:"orgId"` // Grafana's alone; 0 for Alertmanager
}

// MessageAlert is one alert of a Message.
type MessageAlert struct {
	Status      string            `json:"status"` // Firing or Resolved
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	StartsAt    time.Time         `json:"startsAt"`
	Fingerprint string            `json:"fingerprint"` // hexadecimal; empty from senders that have none
}

// Status of an alert.
const (
	Firing   = "firing"
	Resolved = "resolved"
)

// Alert is what is remembered of an alert.
type Alert struct {
	Fingerprint string            `json:"fingerprint"`
	Status      string            `json:"status"` // Firing or Resolved
	Labels      map[string]string `json:"labels"`
	StartsAt    time.Time         `json:"startsAt"`
	Subject     incident.Subject  `json:"subject"`
	Window      incident.Window   `json:"window"` // that was investigated
}

// read makes an Alert of one of a message's; its subject is empty where nothing names a service.
func read(a MessageAlert, now time.Time) Alert {
	link, _ := links.Parse(a.Annotations[firing.OwnLink])
	full := a.Labels
	a.Labels = bounded(full)
	labels := maps.Clone(a.Labels)
	for name, value := range link.Labels {
		if _, has := labels[name]; !has && labels != nil {
			labels[name] = value
		}
	}
	link.Labels = bounded(labels)
	subject, _ := link.Subject()
	began := a.StartsAt.UTC()
	if began.IsZero() {
		began = now
	}
	return Alert{Fingerprint: short(fingerprint(a.Fingerprint, full)), Status: a.Status, Labels: a.Labels, StartsAt: began, Subject: subject, Window: links.Around(began, now)}
}

// fingerprint tells an alert from others by its labels; who sends none gets Prometheus' own.
func fingerprint(sent string, labels map[string]string) string {
	if sent != "" {
		return sent
	}
	set := model.LabelSet{}
	for name, value := range labels {
		set[model.LabelName(name)] = model.LabelValue(value)
	}
	return set.Fingerprint().String()
}
