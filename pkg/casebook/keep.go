package casebook

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Keeping is an investigation that is kept as a case, whoever began it: a page, or an alert that nobody has looked at yet.
// The case is opened first, so that nothing which happens to the investigation can lose it.
type Keeping struct {
	book *Casebook
	id   string
}

// Keep opens the case of an investigation, or joins the one that is there, as Open does.
func (b *Casebook) Keep(ctx context.Context, environment string, c *incident.Case, by incident.Author) (*Keeping, incident.OpenedCase, error) {
	opened, err := b.Open(ctx, "", environment, c, by)
	if err != nil {
		return nil, opened, err
	}
	return &Keeping{book: b, id: opened.ID}, opened, nil
}

// ID is the case's.
func (k *Keeping) ID() string { return k.id }

// Fired writes down when the alert fired that led to the investigation; the same alert is written down once. Without it the
// report counts from the window's end, and says so. A time that a writer's clock cannot explain is left out. The fingerprint
// is empty where nobody knows it.
func (k *Keeping) Fired(ctx context.Context, fingerprint, name string, at time.Time) error {
	if at.After(k.book.now().Add(clocksApart)) {
		return nil
	}
	at = at.UTC()
	sum := sha256.Sum256([]byte(cmp.Or(fingerprint, name))) // which may hold what an entry's id cannot
	_, err := k.book.Record(ctx, k.id, incident.Entry{ID: fmt.Sprintf("alert-%x-%d", sum[:8], at.Unix()), Kind: incident.EntryAlert,
		Text: cmp.Or(name, "an alert without a name"), Happened: &at})
	return err
}

// Conclude keeps what the investigation found.
func (k *Keeping) Conclude(ctx context.Context, found *incident.Case) error {
	return k.book.Conclude(ctx, k.id, found)
}
