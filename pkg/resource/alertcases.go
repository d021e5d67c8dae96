package resource

import (
	"context"

	"github.com/faultline-investigation/faultline/pkg/alerts"
	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// AlertCases opens a case for what the investigation of an alert found; whoever comes to the same incident later joins it.
type AlertCases struct{ Environment *environment.Environment }

// Open implements alerts.CaseOpener. The case's log names Faultline as the one who opened it. The error is a
// *failure.Failure.
func (a AlertCases) Open(ctx context.Context, organization int64, alert alerts.Alert, found *incident.Case) error {
	ctx, cancel := context.WithTimeout(ctx, keepWithin)
	defer cancel()
	book, err := a.Environment.Casebook(ctx, organization)
	if err != nil {
		return err
	}
	keeping, _, err := book.Keep(ctx, a.Environment.UID(), found, incident.Itself())
	if err != nil {
		return err
	}
	if err := keeping.Fired(ctx, alert.Fingerprint, alert.Labels["alertname"], alert.StartsAt); err != nil {
		return err
	}
	return keeping.Conclude(ctx, found)
}
