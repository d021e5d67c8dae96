package casebook

import (
	"errors"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Grafana compares the version of a dashboard first and writes it afterwards, so that of two processes that write at the
// same instant both can succeed, and one undoes the other's change. Therefore what was written is made again when it is
// found missing: with the next write to the same case, and once a moment later in any case. Entries have ids, and so
// making them again is safe.
const (
	guardAfter = 3 * time.Second
	guardFor   = 20 * time.Second // for which a change is made again with every other
)

// mutation changes a case, or gives errUnchanged when there is nothing to change.
type mutation func(*incident.SavedCase) error

// recent is a change that was written.
type recent struct {
	at     time.Time
	mutate mutation
}

// apply makes changes, and says whether there was anything to change.
func apply(s *incident.SavedCase, mutations []mutation) (bool, error) {
	changed := false
	for _, mutate := range mutations {
		err := mutate(s)
		if err != nil && !errors.Is(err, errUnchanged) {
			return false, err
		}
		changed = changed || err == nil
	}
	return changed, nil
}

// unguarded are the changes to a case of the last moments, in their order.
func (b *Casebook) unguarded(id string) []mutation {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.recent[id] = slices.DeleteFunc(b.recent[id], func(r recent) bool { return time.Since(r.at) > guardFor })
	if len(b.recent[id]) == 0 {
		delete(b.recent, id)
		return nil
	}
	all := make([]mutation, 0, len(b.recent[id])+1)
	for _, r := range b.recent[id] {
		all = append(all, r.mutate)
	}
	return all
}

// guard remembers a change, and looks later whether it is still there. One look serves all changes of the same moment.
func (b *Casebook) guard(id string, mutate mutation) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.recent[id] = append(b.recent[id], recent{time.Now(), mutate})
	if len(b.recent[id]) > 1 || b.ctx.Err() != nil {
		return // a look is under way already, or the casebook is closed
	}
	b.guarding.Go("guard of a case", func() { b.watchOver(id) })
}

// watchOver looks after a case until its last change is guardFor old.
func (b *Casebook) watchOver(id string) {
	ticker := time.NewTicker(b.o.GuardAfter)
	defer ticker.Stop()
	for {
		select {
		case <-b.ctx.Done():
			return
		case <-ticker.C:
		}
		if len(b.unguarded(id)) == 0 {
			b.mu.Lock()
			done := len(b.recent[id]) == 0
			if done {
				delete(b.recent, id)
			}
			b.mu.Unlock()
			if done {
				return
			}
			continue
		}
		b.restore(id)
	}
}

// restore makes recent changes again that somebody else's write has undone. What fails is tried at the next turn.
func (b *Casebook) restore(id string) {
	q := b.queue(id)
	defer b.release(id, q)
	q.writing.Lock()
	defer q.writing.Unlock()
	s, revision, err := b.store.Read(b.ctx, id)
	if err != nil {
		return
	}
	if changed, err := apply(s, b.unguarded(id)); err != nil || !changed {
		return
	}
	if b.store.Write(b.ctx, s, revision) == nil {
		b.publish(s)
	}
}
