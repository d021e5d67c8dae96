// Package soak uses the backend as a long day would: investigations, also those that are left, watches, alerts, cases, panels, and instances
// that are disposed of, at random, over a recording and over stores that fail in every way. At the end nothing may be left of all that.
package soak

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http/httptest"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/faultline-investigation/faultline/pkg/defect"
)

// Options set up a soak.
type Options struct {
	Duration time.Duration
	Out      io.Writer // what was done and measured is printed here, a line each
	Seed     uint64
}

const (
	workers    = 6
	instances  = 4
	samples    = 10               // measurements while it runs
	actionTime = 30 * time.Second // after which an action is given up, as readers do
	settleTime = 30 * time.Second // for what goes on in the background to end
	spare      = 8                // goroutines that may come and go in the runtime and in HTTP clients
	spareBytes = 64 << 20         // of memory by which the end may differ from the first measurement
)

// measured is what the process holds at one moment.
type measured struct {
	goroutines int
	bytes      uint64 // of the heap, after a collection
	defects    int64  // that the backend has contained since the process began
}

func measure() measured {
	runtime.GC()
	runtime.GC() // what finalizers have let go
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return measured{runtime.NumGoroutine(), m.HeapAlloc, defect.Total()}
}

// Run soaks until the duration is over or ctx ends. The error says what was left of it, or what was answered wrongly.
func Run(ctx context.Context, o Options) error {
	begun := measure()
	ctx, cancel := context.WithTimeout(ctx, o.Duration)
	defer cancel()
	stores := httptest.NewServer(failing(o.Seed))
	s := &soak{done: map[string]int{}, stores: stores.URL}
	for range instances {
		s.slots = append(s.slots, &slot{})
	}
	first, last := s.work(ctx, o, begun)
	for _, slot := range s.slots {
		slot.dispose()
	}
	stores.CloseClientConnections()
	stores.Close()
	end := settled(begun)
	s.print(o.Out, begun, first, last, end)
	return s.verdict(begun, first, last, end)
}

// soak is one run with what came of it.
type soak struct {
	slots  []*slot
	stores string // address of the stores that fail

	mu     sync.Mutex
	done   map[string]int
	wrong  []string
	failed atomic.Int64 // requests that were refused, as they should be now and then
}

// work runs the workers and measures; it gives the first measurement and the last.
func (s *soak) work(ctx context.Context, o Options, begun measured) (first, last measured) {
	var working sync.WaitGroup
	for n := range workers {
		working.Go(func() {
			random := rand.New(rand.NewPCG(o.Seed, uint64(n))) // #nosec G404,G115 -- a soak has to be random, not secret
			for ctx.Err() == nil {
				s.act(ctx, random)
			}
		})
	}
	every := time.NewTicker(max(o.Duration/samples, time.Millisecond))
	defer every.Stop()
	for taken := 0; ; {
		select {
		case <-ctx.Done():
			working.Wait()
			return first, last
		case <-every.C:
			last = measure()
			if taken++; taken == 2 || first == (measured{}) { // the second, once all that is kept for good is there
				first = last
			}
			_, _ = fmt.Fprintf(o.Out, "%3d of %d: %d goroutines, %d MiB (%+d MiB)\n", taken, samples, last.goroutines, last.bytes>>20, (int64(last.bytes)-int64(begun.bytes))>>20) // #nosec G115 -- sizes
		}
	}
}

// settled measures until the goroutines are as many as in the beginning, or the time for that is over.
func settled(begun measured) measured {
	until := time.Now().Add(settleTime)
	for {
		now := measure()
		if now.goroutines <= begun.goroutines+spare || time.Now().After(until) {
			return now
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func (s *soak) print(out io.Writer, begun, first, last, end measured) {
	s.mu.Lock()
	defer s.mu.Unlock()
	total := 0
	for what, n := range s.done {
		total += n
		_, _ = fmt.Fprintf(out, "  %-12s %d\n", what, n)
	}
	_, _ = fmt.Fprintf(out, "%d actions, %d refused\n", total, s.failed.Load())
	for _, line := range []struct {
		when string
		measured
	}{{"begin", begun}, {"first", first}, {"last", last}, {"end", end}} {
		_, _ = fmt.Fprintf(out, "%-6s %5d goroutines %5d MiB\n", line.when, line.goroutines, line.bytes>>20)
	}
}

// verdict says what was left.
func (s *soak) verdict(begun, first, last, end measured) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case end.defects > begun.defects:
		return fmt.Errorf("%d defects were contained; the log has a line about each", end.defects-begun.defects)
	case len(s.wrong) > 0:
		return fmt.Errorf("%d answers were wrong, the first of them: %s", len(s.wrong), s.wrong[0])
	case end.goroutines > begun.goroutines+spare:
		return fmt.Errorf("%d goroutines are left of %d in the beginning", end.goroutines, begun.goroutines)
	case first.bytes > 0 && last.bytes > 2*first.bytes+spareBytes:
		return fmt.Errorf("memory has grown from %d to %d MiB while it ran", first.bytes>>20, last.bytes>>20)
	case first.bytes > 0 && end.bytes > first.bytes+spareBytes:
		return fmt.Errorf("%d MiB of memory are left, of %d while it ran", end.bytes>>20, first.bytes>>20)
	}
	return nil
}
