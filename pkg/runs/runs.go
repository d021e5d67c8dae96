// Package runs investigates in the background and keeps for a while what came of it: a dashboard whose panels ask about
// the same service, or a person who arrives after the alert, share one investigation.
package runs

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/jellydator/ttlcache/v3"
	"golang.org/x/sync/semaphore"

	"github.com/faultline-investigation/faultline/pkg/defect"
	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// Environment is where investigations look; *environment.Environment is one.
type Environment interface {
	// Name is what people call it.
	Name() string
	// Naming is what its settings say about the names in the stores.
	Naming() incident.Naming
	// Knowledge is what its settings tell of hosts outside, runbooks and checks.
	Knowledge() incident.Knowledge
	// Limits are the limits of a run.
	Limits() investigate.Limits
	// Querier opens the doors to the stores for an organization, or says why that cannot be.
	Querier(ctx context.Context, organization int64) (source.Querier, error)
}

// past is an Environment that answers as of one moment, whatever is asked for, such as one with a recording.
type past interface {
	// Window is the time to investigate for somebody who asks for w.
	Window(w incident.Window) incident.Window
	// Now is the moment up to which there is something to look at.
	Now() time.Time
}

const (
	keptFor = time.Minute      // how long an investigation answers for
	most    = 32               // investigations kept at one time; the one used longest ago goes first
	atOnce  = 3                // investigations under way at one time; others wait
	longest = 5 * time.Minute  // time for one, and for its waiting
	grid    = 30 * time.Second // windows that are the same on it are the same, so that panels that ask a moment apart share
)

// Runs holds investigations under way and done. It is safe for concurrent use.
type Runs struct {
	environment Environment
	starting    sync.Mutex // so that of several who find a failed run one replaces it
	kept        *ttlcache.Cache[string, *Run]
	slots       *semaphore.Weighted
	ended       context.Context //nolint:containedctx // ends with Close, and every run with it
	end         context.CancelFunc
	sweeping    defect.Group
}

// New makes Runs of an environment. Close ends it.
func New(e Environment) *Runs {
	ended, end := context.WithCancel(context.Background())
	r := &Runs{environment: e, slots: semaphore.NewWeighted(atOnce), ended: ended, end: end,
		kept: ttlcache.New(ttlcache.WithTTL[string, *Run](keptFor), ttlcache.WithCapacity[string, *Run](most),
			ttlcache.WithDisableTouchOnHit[string, *Run]())}
	r.Sweep(r.kept.DeleteExpired)
	return r
}

// sweepEvery is how often what has expired is forgotten, though nobody asks for anything.
const sweepEvery = time.Minute

// Sweep calls forget every minute until Close. Caches forget what has expired when they are used; large answers of a morning would
// stay in memory all day.
func (r *Runs) Sweep(forget func()) {
	r.sweeping.Go("sweep of what has expired", func() {
		ticker := time.NewTicker(sweepEvery)
		defer ticker.Stop()
		for {
			select {
			case <-r.ended.Done():
				return
			case <-ticker.C:
				forget()
			}
		}
	})
}

// Close cancels every investigation that is under way.
func (r *Runs) Close() {
	r.end()
	_ = r.sweeping.Wait()
}

// Closed says whether that has happened, so that an investigation may have been broken off.
func (r *Runs) Closed() bool { return r.ended.Err() != nil }

// Start begins an investigation, or joins the one of the same subject and nearly the same window; whose is looked at is the
// window of whoever came first. It goes on when the caller leaves. The error says why the organization may not look; what is
// wrong with the request is the run's error.
func (r *Runs) Start(ctx context.Context, organization int64, request investigate.Request) (*Run, error) {
	// Asked every time: a run that is there already is no reason to show it to whom it does not belong.
	querier, err := r.environment.Querier(ctx, organization)
	if err != nil {
		return nil, err
	}
	request.Environment, request.Naming, request.Knowledge = r.environment.Name(), r.environment.Naming(), r.environment.Knowledge()
	if p, is := r.environment.(past); is {
		request.Window = p.Window(request.Window)
	}
	key, err := keyOf(organization, request)
	if err != nil {
		return nil, err
	}
	r.starting.Lock()
	defer r.starting.Unlock()
	if known := r.kept.Get(key); known != nil && known.Value().Failed() { // what kept it may be over
		r.kept.Delete(key)
	}
	item, _ := r.kept.GetOrSetFunc(key, func() *Run {
		run := newRun()
		go r.run(context.WithoutCancel(ctx), run, request, querier)
		return run
	})
	return item.Value(), nil
}

// keyOf is the same for requests that one investigation answers.
func keyOf(organization int64, request investigate.Request) (string, error) {
	key, err := json.Marshal([]any{organization, request.Subject, request.Phases, request.Window.From.Truncate(grid), request.Window.To.Truncate(grid)})
	if err != nil {
		return "", fmt.Errorf("the request cannot be told apart from others: %w", err)
	}
	return string(key), nil
}

// errUnwanted is the error of an investigation that waited until nobody waited for it any more: a dashboard that is
// refreshed would otherwise have all its earlier questions answered before the newest.
var errUnwanted = failure.New(failure.Busy, "The investigation was not started because the client disconnected.", "Ask again.")

// run investigates once there is a place.
func (r *Runs) run(ctx context.Context, run *Run, request investigate.Request, querier source.Querier) {
	if err := r.wait(ctx); err != nil {
		refusedTotal.Inc()
		run.finish(nil, failure.New(failure.Busy, "The investigation was not begun, because others took too long.", "Try again in a moment; ask about fewer services at a time."))
		return
	}
	defer r.slots.Release(1)
	if !run.begin() {
		return
	}
	ctx, cancel := r.within(ctx)
	defer cancel()
	run.conclude(func() (*incident.Case, error) {
		options := investigate.Options{Limits: r.environment.Limits()}
		if p, is := r.environment.(past); is {
			options.Now = p.Now
		}
		return investigate.Run(ctx, request, querier, options, run.add)
	})
}

// wait takes a place, to be given back.
func (r *Runs) wait(ctx context.Context) error {
	ctx, cancel := r.within(ctx)
	defer cancel()
	defer waitingNow.During()()
	return r.slots.Acquire(ctx, 1)
}

// within ends after the longest time, and with Close.
func (r *Runs) within(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, longest)
	stop := context.AfterFunc(r.ended, cancel)
	return ctx, func() {
		stop()
		cancel()
	}
}
