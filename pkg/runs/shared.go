package runs

import (
	"context"
	"fmt"
	"sync"

	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

// maxConcurrent is how many investigations people may have under way at one time: each asks the stores some fifty questions.
const maxConcurrent = 12

// Shared lets people who ask for the same at the same time, as when an alert's link is opened by a whole team, follow one
// investigation. Unlike Runs it keeps nothing: an investigation ends when the last of them leaves, and whoever asks after its
// end has a new one. The zero value is ready, and safe for concurrent use.
type Shared struct {
	mu       sync.Mutex
	underWay map[string]*sharedRun
}

// sharedRun is a run with those who follow it.
type sharedRun struct {
	*Run

	followers int
	end       context.CancelFunc
}

// Investigation is how one is run, as investigate.Run does it.
type Investigation func(ctx context.Context, notify func(investigate.Event)) (*incident.Case, error)

// Follow begins an investigation, or joins the one of the same organization, subject, phases and nearly the same window, and
// tells of every event from the first on. The error is that of the investigation, a Busy *failure.Failure when too many others are under
// way, or that of ctx when it ends first.
func (t *Shared) Follow(ctx context.Context, organization int64, request investigate.Request, run Investigation, notify func(investigate.Event)) (*incident.Case, error) {
	key, err := keyOf(organization, request)
	if err != nil {
		return nil, err
	}
	s, err := t.join(ctx, key, run)
	if err != nil {
		return nil, err
	}
	defer t.leave(key, s)
	return s.Follow(ctx, notify)
}

func (t *Shared) join(ctx context.Context, key string, run Investigation) (*sharedRun, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s, is := t.underWay[key]; is {
		s.followers++
		return s, nil
	}
	if len(t.underWay) >= maxConcurrent {
		refusedTotal.Inc()
		return nil, failure.New(failure.Busy, fmt.Sprintf("The investigation was not begun: %d others are under way in this environment.", maxConcurrent),
			"Try again in a moment, or follow one that a colleague has begun: the same link joins it.")
	}
	if t.underWay == nil {
		t.underWay = map[string]*sharedRun{}
	}
	own, end := context.WithCancel(context.WithoutCancel(ctx)) // whoever began it may leave before the others
	s := &sharedRun{Run: newRun(), followers: 1, end: end}
	t.underWay[key] = s
	go func() {
		defer end()
		s.conclude(func() (*incident.Case, error) {
			defer func() {
				t.mu.Lock()
				defer t.mu.Unlock()
				t.forget(key, s)
			}()
			return run(own, s.add)
		})
	}()
	return s, nil
}

func (t *Shared) leave(key string, s *sharedRun) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s.followers--; s.followers == 0 {
		t.forget(key, s)
		s.end()
	}
}

// forget lets nobody join any more. It needs the lock.
func (t *Shared) forget(key string, s *sharedRun) {
	if t.underWay[key] == s {
		delete(t.underWay, key)
	}
}
