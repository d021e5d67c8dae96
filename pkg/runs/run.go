package runs

import (
	"context"
	"sync"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

// Run is one investigation, under way or done. It is safe for concurrent use; what it gives is shared and not to be
// changed.
type Run struct {
	mu      sync.Mutex
	events  []investigate.Event
	done    bool
	result  *incident.Case
	err     error
	changed chan struct{} // closed and made anew with every change
}

func newRun() *Run { return &Run{changed: make(chan struct{})} }

func (r *Run) add(e investigate.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
	r.tell()
}

func (r *Run) finish(result *incident.Case, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done, r.result, r.err = true, result, err
	r.tell()
}

func (r *Run) tell() {
	close(r.changed)
	r.changed = make(chan struct{})
}

// Follow calls notify for every event from the first on, as they happen, one at a time and from the caller's goroutine;
// then it gives the case. The error is that of the investigation, or that of ctx when it ends first.
func (r *Run) Follow(ctx context.Context, notify func(investigate.Event)) (*incident.Case, error) {
	seen := 0
	for {
		r.mu.Lock()
		events, done, changed := r.events[seen:], r.done, r.changed
		r.mu.Unlock()
		for _, e := range events {
			notify(e)
		}
		seen += len(events)
		if done {
			return r.result, r.err // nothing writes them any more
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-changed:
		}
	}
}

// Wait gives the case once it is there.
func (r *Run) Wait(ctx context.Context) (*incident.Case, error) {
	return r.Follow(ctx, func(investigate.Event) {})
}

// Done says whether the investigation has come to its end.
func (r *Run) Done() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.done
}
