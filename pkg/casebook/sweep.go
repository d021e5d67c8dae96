package casebook

import (
	"context"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	sweepEvery   = 24 * time.Hour
	sweepAtATime = 50   // cases; each is read before it is deleted
	sweepListed  = 1000 // cases, so that those which stay do not hide the others
)

// sweep deletes closed cases that are past their time, now and then, and lets nobody wait for it.
func (b *Casebook) sweep() {
	now := b.o.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.o.Retention <= 0 || now.Sub(b.swept) < sweepEvery || b.ctx.Err() != nil {
		return
	}
	b.swept = now
	b.guarding.Go("retention of cases", func() { b.deleteBefore(b.ctx, now.Add(-b.o.Retention)) })
}

// deleteBefore deletes cases that were closed before a moment, of those that are the oldest. A case is never older than its id
// says, so that those which are younger than that need not be read; one that was read and stays is read again when its time
// comes. What fails is looked at again the next day.
func (b *Casebook) deleteBefore(ctx context.Context, moment time.Time) {
	list, err := b.store.List(ctx, Filter{State: incident.CaseClosed, Limit: sweepListed, OldestFirst: true})
	if err != nil {
		return
	}
	read := 0
	for _, summary := range list.Cases {
		if summary.Opened.IsZero() { // a copy that people made and named, and not ours to delete
			continue
		}
		if read == sweepAtATime || !summary.Opened.Before(moment) {
			return
		}
		if b.dueAfter(summary.ID, moment) {
			continue
		}
		read++
		s, _, err := b.store.Read(ctx, summary.ID)
		if err != nil {
			continue
		}
		if closed, ours := closedAt(s); ours && closed.Before(moment) {
			_ = b.store.Delete(ctx, summary.ID)
		} else if ours {
			b.remember(summary.ID, closed)
		} else {
			b.remember(summary.ID, moment.Add(b.o.Retention))
		}
	}
}

// closedAt is when a case was closed; ours is false for one that is not closed or is somebody's copy. Tags are for anybody to set;
// the document says whether it is a case, whether it is closed, and whether it carries its own id.
func closedAt(s *incident.SavedCase) (closed time.Time, ours bool) {
	if s.Copied || s.State() != incident.CaseClosed {
		return time.Time{}, false
	}
	return s.Last(incident.EntryClosed).At, true
}

// dueAfter says that a case was read before, and is not due at the moment.
func (b *Casebook) dueAfter(id string, moment time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.due[id].After(moment)
}

// remember keeps when a case was closed, or until when it need not be read again.
func (b *Casebook) remember(id string, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.due) >= sweepListed {
		clear(b.due)
	}
	b.due[id] = at
}
