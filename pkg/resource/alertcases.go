package resource

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/faultline-investigation/faultline/pkg/alerts"
	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// AlertCases opens a case for what the investigation of an alert found; whoever comes to the same incident later joins it.
type AlertCases struct{ Environment *environment.Environment }

// Open implements alerts.CaseOpener. The case's log names Faultline as the one who opened it. The error is an
// *environment.Unusable or a *casebook.Failure.
func (a AlertCases) Open(ctx context.Context, organisation int64, alert alerts.Alert, found *incident.Case) error {
	ctx, cancel := context.WithTimeout(ctx, keepWithin)
	defer cancel()
	book, err := a.Environment.Casebook(ctx, organisation)
	if err != nil {
		return err
	}
	opened, err := book.Open(ctx, "", a.Environment.UID(), found, incident.Itself())
	if err != nil {
		return err
	}
	if _, err := book.Record(ctx, opened.ID, firedEntry(alert.Fingerprint, alert.Labels["alertname"], alert.StartsAt)); err != nil {
		return err
	}
	return book.Conclude(ctx, opened.ID, found)
}

// firedEntry says in a case's log when its alert fired. The same alert is written down once.
func firedEntry(fingerprint, name string, at time.Time) incident.Entry {
	at = at.UTC()
	sum := sha256.Sum256([]byte(fingerprint)) // which may hold what an entry's id cannot
	return incident.Entry{ID: fmt.Sprintf("alert-%x-%d", sum[:8], at.Unix()), Kind: incident.EntryAlert,
		Text: cmp.Or(name, "an alert without a name"), Happened: &at}
}
