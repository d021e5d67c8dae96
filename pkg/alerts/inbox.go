// Package alerts takes the webhooks of Alertmanager and of Grafana's contact points, and has an investigation of each new
// firing group ready when a person arrives.
package alerts

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend/log"
	"github.com/jellydator/ttlcache/v3"
	"golang.org/x/time/rate"

	"github.com/faultline-investigation/faultline/pkg/defect"
	"github.com/faultline-investigation/faultline/pkg/firing"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/runs"
)

// CaseOpener keeps a case for good; the inbox itself forgets.
type CaseOpener interface {
	// Open opens a case with what the investigation of an alert found. It is called once for an investigation.
	Open(ctx context.Context, organization int64, alert Alert, found *incident.Case) error
}

var logger = log.DefaultLogger.With("part", "alerts")

const (
	rememberedFor = 6 * time.Hour
	mostAlerts    = 500     // remembered at one time; the oldest go first
	mostGroups    = 50      // investigations kept at one time; the oldest go first
	mostCase      = 4 << 20 // bytes of a case, as JSON, that is kept
	refill        = 20 * time.Second
	burst         = 5               // investigations begun at once; after that one every refill
	sharedFor     = 5 * time.Minute // in which alerts of other groups about the same service share an investigation
	joinRefill    = 100 * time.Millisecond
	joinBurst     = 200 // alerts that join an investigation at once; after that one every joinRefill
)

// Outcome is what became of one alert of a message.
type Outcome struct {
	Fingerprint string `json:"fingerprint"`
	Result      Result `json:"result"`
	Sentence    string `json:"sentence,omitempty"` // why there is no investigation
}

// Result is an Outcome in a word.
type Result string

// The results.
const (
	Started   Result = "started"      // an investigation has begun
	Joined    Result = "joined"       // the group is investigated already, under another alert of the same service
	Known     Result = "known"        // this alert was told before
	Ended     Result = "resolved"     // it has ended; what was found stays for a while
	NoService Result = "no service"   // nothing says which service it is about, or it is about none
	TooMany   Result = "rate limited" // not now; told again, it may be
	Invalid   Result = "invalid"      // its state or its time makes no sense
	Stormed   Result = "storm"        // it fires together with those of other services, which have one answer
	// SourceFailed is an alert that Grafana makes when a rule's data source fails or returns nothing.
	SourceFailed Result = "data source failed"
)

// entry is an alert with the number of its investigation, which is large and may be forgotten before.
type entry struct {
	Alert

	run int64
}

// Inbox remembers alerts and their investigations. It is safe for concurrent use.
type Inbox struct {
	runs    *runs.Runs
	cases   CaseOpener
	storms  Storms // nil where every service is investigated by itself
	now     func() time.Time
	limiter *rate.Limiter // of investigations that begin
	joining *rate.Limiter // of alerts that join one

	receiving sync.Mutex // one message at a time, so that no two begin the same
	begun     int64      // investigations so far
	alerts    *ttlcache.Cache[string, *entry]
	groups    *ttlcache.Cache[string, *entry]
	kept      *ttlcache.Cache[int64, *runs.Run] // investigations by their numbers
}

// New makes an empty inbox. Without a CaseOpener nothing is opened; a nil clock is the real one.
func New(r *runs.Runs, cases CaseOpener, now func() time.Time) *Inbox {
	if now == nil {
		now = time.Now
	}
	i := &Inbox{runs: r, cases: cases, now: now, limiter: rate.NewLimiter(rate.Every(refill), burst),
		joining: rate.NewLimiter(rate.Every(joinRefill), joinBurst),
		alerts:  remembering[string, *entry](mostAlerts), groups: remembering[string, *entry](2 * mostGroups),
		kept: remembering[int64, *runs.Run](mostGroups)}
	r.Sweep(func() {
		i.alerts.DeleteExpired()
		i.groups.DeleteExpired()
		i.kept.DeleteExpired()
	})
	return i
}

func remembering[K comparable, V any](most uint64) *ttlcache.Cache[K, V] {
	return ttlcache.New(ttlcache.WithTTL[K, V](rememberedFor), ttlcache.WithCapacity[K, V](most), ttlcache.WithDisableTouchOnHit[K, V]())
}

// Receive takes a message and says what became of each of its alerts. Investigations go on after it has returned. The
// error says why the organization's environment cannot be asked.
func (i *Inbox) Receive(ctx context.Context, organization int64, m Message) ([]Outcome, error) {
	i.receiving.Lock()
	defer i.receiving.Unlock()
	outcomes := []Outcome{}
	stormy := i.stormy(organization, m)
	defer func() { i.arise(ctx, organization, outcomes) }()
	for _, raw := range m.Alerts {
		if said := wrong(raw, i.now()); said != "" {
			outcomes = append(outcomes, counted(Outcome{Fingerprint: short(raw.Fingerprint), Result: Invalid, Sentence: said}))
			continue
		}
		a := read(raw, i.now())
		if result, sentence := aboutNoService(raw); result != "" && a.Status == Firing {
			outcomes = append(outcomes, counted(Outcome{Fingerprint: a.Fingerprint, Result: result, Sentence: sentence}))
			continue
		}
		result, sentence, err := i.take(ctx, organization, m.GroupKey, a, stormy)
		if err != nil {
			return outcomes, err
		}
		outcomes = append(outcomes, counted(Outcome{Fingerprint: a.Fingerprint, Result: result, Sentence: sentence}))
	}
	return outcomes, nil
}

func (i *Inbox) take(ctx context.Context, organization int64, group string, a Alert, stormy bool) (Result, string, error) {
	key := keyOf(organization, a.Fingerprint)
	known := i.alerts.Get(key)
	switch {
	case a.Status == Resolved && known != nil:
		ended := *known.Value()
		ended.Status = Resolved
		i.alerts.Set(key, &ended, ttlcache.DefaultTTL)
		return Ended, "", nil
	case a.Status == Resolved:
		return Ended, "", nil
	case known != nil && known.Value().tells(a) && known.Value().run != 0 && !i.failed(known.Value()):
		return Known, "", nil
	case a.Subject.Service == "":
		return NoService, "The alert's labels name no service: give its rule a label service_name, or the annotation " + firing.OwnLink + ".", nil
	}
	if stormy || i.explained(ctx, organization, a) {
		i.alerts.Set(key, &entry{Alert: a}, ttlcache.DefaultTTL)
		return Stormed, "", nil
	}
	about := []string{a.Subject.Service, a.Subject.Operation, a.Subject.Namespace, a.Subject.Environment, a.Subject.Cluster}
	shared, anywhere := keyOf(organization, append([]string{"group", group}, about...)...), keyOf(organization, append([]string{"any"}, about...)...)
	if other := i.shareable(a, shared, anywhere); group != "" && other != nil {
		i.groups.Set(shared, other, ttlcache.DefaultTTL)
		result, sentence := i.join(key, a, other)
		return result, sentence, nil
	}
	if !i.limiter.AllowN(i.now(), 1) {
		return TooMany, fmt.Sprintf("More than %d investigations were to begin at once; one more can every %s.", burst, refill), nil
	}
	run, err := i.runs.Start(ctx, organization, investigate.Request{Origin: investigate.FromAlert, Subject: a.Subject, Window: a.Window})
	if err != nil {
		return "", "", err
	}
	i.begun++
	begun := &entry{Alert: a, run: i.begun}
	i.alerts.Set(key, begun, ttlcache.DefaultTTL)
	i.groups.Set(shared, begun, ttlcache.DefaultTTL)
	i.groups.Set(anywhere, begun, ttlcache.DefaultTTL)
	i.kept.Set(begun.run, run, ttlcache.DefaultTTL)
	i.open(context.WithoutCancel(ctx), organization, begun, run)
	return Started, "", nil
}

// shareable is an alert whose investigation is another's too: of its own group, or of another a moment ago; nil where there is none.
func (i *Inbox) shareable(a Alert, group, anywhere string) *entry {
	if own := i.groups.Get(group); own != nil && own.Value().sameIncident(a) && !i.failed(own.Value()) {
		return own.Value()
	}
	if other := i.groups.Get(anywhere); other != nil && other.Value().sameMoment(a, i.now()) && !i.failed(other.Value()) {
		return other.Value()
	}
	return nil
}

// join remembers an alert with the investigation of its group.
func (i *Inbox) join(key string, a Alert, group *entry) (Result, string) {
	if !i.joining.AllowN(i.now(), 1) {
		return TooMany, fmt.Sprintf("More than %d alerts were to join investigations at once; one more can every %s.", joinBurst, joinRefill)
	}
	a.Window = group.Window
	i.alerts.Set(key, &entry{Alert: a, run: group.run}, ttlcache.DefaultTTL)
	return Joined, ""
}

// tells says whether this is the alert itself, which still fires.
func (e *entry) tells(a Alert) bool { return e.Status == Firing && e.StartsAt.Equal(a.StartsAt) }

// sameIncident says whether an alert that began then belongs to what was, or is, investigated: a group's key stays the same for
// ever, and an alert that fires again hours later is another incident.
func (e *entry) sameIncident(a Alert) bool {
	return !a.StartsAt.Before(e.Window.From) && a.StartsAt.Sub(e.Window.To) < time.Hour
}

// sameMoment says whether an alert of another group, of the same service, is about what was investigated a moment ago: rules are often
// grouped by their own names, and one fault fires several of them.
func (e *entry) sameMoment(a Alert, now time.Time) bool {
	return e.sameIncident(a) && now.Sub(e.Window.To) < sharedFor && a.StartsAt.Sub(e.Window.To) < sharedFor
}

// failed says whether an alert's investigation is known to have failed.
func (i *Inbox) failed(e *entry) bool {
	run := i.kept.Get(e.run)
	return run != nil && run.Value().Failed()
}

// open hands what was found to the case opener once it is there, and forgets what is too large to be remembered for hours: whoever
// comes to the alert then has it investigated again.
func (i *Inbox) open(ctx context.Context, organization int64, begun *entry, run *runs.Run) {
	a := begun.Alert
	go func() {
		found, err := run.Wait(ctx) // ends with the runs at the latest
		if i.runs.Closed() {
			return // what was broken off is nothing to keep
		}
		if err == nil && i.cases != nil {
			err = i.openCase(ctx, organization, a, found)
		}
		if written, wrong := json.Marshal(found); wrong != nil || len(written) > mostCase {
			i.kept.Delete(begun.run)
		}
		if err != nil {
			logger.FromContext(ctx).Warn("No case was opened for an alert", "fingerprint", a.Fingerprint, "error", err)
		}
	}()
}

func (i *Inbox) openCase(ctx context.Context, organization int64, a Alert, found *incident.Case) (err error) {
	defer defect.Recover("opening the case of an alert", &err)
	return i.cases.Open(ctx, organization, a, found)
}

// Find gives an alert with its investigation; false when the organization's inbox does not hold both.
func (i *Inbox) Find(organization int64, fingerprint string) (Alert, *runs.Run, bool) {
	item := i.alerts.Get(keyOf(organization, fingerprint))
	if item == nil {
		return Alert{}, nil, false
	}
	run := i.kept.Get(item.Value().run)
	if run == nil {
		return Alert{}, nil, false
	}
	return item.Value().Alert, run.Value(), true
}

// Known is an alert that is remembered, whether or not an investigation of its own answers it.
func (i *Inbox) Known(organization int64, fingerprint string) (Alert, bool) {
	item := i.alerts.Get(keyOf(organization, fingerprint))
	if item == nil {
		return Alert{}, false
	}
	return item.Value().Alert, true
}

// Firing are the alerts of an organization that its senders have not called resolved, as far as they are remembered.
func (i *Inbox) Firing(organization int64) []Alert {
	var firing []Alert
	for key, item := range i.alerts.Items() {
		if a := item.Value().Alert; a.Status == Firing && key == keyOf(organization, a.Fingerprint) {
			firing = append(firing, a)
		}
	}
	return firing
}

// keyOf joins parts so that no part can be taken for two.
func keyOf(organization int64, parts ...string) string {
	key, _ := json.Marshal([]any{organization, parts}) // numbers and texts always have a JSON
	return string(key)
}
