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

// feed publishes what happens to one case to those who follow it through this process: it knows the case as it was last read, who
// follows, and how far the watch is. One goroutine polls for what other processes wrote, as long as there are subscribers.
type feed struct {
	mu          sync.Mutex
	saved       *incident.SavedCase // never changed, only replaced; nil until it was read
	gone        bool
	watch       *incident.WatchState
	subscribers map[*subscriber]bool
	stop        context.CancelFunc
}

// subscriber is one who follows. Its wake is buffered for one signal; what happened meanwhile is found by comparing.
type subscriber struct {
	who  incident.Author
	wake chan struct{}
}

// delivered is what a subscriber has been sent.
type delivered struct {
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
	s := &subscriber{who: who, wake: make(chan struct{}, 1)}
	f := b.subscribe(ctx, id, s, saved, revision)
	defer b.unsubscribe(id, f, s)
	var sent delivered
	for {
		if f.deliver(&sent, notify) {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-s.wake:
		}
	}
}

func (b *Casebook) subscribe(ctx context.Context, id string, s *subscriber, saved *incident.SavedCase, revision Revision) *feed {
	b.mu.Lock()
	f, open := b.feeds[id]
	if !open {
		// The feed outlives the subscriber that it began with.
		polling, stop := context.WithCancel(context.WithoutCancel(ctx))
		f = &feed{subscribers: map[*subscriber]bool{}, stop: stop}
		b.feeds[id] = f
		go b.poll(polling, id, f, revision)
	}
	f.mu.Lock()
	f.subscribers[s] = true
	f.mu.Unlock()
	b.mu.Unlock()
	f.update(saved)
	return f
}

func (b *Casebook) unsubscribe(id string, f *feed, s *subscriber) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.subscribers, s)
	if len(f.subscribers) == 0 {
		f.stop()
		if b.feeds[id] == f {
			delete(b.feeds, id)
		}
	}
	f.wakeSubscribers()
}

// poll reads the case anew whenever its revision has changed. A store that does not answer is asked again at the next turn.
func (b *Casebook) poll(ctx context.Context, id string, f *feed, seen Revision) {
	ticker := time.NewTicker(b.o.LookEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		deleted := false
		_ = defect.Contain("poll of a case", func() { seen, deleted = b.pollOnce(ctx, id, f, seen) }) // and again at the next turn
		if deleted {
			f.close()
			return
		}
	}
}

// pollOnce updates the feed where the case has another revision than was seen. It returns the revision that is seen now, and
// whether the case was deleted.
func (b *Casebook) pollOnce(ctx context.Context, id string, f *feed, seen Revision) (Revision, bool) {
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
	f.update(saved)
	return read, false
}

// publish gives a case that was just written to its subscribers.
func (b *Casebook) publish(s *incident.SavedCase) {
	if f := b.feedOf(s.ID); f != nil {
		f.update(s)
	}
}

func (b *Casebook) publishDeleted(id string) {
	if f := b.feedOf(id); f != nil {
		f.close()
	}
}

// PublishWatch gives the state of a case's watch to its subscribers.
func (b *Casebook) PublishWatch(id string, w incident.WatchState) {
	if f := b.feedOf(id); f != nil {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.watch = &w
		f.wakeSubscribers()
	}
}

func (b *Casebook) feedOf(id string) *feed {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.feeds[id]
}

// update takes a newer state of the case; one that was read before a write that is known already is older, and shorter.
func (f *feed) update(s *incident.SavedCase) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.saved == nil || len(s.Entries) >= len(f.saved.Entries) {
		f.saved = s
		f.wakeSubscribers()
	}
}

func (f *feed) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gone = true
	f.wakeSubscribers()
}

// wakeSubscribers needs the lock.
func (f *feed) wakeSubscribers() {
	for s := range f.subscribers {
		select {
		case s.wake <- struct{}{}:
		default: // it is going to look anyway
		}
	}
}

// deliver sends what a subscriber does not know yet; it says whether that was the end.
func (f *feed) deliver(sent *delivered, notify func(incident.CaseEvent)) bool {
	f.mu.Lock()
	saved, gone, watch, here := f.saved, f.gone, f.watch, f.present()
	f.mu.Unlock()
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

// present are those who follow, each once. It needs the lock.
func (f *feed) present() []incident.Author {
	var all []incident.Author
	for s := range f.subscribers {
		all = append(all, s.who)
	}
	slices.SortFunc(all, func(a, b incident.Author) int {
		return cmp.Or(cmp.Compare(a.Login, b.Login), cmp.Compare(a.Name, b.Name))
	})
	return slices.Compact(all)
}
