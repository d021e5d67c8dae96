package casebook

import (
	"context"
	"errors"
	"sync"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// queue holds the changes to one case that wait in this process. Grafana takes a second or more to write a dashboard of a
// case's size, so whoever's turn it is writes for all who wait: fifty entries at once are a few writes and not fifty.
type queue struct {
	writing sync.Mutex // one write at a time; other processes are met by their revision
	users   int        // who holds it; the casebook's lock guards this

	mu      sync.Mutex
	waiting []*waiter
}

// waiter is a change that waits. The others are set by whoever makes it, while that one holds writing.
type waiter struct {
	mutate mutation
	entry  incident.Entry // that it adds; the zero value where it adds none
	made   bool
	wrote  bool                // it changed something
	saved  *incident.SavedCase // what it was made in; never changed
	err    error
}

// join lines a change up.
func (q *queue) join(entry incident.Entry, mutate mutation) *waiter {
	w := &waiter{mutate: mutate, entry: entry}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, w)
	return w
}

// take gives all that wait, in the order in which they came.
func (q *queue) take() []*waiter {
	q.mu.Lock()
	defer q.mu.Unlock()
	all := q.waiting
	q.waiting = nil
	return all
}

// leave puts back those whom one who gave up would have written for: each of them still has a turn of its own.
func (q *queue) leave(all []*waiter, but *waiter) {
	q.mu.Lock()
	defer q.mu.Unlock()
	var others []*waiter
	for _, w := range all {
		if w != but {
			others = append(others, w)
		}
	}
	q.waiting = append(others, q.waiting...)
}

// change reads a case, changes it and writes it, again and again while others write in between or the store is out of
// reach for a moment. It gives the case as it is then. The change must be one that can be made twice; entry is what it adds.
func (b *Casebook) change(ctx context.Context, id string, entry incident.Entry, mutate mutation) (*incident.SavedCase, error) {
	q := b.queue(id)
	defer b.release(id, q)
	mine := q.join(entry, mutate)
	q.writing.Lock()
	defer q.writing.Unlock()
	if mine.made {
		return mine.saved, mine.err
	}
	all := q.take()
	s, err := b.carryOut(ctx, id, all)
	if err != nil && ctx.Err() != nil { // mine alone was given up
		q.leave(all, mine)
		return s, err
	}
	var failure *Failure
	alone := len(all) > 1 && errors.As(err, &failure) && failure.Kind == TooLarge // what one is too large for, others may not be
	for _, w := range all {
		if alone {
			s, err = b.carryOut(ctx, id, []*waiter{w})
		}
		w.made, w.saved, w.err = true, s, err
		if err == nil && w.wrote { // what changed nothing now must not do so later
			b.guard(id, w.mutate)
		}
		if err == nil {
			b.publish(s)
		}
	}
	return mine.saved, mine.err
}

// carryOut makes changes to a case in one write. The caller holds the queue's writing.
func (b *Casebook) carryOut(ctx context.Context, id string, all []*waiter) (*incident.SavedCase, error) {
	return retry(ctx, func() (*incident.SavedCase, error) {
		s, revision, err := b.store.Read(ctx, id)
		if err != nil {
			return nil, err
		}
		changed, err := apply(s, b.unguarded(id))
		if err != nil {
			return s, err
		}
		for _, w := range all {
			if w.wrote, err = apply(s, []mutation{w.mutate}); err != nil {
				return s, err
			}
			changed = changed || w.wrote
		}
		if !changed {
			return s, nil
		}
		size, err := sizeOf(s)
		if err != nil {
			return s, err
		}
		for _, w := range all {
			if err := checkSpace(s, size, w.entry); err != nil {
				return s, err
			}
		}
		return s, b.store.Write(ctx, s, revision)
	}, Conflict, Unavailable)
}

func (b *Casebook) queue(id string) *queue {
	b.mu.Lock()
	defer b.mu.Unlock()
	q, ok := b.queues[id]
	if !ok {
		q = &queue{}
		b.queues[id] = q
	}
	q.users++
	return q
}

// release forgets a queue that nobody holds any more.
func (b *Casebook) release(id string, q *queue) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if q.users--; q.users == 0 {
		delete(b.queues, id)
	}
}
