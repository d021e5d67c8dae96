// Package casebook keeps cases: it opens them, appends to their logs, and tells those who look at one what others do.
//
// A Store holds the documents: package grafana keeps them as dashboards, package memory in the process. What both have in
// common is here: an append is read, change and write, done again when somebody else has written in between, and an
// entry's id makes an append that is sent twice one entry.
package casebook

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/faultline-investigation/faultline/pkg/casebook/freeze"
	"github.com/faultline-investigation/faultline/pkg/defect"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Revision names one state of a saved case. The empty one is that of a case that is not there yet.
type Revision string

// Store holds documents. It is safe for concurrent use, and its errors are *Failure.
type Store interface {
	// Read gives a case; NotFound when there is none.
	Read(ctx context.Context, id string) (*incident.SavedCase, Revision, error)
	// Write replaces the case that has the revision, or creates one with the empty revision; Conflict when the case is at
	// another revision, or is there although it should not be.
	Write(ctx context.Context, s *incident.SavedCase, was Revision) error
	// Revision is that of a case, found at less cost than by reading it; NotFound when there is none.
	Revision(ctx context.Context, id string) (Revision, error)
	// Exists says whether there is a case, without leaving an error in anybody's log when there is none. One that was made a
	// moment ago it may not know yet.
	Exists(ctx context.Context, id string) (bool, error)
	// List gives the environment's cases that pass the filter, the newest first unless the filter says otherwise.
	List(ctx context.Context, f Filter) (incident.CaseList, error)
	// Delete removes a case; NotFound when there is none.
	Delete(ctx context.Context, id string) error
	// Mark shows the time of a case on the dashboards of others. Marking again moves the mark.
	Mark(ctx context.Context, s *incident.SavedCase) error
	// Lasts says whether cases outlive this process.
	Lasts() bool
}

// Filter picks cases of a list. What is empty picks all.
type Filter struct {
	Service string
	State   incident.CaseState
	Verdict incident.Level
	Text    string // words of the title
	Limit   int    // 0 means 100
	// OldestFirst gives the oldest cases, and these in the order of their time.
	OldestFirst bool
}

// Options set up a casebook.
type Options struct {
	Masks     *freeze.Masks
	Retention time.Duration    // after which closed cases are deleted; 0 keeps them for ever
	Now       func() time.Time // nil means the clock
	LookEvery time.Duration    // for what others wrote through another process; 0 means 2 s
	// GuardAfter is when to look whether what was written is still there; 0 means 3 s.
	GuardAfter time.Duration
}

// Casebook keeps the cases of one environment. It is safe for concurrent use.
type Casebook struct {
	store Store
	o     Options

	mu       sync.Mutex
	queues   map[string]*queue
	feeds    map[string]*feed
	recent   map[string][]recent
	shapesOf map[string]*compared // of earlier cases, by id
	swept    time.Time
	due      map[string]time.Time // closed cases that were looked at, and when their time comes

	guarding defect.Group
	ctx      context.Context //nolint:containedctx // ends with Close what outlives requests
	end      context.CancelFunc
}

const (
	usualLimit  = 100
	lookEvery   = 2 * time.Second
	retryFirst  = 20 * time.Millisecond
	retryMost   = time.Second
	retryWithin = 30 * time.Second
)

// New makes a casebook over a store.
func New(store Store, o Options) *Casebook {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.LookEvery == 0 {
		o.LookEvery = lookEvery
	}
	if o.GuardAfter == 0 {
		o.GuardAfter = guardAfter
	}
	ctx, end := context.WithCancel(context.Background())
	return &Casebook{store: observed{store}, o: o, queues: map[string]*queue{}, feeds: map[string]*feed{}, recent: map[string][]recent{}, shapesOf: map[string]*compared{}, due: map[string]time.Time{}, ctx: ctx, end: end}
}

// Close ends what the casebook does in the background.
func (b *Casebook) Close() {
	b.mu.Lock() // so that nothing begins that was about to
	b.end()
	b.mu.Unlock()
	_ = b.guarding.Wait() // what panicked has its line in the log
}

// Lasts says whether the cases outlive this process.
func (b *Casebook) Lasts() bool { return b.store.Lasts() }

// Read gives a case.
func (b *Casebook) Read(ctx context.Context, id string) (*incident.SavedCase, error) {
	s, _, err := b.store.Read(ctx, id)
	return s, err
}

// List gives the cases that pass the filter, the newest first.
func (b *Casebook) List(ctx context.Context, f Filter) (incident.CaseList, error) {
	if f.Limit <= 0 || f.Limit > usualLimit {
		f.Limit = usualLimit
	}
	list, err := b.store.List(ctx, f)
	list.Lasting = b.store.Lasts()
	return list, err
}

// Delete removes a case for ever. What cannot be read as a case is left alone: where cases are dashboards, it may be any.
func (b *Casebook) Delete(ctx context.Context, id string) error {
	if _, _, err := b.store.Read(ctx, id); err != nil {
		return err
	}
	if err := b.store.Delete(ctx, id); err != nil {
		return err
	}
	b.publishDeleted(id)
	return nil
}

// Append writes an entry into a case's log. The same id again changes nothing and gives the entry as it stands.
func (b *Casebook) Append(ctx context.Context, id string, e incident.NewEntry, by incident.Author) (incident.TakenEntry, error) {
	if err := check(e, b.now()); err != nil {
		return incident.TakenEntry{}, err
	}
	entry := incident.Entry{ID: e.ID, By: by, Kind: e.Kind, Text: e.Text, Step: e.Step, Happened: e.Happened, Pin: e.Pin}
	if e.Pin != nil {
		pin := *e.Pin
		pin.ID = cmp.Or(pin.ID, "entry/"+e.ID)
		entry.Pin = &pin
	}
	return b.take(ctx, id, entry)
}

// Practised keeps a score sheet. The same answer again is kept once.
func (b *Casebook) Practised(ctx context.Context, id string, sheet incident.ScoreSheet, by incident.Author) (incident.TakenEntry, error) {
	if err := check(incident.NewEntry{ID: sheet.Answer.ID, Kind: incident.EntryNote, Text: sheet.Answer.Why + sheet.Said}, b.now()); err != nil {
		return incident.TakenEntry{}, err
	}
	return b.take(ctx, id, incident.Entry{ID: sheet.Answer.ID, By: by, Kind: incident.EntryPractised, Text: sheet.Said, Practice: &sheet})
}

// Record writes an entry of Faultline's own. What a watch saw is not written into a case whose recovery is not watched any more:
// somebody may have closed it meanwhile. The entry is empty then.
func (b *Casebook) Record(ctx context.Context, id string, e incident.Entry) (incident.TakenEntry, error) {
	e.By = incident.Itself()
	return b.take(ctx, id, e)
}

func (b *Casebook) take(ctx context.Context, id string, entry incident.Entry) (incident.TakenEntry, error) {
	entry, err := b.masked(entry)
	if err != nil {
		return incident.TakenEntry{}, err
	}
	s, err := b.change(ctx, id, entry, func(s *incident.SavedCase) error {
		if tooLateFor(s, entry.Kind) || !b.add(s, entry) {
			return errUnchanged
		}
		return nil
	})
	if err != nil {
		return incident.TakenEntry{}, err
	}
	if entry.Kind == incident.EntryClosed || entry.Kind == incident.EntryReopened {
		_ = b.store.Mark(ctx, s) // as in Open
	}
	at := slices.IndexFunc(s.Entries, func(other incident.Entry) bool { return other.ID == entry.ID })
	if at < 0 {
		return incident.TakenEntry{State: s.State()}, nil
	}
	return incident.TakenEntry{Entry: s.Entries[at], State: s.State()}, nil
}

// masked is the entry without secrets, wherever in it they stand: an alert's name can hold one as well as a note.
func (b *Casebook) masked(e incident.Entry) (incident.Entry, error) {
	masked := e
	if e.Pin != nil {
		pin := *e.Pin
		masked.Pin = &pin
	}
	if e.Practice != nil {
		practice := *e.Practice
		masked.Practice = &practice
	}
	if _, err := b.o.Masks.Value(&masked); err != nil {
		return e, invalid("The entry cannot be written down: "+err.Error()+".", "Send times and numbers that make sense.")
	}
	masked.ID, masked.By, masked.Kind, masked.Step = e.ID, e.By, e.Kind, e.Step
	masked.Moments = incident.Relocated(e.Text, e.Moments, masked.Text)
	if e.Pin != nil {
		masked.Pin.Moments = incident.Relocated(e.Pin.Sentence, e.Pin.Moments, masked.Pin.Sentence)
	}
	if e.Practice != nil {
		masked.Practice.Moments = incident.Relocated(e.Practice.Verdict, e.Practice.Moments, masked.Practice.Verdict)
	}
	return masked, nil
}

// tooLateFor says whether an entry of a watch comes into a case whose recovery is no longer watched.
func tooLateFor(s *incident.SavedCase, kind incident.EntryKind) bool {
	if kind != incident.EntryRecovered && kind != incident.EntryRelapsed {
		return false
	}
	state := s.State()
	return state != incident.CaseWatched && state != incident.CaseRecovered
}

// add appends an entry unless its id is there. Times of entries never go back, whatever the clocks of several processes say.
func (b *Casebook) add(s *incident.SavedCase, e incident.Entry) bool {
	for _, other := range s.Entries {
		if other.ID == e.ID {
			return false
		}
	}
	e.At = b.now()
	if n := len(s.Entries); n > 0 && e.At.Before(s.Entries[n-1].At) {
		e.At = s.Entries[n-1].At
	}
	s.Entries = append(s.Entries, e)
	return true
}

func (b *Casebook) now() time.Time { return b.o.Now().UTC() }

// errUnchanged ends a change that has nothing to write.
var errUnchanged = errors.New("nothing to write")

// retry calls again after failures of the given kinds, at growing distances, until retryWithin has passed.
func retry[T any](ctx context.Context, operation func() (T, error), kinds ...FailureKind) (T, error) {
	distance := backoff.NewExponentialBackOff()
	distance.InitialInterval, distance.MaxInterval = retryFirst, retryMost
	result, err := backoff.Retry(ctx, func() (T, error) {
		result, err := operation()
		var failure *Failure
		if err != nil && (!errors.As(err, &failure) || !slices.Contains(kinds, failure.Kind)) {
			return result, backoff.Permanent(err)
		}
		return result, err
	}, backoff.WithBackOff(distance), backoff.WithMaxElapsedTime(retryWithin))
	var permanent *backoff.PermanentError
	if errors.As(err, &permanent) {
		err = permanent.Err
	}
	return result, err
}

func tooLarge(err error) error {
	return &Failure{Kind: TooLarge, Sentence: fmt.Sprintf("The case cannot be saved: %s.", err), Advice: "Investigate a shorter window."}
}
