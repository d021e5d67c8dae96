// Package links writes and reads the address of an investigation. docs/links.md is the contract; src/links is its twin
// in the browser, and both are tested with the same examples.
package links

import (
	"net/url"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Path is where the app shows an investigation, below Grafana's own address.
const Path = "/a/faultline-investigation-app/investigate"

const labelPrefix = "label."

// Link is everything that the address of an investigation can hold. Every part may be empty.
type Link struct {
	DataSource string            // uid of the data source instance that looks
	Service    string            // whose investigation it is
	Operation  string            // as spans name it, for example "POST /api/checkout"
	Scope      incident.Scope    // which of several services of this name
	From, To   string            // "now-1h", milliseconds since 1970, or RFC 3339
	At         string            // when the alert began: milliseconds since 1970, or RFC 3339
	Alert      string            // the alert's fingerprint
	Labels     map[string]string // the alert's labels
}

// Query is the link's parameters. Empty ones are left out; a label may be empty.
func (l Link) Query() url.Values {
	values := url.Values{}
	for name, value := range map[string]string{"ds": l.DataSource, "service": l.Service, "operation": l.Operation,
		"namespace": l.Scope.Namespace, "environment": l.Scope.Environment, "cluster": l.Scope.Cluster, "from": l.From, "to": l.To,
		"at": l.At, "alert": l.Alert} {
		if value != "" {
			values.Set(name, value)
		}
	}
	for name, value := range l.Labels {
		values.Set(labelPrefix+name, value)
	}
	return values
}

// String is the address below Grafana's own.
func (l Link) String() string {
	if query := l.Query().Encode(); query != "" {
		return Path + "?" + query
	}
	return Path
}

// Read reads the parameters of an address. Of one that is there twice the first counts; unknown ones are left alone.
func Read(values url.Values) Link {
	l := Link{DataSource: values.Get("ds"), Service: values.Get("service"), Operation: values.Get("operation"), From: values.Get("from"),
		To: values.Get("to"), At: values.Get("at"), Alert: values.Get("alert"),
		Scope: incident.Scope{Namespace: values.Get("namespace"), Environment: values.Get("environment"), Cluster: values.Get("cluster")}}
	for name := range values {
		if label, is := strings.CutPrefix(name, labelPrefix); is && label != "" {
			if l.Labels == nil {
				l.Labels = map[string]string{}
			}
			l.Labels[label] = values.Get(name)
		}
	}
	return l
}

// Parse reads an address, with or without Grafana's own before it; false when it is not that of an investigation.
func Parse(address string) (Link, bool) {
	u, err := url.Parse(address)
	if err != nil || !strings.HasSuffix(u.Path, Path) {
		return Link{}, false
	}
	return Read(u.Query()), true
}

// Subject is what the link is about: what it says itself, else what its labels say; false when that is no service.
func (l Link) Subject() (incident.Subject, bool) {
	guessed, _ := Subject(l.Labels)
	subject := incident.Subject{Scope: l.Scope.Or(convention.ScopeIn(l.Labels, incident.LabelNames{})), Service: l.Service, Operation: l.Operation}
	if subject.Service == "" {
		subject.Service = guessed.Service
	}
	if subject.Operation == "" && subject.Service == guessed.Service {
		subject.Operation = guessed.Operation
	}
	return subject, subject.Service != ""
}

// around is how much time before and after an alert's begin is looked at.
const around = time.Hour

// Around is the window of an alert that began at a moment: from an hour before it to an hour after it, or to now.
func Around(at, now time.Time) incident.Window {
	to := at.Add(around)
	if to.After(now) {
		to = now
	}
	return incident.Window{From: at.Add(-around), To: to}
}
