package telemetry

import (
	"context"
	"time"
)

// Clock tells the time and when to go on; a test can hold it.
type Clock struct {
	Now  func() time.Time
	Tick <-chan time.Time
}

// Live pushes what a source writes as time passes, every so often, until the context ends; then it returns nil. What fell due
// since the history ended is caught up with first. A push that fails is reported and its telemetry is lost, as with a real
// collector whose queue is full; the next push goes on.
func Live(ctx context.Context, source Source, endpoints Endpoints, every time.Duration, failed func(error)) error {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	return LiveBy(ctx, Clock{Now: time.Now, Tick: ticker.C}, source, endpoints, failed)
}

// LiveBy is Live by a given clock.
func LiveBy(ctx context.Context, clock Clock, source Source, endpoints Endpoints, failed func(error)) error {
	pusher := NewPusher(endpoints)
	defer pusher.Close()
	for {
		if _, err := pusher.Push(ctx, source.Generate(clock.Now())); err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-clock.Tick:
		}
	}
}
