// Package relay passes alert messages on to receivers, with what Faultline found out about them where that is there in time. It fails
// open: whatever goes wrong on the way to a verdict, the message goes out as it came.
//
// Nothing is written down. A message's sender waits until all receivers have accepted it, and is told when one did not: so whatever ends
// this process, the sender still has the message and sends it again.
package relay

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend/log"
	"github.com/jellydator/ttlcache/v3"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"

	"github.com/faultline-investigation/faultline/pkg/defect"
	"github.com/faultline-investigation/faultline/pkg/failure"
)

var logger = log.DefaultLogger.With("part", "relay")

const (
	sendWithin   = 8 * time.Second        // all that is tried to have a receiver accept, while the sender waits
	updateWithin = time.Minute            // the same for an update, for which nobody waits
	grace        = 500 * time.Millisecond // for answers, after their deadline, to say what is known so far
	mostHeld     = 64 << 20               // bytes of messages under way at one time
	toldFor      = 15 * time.Minute       // how long it is remembered who accepted a message that others did not
	unheardFor   = 2 * time.Minute        // how long it is remembered who accepted a message whose sender did not wait to hear it
	mostAccepted = 10_000
)

// Look finds out about the alerts of a message: an answer for each, in their order. It returns with what it knows when ctx ends at the
// latest. Where more may become known, later waits for that, until its ctx ends.
type Look func(ctx context.Context) (now []Answer, later func(context.Context) []Answer)

// Relay passes messages on. It is safe for concurrent use.
type Relay struct {
	deadline time.Duration
	targets  []*target
	turns    turns
	underWay singleflight.Group // of what several senders say at one time, as two Alertmanagers of one cluster do
	held     *semaphore.Weighted
	accepted *ttlcache.Cache[string, bool] // message and receiver, of messages that their senders will repeat
	tally    tally

	living  context.Context //nolint:containedctx // ends with Close what outlives requests
	end     context.CancelFunc
	updates defect.Group
}

// New makes a relay; nil where no receiver is set. The error joins a sentence for everything that is wrong with the settings.
func New(s Settings, secrets map[string]string) (*Relay, error) {
	if err := s.check(secrets); err != nil {
		return nil, err
	}
	if len(s.Receivers) == 0 {
		return nil, nil //nolint:nilnil // nothing is passed on, and that is fine
	}
	deadline, err := s.deadline()
	if err != nil {
		return nil, err
	}
	r := &Relay{deadline: deadline, held: semaphore.NewWeighted(mostHeld),
		accepted: ttlcache.New(ttlcache.WithTTL[string, bool](toldFor), ttlcache.WithCapacity[string, bool](mostAccepted), ttlcache.WithDisableTouchOnHit[string, bool]())}
	r.living, r.end = context.WithCancel(context.Background())
	for _, receiver := range s.Receivers {
		t, err := newTarget(receiver, secrets)
		if err != nil {
			return nil, err
		}
		r.targets = append(r.targets, t)
	}
	return r, nil
}

// Close ends updates that are to come. Messages under way still go out, at once.
func (r *Relay) Close() {
	r.end()
	_ = r.updates.Wait() // what panicked has its line in the log
}

// Pass passes a message on, and returns once all receivers have accepted it. It waits for answers until the deadline, and no longer than
// ctx lives: a sender that is gone may not come back. The error is a *failure.Failure for the sender, who has to send the message again.
//
// Of senders that say the same of the same group at one time, all get the result of the first, and receivers one message.
func (r *Relay) Pass(ctx context.Context, m *Message, look Look) error {
	_, err, _ := r.underWay.Do(m.substance(), func() (_ any, err error) {
		defer defect.Recover("passing alerts on", &err)
		return nil, r.pass(ctx, m, look)
	})
	return err
}

func (r *Relay) pass(ctx context.Context, m *Message, look Look) error {
	began, size := time.Now(), int64(len(m.body))
	if !r.held.TryAcquire(size) {
		refusedTotal.Inc()
		return failure.New(failure.Busy, fmt.Sprintf("Alert messages of more than %d MiB are under way; this one was not taken.", mostHeld>>20), "Send it again.")
	}
	defer r.held.Release(size)
	defer heldMessages.During()()
	holding, place := r.turns.enter(ctx, m.key())
	defer place.leave()
	answers, later := r.hold(holding, m, look)
	place.await()
	o := outgoing{Message: m, answers: answers}
	err := r.send(context.WithoutCancel(ctx), o, sendWithin, r.targets)
	place.gone()
	if ctx.Err() != nil && err == nil {
		r.remember(o, r.targets, unheardFor)
	}
	r.tally.passed(o, time.Since(began), err)
	if err == nil && later != nil {
		r.update(place, o, later)
	}
	return err
}

// hold waits for answers. Whatever happens to them, it comes back soon after the deadline.
func (r *Relay) hold(ctx context.Context, m *Message, look Look) ([]Answer, func(context.Context) []Answer) {
	if look == nil || !m.readable {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, r.deadline)
	defer cancel()
	defer context.AfterFunc(r.living, cancel)()
	type looked struct {
		answers []Answer
		later   func(context.Context) []Answer
	}
	found := make(chan looked, 1)
	go func() {
		var l looked
		_ = defect.Contain("answers for alerts that are passed on", func() { l.answers, l.later = look(ctx) }) // it is in the log
		found <- l
	}()
	select {
	case l := <-found:
		return l.answers, l.later
	case <-ctx.Done():
	}
	select {
	case l := <-found:
		return l.answers, l.later
	case <-time.After(grace):
		return nil, nil
	}
}

// send sends to all receivers at once, but for those that have accepted the message before.
func (r *Relay) send(ctx context.Context, o outgoing, within time.Duration, targets []*target) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	errs := make([]error, len(targets))
	var sending defect.Group
	for i, t := range targets {
		if r.accepted.Get(o.deliveryKey(t)) != nil {
			continue
		}
		errs[i] = errors.New("it could not be sent to") // unless the sending comes to its end
		sending.Go("sending alerts to a receiver", func() {
			errs[i] = t.send(ctx, o)
			sendsTotal.Inc(string(t.Type), outcomeOf(errs[i]))
		})
	}
	_ = sending.Wait() // what panicked is in the log, and its error stays
	var refused []string
	var done []*target
	for i, t := range targets {
		if errs[i] == nil {
			done = append(done, t)
			continue
		}
		refused = append(refused, fmt.Sprintf("%s (%v)", t.Name, errs[i]))
		logger.Warn("A receiver did not accept alerts", "receiver", t.Name, "error", errs[i])
	}
	if len(refused) == 0 {
		for _, t := range done {
			r.accepted.Delete(o.deliveryKey(t))
		}
		return nil
	}
	r.remember(o, done, toldFor)
	return failure.New(failure.Unavailable, "Receivers did not accept the alerts: "+strings.Join(refused, ", ")+".",
		"Send the message again: receivers that accepted it do not get it twice. See relay in the data source's settings.")
}

// remember notes who has accepted a message that its sender will send again.
func (r *Relay) remember(o outgoing, done []*target, during time.Duration) {
	for _, t := range done {
		r.accepted.Set(o.deliveryKey(t), true, during)
	}
}

// update sends a message again once more is known about it, unless that is nothing worth another message or another of its group has come.
func (r *Relay) update(place *turn, o outgoing, later func(context.Context) []Answer) {
	size := int64(len(o.body))
	if r.living.Err() != nil || !r.held.TryAcquire(size) {
		return
	}
	place.stay()
	r.updates.Go("update of alerts that were passed on", func() {
		defer r.held.Release(size)
		defer place.leave()
		answers := later(r.living)
		if r.living.Err() != nil || !better(o.answers, answers) {
			return
		}
		next := place.again()
		if next == nil {
			return
		}
		defer next.gone()
		next.await()
		o.answers, o.update = answers, true
		err := r.send(r.living, o, updateWithin, r.targets)
		r.tally.updated(err)
	})
}

// better says whether answers name a cause for an alert that had none.
func better(before, after []Answer) bool {
	for i, a := range after {
		if a.Names && (i >= len(before) || !before[i].Names) {
			return true
		}
	}
	return false
}

// deliveryKey tells a message to one receiver from all others.
func (o outgoing) deliveryKey(t *target) string {
	return strings.Join([]string{t.Name, o.idempotencyKey(), o.key()}, "\x00")
}

// idempotencyKey is the same for each try to send a message: receivers can tell by it that they have it already. An update has another.
func (o outgoing) idempotencyKey() string {
	sum := sha256.Sum256([]byte(o.hash + fmt.Sprint(o.update)))
	return hex.EncodeToString(sum[:16])
}
