package defect

import (
	"errors"
	"sync"
)

// mostKept is how many panics a group returns; all of them are in the log.
const mostKept = 20

// Group runs work in goroutines of its own, as a sync.WaitGroup does, and contains what panics in them. The zero value is
// ready.
type Group struct {
	running sync.WaitGroup
	mu      sync.Mutex
	errs    []error
}

// Go runs work in a new goroutine; doing names it where it panics.
func (g *Group) Go(doing string, work func()) {
	g.running.Go(func() {
		if err := Contain(doing, work); err != nil {
			g.mu.Lock()
			defer g.mu.Unlock()
			if len(g.errs) < mostKept {
				g.errs = append(g.errs, err)
			}
		}
	})
}

// Wait waits for all work and returns what panicked, as *Panicked joined into one error; nil where nothing did.
func (g *Group) Wait() error {
	g.running.Wait()
	g.mu.Lock()
	defer g.mu.Unlock()
	return errors.Join(g.errs...)
}
