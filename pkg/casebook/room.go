package casebook

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/faultline-investigation/faultline/pkg/defect"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// room is where those who look at one case through this process meet: it knows the case as it was last seen, who is there,
// and how far the watch is. One goroutine looks for what other processes wrote, as long as anybody is there.
type room struct {
	mu     sync.Mutex
	saved  *incident.SavedCase // never changed, only replaced; nil until it was read
	gone   bool
	watch  *incident.WatchState
	guests map[*guest]bool
	leave  context.CancelFunc
}

// guest is one who looks. Its wake has room for one signal; what happened meanwhile is found by comparing.
type guest struct {
	who  incident.Author
	wake chan struct{}
}

// told is what a guest has been sent.
type told struct {
	saved   *incident.SavedCase
	entries int
	here    []incident.Author
	watch   *incident.WatchState
}

// Follow tells notify about a case until ctx ends: the case first, then every entry, who is there, and how far the recovery
// is. It calls notify from the caller's goroutine. It gives nil when ctx ended or the case was deleted.
func (b *Casebook) Follow(ctx context.Context, id string, who incident.Author, notify func(incident.CaseEvent)) error {
	saved, revision, err := b.store.Read(ctx, id)
	if err != nil {
		return err
	}
	g := &guest{who: who, wake: make(chan struct{}, 1)}
	r := b.enter(ctx, id, g, saved, revision)
	defer b.exit(id, r, g)
	var sent told
	for {
		if r.tell(&sent, notify) {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-g.wake:
		}
	}
}

func (b *Casebook) enter(ctx context.Context, id string, g *guest, saved *incident.SavedCase, revision Revision) *room {
	b.mu.Lock()
	r, open := b.rooms[id]
	if !open {
		// The room outlives the guest that opened it.
		looking, leave := context.WithCancel(context.WithoutCancel(ctx))
		r = &room{guests: map[*guest]bool{}, leave: leave}
		b.rooms[id] = r
		go b.look(looking, id, r, revision)
	}
	r.mu.Lock()
	r.guests[g] = true
	r.mu.Unlock()
	b.mu.Unlock()
	r.update(saved)
	return r
}

func (b *Casebook) exit(id string, r *room, g *guest) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.guests, g)
	if len(r.guests) == 0 {
		r.leave()
		if b.rooms[id] == r {
			delete(b.rooms, id)
		}
	}
	r.wakeAll()
}

// look reads the case anew whenever its revision has changed. A store that does not answer is asked again at the next turn.
func (b *Casebook) look(ctx context.Context, id string, r *room, seen Revision) {
	ticker := time.NewTicker(b.o.LookEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		deleted := false
		_ = defect.Contain("look at a case", func() { seen, deleted = b.lookOnce(ctx, id, r, seen) }) // and again at the next turn
		if deleted {
			r.close()
			return
		}
	}
}

// lookOnce updates the room where the case has another revision than was seen. It returns the revision that is seen now, and
// whether the case was deleted.
func (b *Casebook) lookOnce(ctx context.Context, id string, r *room, seen Revision) (Revision, bool) {
	revision, err := b.store.Revision(ctx, id)
	var failure *Failure
	if errors.As(err, &failure) && failure.Kind == NotFound {
		return seen, true
	}
	if err != nil || revision == seen {
		return seen, false
	}
	saved, read, err := b.store.Read(ctx, id)
	if err != nil {
		return seen, false
	}
	r.update(saved)
	return read, false
}

// tell gives a case that was just written to those who look at it.
func (b *Casebook) tell(s *incident.SavedCase) {
	if r := b.room(s.ID); r != nil {
		r.update(s)
	}
}

func (b *Casebook) tellGone(id string) {
	if r := b.room(id); r != nil {
		r.close()
	}
}

// TellWatch gives the state of a case's watch to those who look at the case.
func (b *Casebook) TellWatch(id string, w incident.WatchState) {
	if r := b.room(id); r != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.watch = &w
		r.wakeAll()
	}
}

func (b *Casebook) room(id string) *room {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.rooms[id]
}

// update takes a newer state of the case; one that was read before a write that is known already is older, and shorter.
func (r *room) update(s *incident.SavedCase) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.saved == nil || len(s.Entries) >= len(r.saved.Entries) {
		r.saved = s
		r.wakeAll()
	}
}

func (r *room) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gone = true
	r.wakeAll()
}

// wakeAll needs the lock.
func (r *room) wakeAll() {
	for g := range r.guests {
		select {
		case g.wake <- struct{}{}:
		default: // it is going to look anyway
		}
	}
}

// tell sends what a guest does not know yet; it says whether that was the end.
func (r *room) tell(sent *told, notify func(incident.CaseEvent)) bool {
	r.mu.Lock()
	saved, gone, watch, here := r.saved, r.gone, r.watch, r.here()
	r.mu.Unlock()
	if gone {
		notify(incident.CaseEvent{Type: incident.CaseGone})
		return true
	}
	switch {
	case sent.saved == nil || !saved.Frozen.At.Equal(sent.saved.Frozen.At):
		notify(incident.CaseEvent{Type: incident.CaseIs, Saved: saved, State: saved.State()})
	default:
		for i := sent.entries; i < len(saved.Entries); i++ {
			notify(incident.CaseEvent{Type: incident.CaseEntry, Entry: &saved.Entries[i], State: incident.StateOf(saved.Entries[:i+1])})
		}
	}
	sent.saved, sent.entries = saved, len(saved.Entries)
	if !slices.Equal(here, sent.here) {
		notify(incident.CaseEvent{Type: incident.CaseHere, Here: here})
		sent.here = here
	}
	if watch != sent.watch {
		notify(incident.CaseEvent{Type: incident.CaseWatch, Watch: watch})
		sent.watch = watch
	}
	return false
}

// here are those who look, each once. It needs the lock.
func (r *room) here() []incident.Author {
	var all []incident.Author
	for g := range r.guests {
		all = append(all, g.who)
	}
	slices.SortFunc(all, func(a, b incident.Author) int {
		return cmp.Or(cmp.Compare(a.Login, b.Login), cmp.Compare(a.Name, b.Name))
	})
	return slices.Compact(all)
}
