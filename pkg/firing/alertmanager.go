package firing

import (
	"context"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/links"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// OwnLink is the annotation with which a rule says itself where its alerts lead to.
const OwnLink = "investigate_url"

// InAlertmanager are the alerts that Alertmanager has now, silenced and inhibited ones included: they fire all the same. Its answer has
// a problem of the kind Unconfigured where the settings name none.
func InAlertmanager(ctx context.Context, querier source.Querier, most time.Duration) ([]Alert, source.Answer) {
	answer := ask(ctx, querier, most, source.Question{Name: FromAlertmanager, Kind: source.ActiveAlerts})
	var alerts []Alert
	for _, a := range answer.Alerts {
		alerts = append(alerts, Told(a, FromAlertmanager))
	}
	return Joined(alerts), answer
}

// Told is an alert of which somebody else tells.
func Told(a incident.ActiveAlert, from string) Alert {
	link, _ := links.Parse(a.Annotations[OwnLink])
	alert := Of(a.Labels, link, from)
	if !a.Since.IsZero() { // a rule's evaluation before it was not active yet
		alert.Began = incident.Window{From: a.Since.UTC().Add(-sampledEvery), To: a.Since.UTC()}
	}
	return alert
}

// Recent leaves out alerts of which nobody has told for so long that they may have ended meanwhile.
func Recent(alerts []Alert, since time.Time) []Alert {
	var recent []Alert
	for _, a := range alerts {
		if a.Began.To.After(since) {
			recent = append(recent, a)
		}
	}
	return recent
}
