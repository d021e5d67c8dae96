package runs

import (
	"context"
	"sync"

	"github.com/faultline-investigation/faultline/pkg/defect"
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
	follow  int           // who follows now
	left    bool          // somebody followed, and gave up
}

func newRun() *Run { return &Run{changed: make(chan struct{})} }

func (r *Run) add(e investigate.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
	r.broadcast()
}

func (r *Run) finish(result *incident.Case, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done, r.result, r.err = true, result, err
	r.broadcast()
}

// conclude finishes with what investigate returns, and with an error where it panics: whoever follows would wait for ever.
func (r *Run) conclude(investigate func() (*incident.Case, error)) {
	var result *incident.Case
	var err error
	if panicked := defect.Contain("investigation", func() { result, err = investigate() }); panicked != nil {
		result, err = nil, panicked
	}
	r.finish(result, err)
}

// broadcast wakes all who follow. It needs the lock.
func (r *Run) broadcast() {
	close(r.changed)
	r.changed = make(chan struct{})
}

// Follow calls notify for every event from the first on, as they happen, one at a time and from the caller's goroutine;
// then it gives the case. The error is that of the investigation, or that of ctx when it ends first.
func (r *Run) Follow(ctx context.Context, notify func(investigate.Event)) (*incident.Case, error) {
	r.come()
	defer r.leave(ctx)
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

func (r *Run) come() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.follow++
}

func (r *Run) leave(ctx context.Context) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.follow--
	r.left = r.left || ctx.Err() != nil
}

// begin says whether the investigation is still wanted: not when all who followed it have given up. It has failed then.
func (r *Run) begin() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.follow > 0 || !r.left {
		return true
	}
	r.done, r.err = true, errUnwanted
	r.broadcast()
	return false
}

// Wait gives the case once it is there.
func (r *Run) Wait(ctx context.Context) (*incident.Case, error) {
	return r.Follow(ctx, func(investigate.Event) {})
}

// Failed says whether the investigation has come to its end without a case.
func (r *Run) Failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.done && r.err != nil
}

// Done says whether the investigation has come to its end.
func (r *Run) Done() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.done
}
