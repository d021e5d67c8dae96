package casebook

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/casebook/freeze"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Open saves a new case with its first entry, or joins the one that is there: the one with the same id, or one that is not
// closed and looks at the same operation of the same service at an overlapping time. An empty id means IDOf.
func (b *Casebook) Open(ctx context.Context, id, environment string, c *incident.Case, by incident.Author) (incident.OpenedCase, error) {
	if id == "" {
		id = IDOf(environment, c)
	}
	if !idPattern.MatchString(id) {
		return incident.OpenedCase{}, invalid("The case's id is not of letters, digits and hyphens, at most 40.", "Leave it out; one is made then.")
	}
	if c.Subject.Service == "" {
		return incident.OpenedCase{}, invalid("The case names no service.", "Set case.subject.service.")
	}
	opened, there, err := b.join(ctx, id, c)
	if err != nil || there {
		return opened, err
	}
	kept, frozen, err := freeze.Case(c, b.o.Masks, b.o.Now())
	if err != nil {
		return opened, tooLarge(err)
	}
	// The subject without secrets, which an operation's name can hold.
	subject := strings.TrimSpace(kept.Title())
	s := &incident.SavedCase{Version: incident.SavedVersion, ID: id, Case: kept, Frozen: frozen, Entries: []incident.Entry{
		{ID: openedEntry, At: b.now(), By: by, Kind: incident.EntryOpened, Text: subject}}}
	err = b.write(ctx, s)
	var failure *Failure
	if errors.As(err, &failure) && failure.Kind == Conflict { // somebody opened it at the same time
		s, _, err := b.store.Read(ctx, id)
		return b.joined(s), err
	}
	if err != nil {
		return opened, err
	}
	// The mark is for other dashboards; the case is saved without it too, and closing marks again.
	_ = b.store.Mark(ctx, s)
	b.sweep()
	return incident.OpenedCase{ID: id, State: s.State(), Lasting: b.store.Lasts()}, nil
}

// write creates a case, and tries again while its store is out of reach.
func (b *Casebook) write(ctx context.Context, s *incident.SavedCase) error {
	_, err := retry(ctx, func() (struct{}, error) {
		return struct{}{}, b.store.Write(ctx, s, "")
	}, Unavailable)
	return err
}

// join finds the case that is there already.
func (b *Casebook) join(ctx context.Context, id string, c *incident.Case) (incident.OpenedCase, bool, error) {
	there, err := b.store.Exists(ctx, id)
	if err != nil {
		return incident.OpenedCase{}, false, err
	}
	var s *incident.SavedCase
	if there {
		s, _, err = b.store.Read(ctx, id)
	}
	var failure *Failure
	if !there || errors.As(err, &failure) && failure.Kind == NotFound { // deleted since
		s, err = b.overlapping(ctx, c)
	}
	if err != nil || s == nil {
		return incident.OpenedCase{}, false, err
	}
	return b.joined(s), true, nil
}

// joined is what somebody is told who has joined a case; nothing about one that could not be read.
func (b *Casebook) joined(s *incident.SavedCase) incident.OpenedCase {
	if s == nil {
		return incident.OpenedCase{}
	}
	return incident.OpenedCase{ID: s.ID, State: s.State(), Joined: true, Lasting: b.store.Lasts()}
}

const lookedAt = 5 // open cases of one service whose subject is compared

func (b *Casebook) overlapping(ctx context.Context, c *incident.Case) (*incident.SavedCase, error) {
	list, err := b.store.List(ctx, Filter{Service: c.Subject.Service, Limit: usualLimit})
	if err != nil {
		return nil, err
	}
	looked := 0
	for _, summary := range list.Cases {
		if summary.State == incident.CaseClosed || looked == lookedAt {
			continue
		}
		looked++
		s, _, err := b.store.Read(ctx, summary.ID)
		if err != nil { // deleted since, or unreadable: then it is not the one to join
			continue
		}
		w := s.Case.Window
		if sameSubject(&s.Case, c) && s.Case.Environment == c.Environment && w.From.Before(c.Window.To) && c.Window.From.Before(w.To) {
			return s, nil
		}
	}
	return nil, nil //nolint:nilnil // no case overlaps, and nothing went wrong
}

// sameSubject leaves out the alert: several of them may ask about one incident. A case of one of several services of a name is
// not joined by what is asked about all of them, nor the other way round.
func sameSubject(kept, asked *incident.Case) bool {
	if kept.Subject.Service != asked.Subject.Service || kept.Subject.Operation != asked.Subject.Operation {
		return false
	}
	apart, scope := kept.Facts.Apart, asked.Scope()
	if scope == (incident.Scope{}) {
		return apart == nil || len(apart.Others) == 0
	}
	return !apart.Mixed() && kept.Scope().Says(scope)
}

// Conclude keeps what an investigation found in its case, and writes an entry with its verdict. The first one that came to
// its end stays, unless a later one's verdict is surer.
func (b *Casebook) Conclude(ctx context.Context, id string, c *incident.Case) error {
	return b.ConcludeFor(ctx, id, c, incident.Itself())
}

// ConcludeFor is Conclude for what somebody brings: the entry is theirs, since nobody knows whether an investigation found it, and
// it replaces nothing that one did.
func (b *Casebook) ConcludeFor(ctx context.Context, id string, c *incident.Case, by incident.Author) error {
	kept, frozen, err := freeze.Case(c, b.o.Masks, b.o.Now())
	if err != nil {
		return tooLarge(err)
	}
	entry := incident.Entry{ID: investigatedEntry + c.Started.UTC().Format("20060102T150405.000000000"), By: by,
		Kind: incident.EntryInvestigated, Text: kept.Verdict.Sentence, Moments: kept.Verdict.Moments, Verdict: kept.Verdict.ID()}
	entry.ID = strings.ReplaceAll(entry.ID, ".", "-")
	changed, err := b.change(ctx, id, entry, func(s *incident.SavedCase) error {
		if !b.add(s, entry) {
			return errUnchanged
		}
		if len(s.Case.Steps) > 0 && (by != incident.Itself() || !surer(kept.Verdict.Level, s.Case.Verdict.Level)) {
			return nil
		}
		smaller, left, err := freeze.Within(kept, spaceForFindings(s))
		if err != nil {
			return tooLarge(err)
		}
		s.Case, s.Frozen = smaller, frozen
		s.Frozen.Left = slices.Concat(frozen.Left, left)
		return nil
	})
	if err == nil {
		_ = b.store.Mark(ctx, changed) // as in Open
	}
	return err
}

func surer(a, b incident.Level) bool {
	order := []incident.Level{incident.NoClearCause, incident.Possible, incident.Likely}
	return slices.Index(order, a) > slices.Index(order, b)
}
