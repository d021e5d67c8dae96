package casebook

import (
	"context"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	sweepEvery   = 24 * time.Hour
	sweepAtATime = 50 // cases; each is read before it is deleted
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

// deleteBefore deletes the oldest of the closed cases of before a moment. What fails is looked at again the next day.
func (b *Casebook) deleteBefore(ctx context.Context, moment time.Time) {
	list, err := b.store.List(ctx, Filter{State: incident.CaseClosed, Limit: usualLimit, OldestFirst: true})
	if err != nil {
		return
	}
	looked := 0
	for _, summary := range list.Cases {
		if summary.Opened.IsZero() { // a copy that people made and named, and not ours to delete
			continue
		}
		if looked == sweepAtATime || !summary.Opened.Before(moment) {
			return
		}
		looked++
		// Tags are for anybody to set; the document says whether it is a case, and whether it is closed.
		if s, _, err := b.store.Read(ctx, summary.ID); err == nil && s.State() == incident.CaseClosed {
			_ = b.store.Delete(ctx, summary.ID)
		}
	}
}
