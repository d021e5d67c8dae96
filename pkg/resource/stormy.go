package resource

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend/log"

	"github.com/faultline-investigation/faultline/pkg/alerts"
	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/firing"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/relay"
	"github.com/faultline-investigation/faultline/pkg/storms"
)

// stormAgain is how long after a storm was looked at it is looked at again because of a new alert.
const stormAgain = time.Minute

// stormWatch looks for the causes of storms that the webhook is told of. It implements alerts.Storms.
type stormWatch struct {
	environment *environment.Environment
	told        *alerts.Inbox
	storms      stormAnswers

	mu    sync.Mutex
	looks map[int64]*stormLook // the last one of each organization
}

// stormAnswers explain alerts; *storms.Storms does.
type stormAnswers interface {
	Find(ctx context.Context, organization int64, request storms.Request, notify func(storms.Storm)) (storms.Storm, error)
	Join(ctx context.Context, organization int64, a firing.Alert) (storms.Joined, bool)
}

// stormLook is one look for the causes of a storm.
type stormLook struct {
	began time.Time
	ended chan struct{} // closed at its end
	once  sync.Once
}

func (l *stormLook) end() { l.once.Do(func() { close(l.ended) }) }

func watchStorms(e *environment.Environment, told *alerts.Inbox, all stormAnswers) *stormWatch {
	w := &stormWatch{environment: e, told: told, storms: all, looks: map[int64]*stormLook{}}
	if told != nil {
		told.Answering(w)
	}
	return w
}

// Explains implements alerts.Storms.
func (w *stormWatch) Explains(ctx context.Context, organization int64, a alerts.Alert) bool {
	_, is := w.storms.Join(ctx, organization, received([]alerts.Alert{a})[0])
	return is
}

// Arise implements alerts.Storms.
func (w *stormWatch) Arise(ctx context.Context, organization int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if last := w.looks[organization]; last != nil && time.Since(last.began) < stormAgain {
		return
	}
	look := &stormLook{began: time.Now(), ended: make(chan struct{})}
	w.looks[organization] = look
	within := context.WithoutCancel(ctx) // it has Grafana's configuration, and outlives the message
	w.environment.Go(func(living context.Context) {
		defer look.end()
		ctx, cancel := context.WithCancel(within)
		defer cancel()
		defer context.AfterFunc(living, cancel)()
		known := firing.Recent(received(w.told.Firing(organization)), w.environment.Now().Add(-toldLastFor))
		found, err := w.storms.Find(ctx, organization, storms.Request{Known: known}, nil)
		if err != nil {
			log.DefaultLogger.FromContext(ctx).Warn("A storm of alerts was not explained", "error", err)
		} else {
			w.keep(ctx, organization, found)
		}
		w.apart(ctx, organization, look)
	})
}

// apart has the alerts investigated that the causes do not explain: those who wait for the storm's answer go on meanwhile.
func (w *stormWatch) apart(ctx context.Context, organization int64, look *stormLook) {
	look.end()
	w.told.InvestigateApart(ctx, organization)
}

// keep opens a case for each cause that an investigation named, as for the first of its alerts.
func (w *stormWatch) keep(ctx context.Context, organization int64, found storms.Storm) {
	for _, c := range found.Causes {
		if c.Case == nil || c.Level == incident.NoClearCause {
			continue
		}
		at := slices.IndexFunc(found.Alerts, func(a firing.Alert) bool { return a.Subject.Service == c.From.Subject.Service })
		if at < 0 {
			continue
		}
		first := found.Alerts[at]
		alert := alerts.Alert{Fingerprint: first.ID, Status: alerts.Firing, Labels: first.Labels, StartsAt: first.Began.To, Subject: first.Subject, Window: c.From.Window}
		if err := (AlertCases{Environment: w.environment}).Open(ctx, organization, alert, c.Case); err != nil {
			log.DefaultLogger.FromContext(ctx).Warn("No case was opened for the cause of a storm", "service", c.Service, "error", err)
		}
	}
}

// wait waits until the look that is under way has ended; false when ctx ends before.
func (w *stormWatch) wait(ctx context.Context, organization int64) bool {
	w.mu.Lock()
	last := w.looks[organization]
	w.mu.Unlock()
	if last == nil {
		return true
	}
	select {
	case <-last.ended:
		return true
	case <-ctx.Done():
		return false
	}
}

// stormed is what the storm says of an alert; false where its causes do not explain it.
func (on *relayed) stormed(ctx context.Context, a alerts.Alert) (relay.Answer, bool) {
	joined, is := on.stormy.storms.Join(ctx, on.organization, received([]alerts.Alert{a})[0])
	if !is {
		return relay.Answer{Reason: relay.ReasonStorm}, false
	}
	answer := relay.Answer{Verdict: string(joined.Cause.Level), URL: on.stormAddress(joined.At), Names: joined.Cause.Level != incident.NoClearCause,
		Summary: fmt.Sprintf("%s One cause of a storm of %d alerts", joined.Cause.Sentence, joined.Alerts)}
	if len(joined.Path) > 1 {
		answer.Summary += fmt.Sprintf("; it reaches this service by calls from %s", strings.Join(joined.Path, " to "))
	}
	answer.Summary += "."
	if joined.Cause.Owner != "" {
		answer.Summary += " Owner: " + joined.Cause.Owner + "."
	}
	return answer, true
}

// stormAddress leads to the page of a storm; empty where nobody knows where Grafana is.
func (on *relayed) stormAddress(at time.Time) string {
	if on.grafana == "" {
		return ""
	}
	query := url.Values{"ds": {on.environment.UID()}, "at": {strconv.FormatInt(at.UnixMilli(), 10)}, "orgId": {strconv.FormatInt(on.organization, 10)}}
	return strings.TrimRight(on.grafana, "/") + (&url.URL{Path: stormPath, RawQuery: query.Encode()}).String()
}

// stormPath is where the app shows a storm.
const stormPath = "/a/faultline-investigation-app/storm"
