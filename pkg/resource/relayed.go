package resource

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/faultline-investigation/faultline/pkg/alerts"
	"github.com/faultline-investigation/faultline/pkg/escape"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/links"
	"github.com/faultline-investigation/faultline/pkg/relay"
	"github.com/faultline-investigation/faultline/pkg/runs"
)

// retrySoonSeconds is when a sender should come back with a message that receivers did not accept.
const retrySoonSeconds = "10"

// relayed is one message that is looked into and passed on.
type relayed struct {
	inbox

	organization int64
	message      alerts.Message
	grafana      string                           // where people reach it; empty where that is not known
	outcomes     atomic.Pointer[[]alerts.Outcome] // nil until they are known
}

// passOn passes a message on, and answers the sender once all receivers have it. No answer says that the sender should not send it again
// but one that says that they have.
func (i inbox) passOn(w http.ResponseWriter, r *http.Request, to *relay.Relay, content []byte, message alerts.Message) {
	m := relay.Read(content)
	on := &relayed{inbox: i, organization: backend.PluginConfigFromContext(r.Context()).OrgID, message: message, grafana: i.environment.PublicURL(r.Context())}
	if message.OrgID != 0 { // Grafana itself says where it is
		on.grafana = m.ExternalURL
	}
	if err := to.Pass(r.Context(), m, on.look); err != nil {
		w.Header().Set("Retry-After", retrySoonSeconds)
		refuseFor(w, err)
		return
	}
	outcomes := []alerts.Outcome{}
	if known := on.outcomes.Load(); known != nil {
		outcomes = *known
	}
	reply(w, http.StatusAccepted, map[string]any{"alerts": outcomes})
}

// look implements relay.Look.
func (on *relayed) look(ctx context.Context) (now []relay.Answer, later func(context.Context) []relay.Answer) {
	outcomes, err := on.Receive(ctx, on.organization, on.message)
	on.outcomes.Store(&outcomes)
	found := answers{on: on, all: make([]relay.Answer, len(on.message.Alerts)), under: map[*runs.Run][]int{}, storm: map[int]alerts.Alert{}}
	for at, raw := range on.message.Alerts {
		if at < len(outcomes) {
			found.begin(at, outcomes[at])
		} else {
			found.all[at] = notInvestigated(raw, err)
		}
	}
	if !found.wait(ctx) {
		return found.all, nil
	}
	return slices.Clone(found.all), func(ctx context.Context) []relay.Answer {
		found.wait(ctx)
		return found.all
	}
}

// answers are those of the alerts of one message.
type answers struct {
	on    *relayed
	all   []relay.Answer
	under map[*runs.Run][]int  // alerts by the investigation that answers them
	storm map[int]alerts.Alert // those of a storm that have no answer yet
}

// begin notes what answers an alert, of which is known by now what became of it.
func (a *answers) begin(at int, o alerts.Outcome) {
	a.all[at] = relay.Answer{Reason: relay.Reason(o.Result)}
	switch o.Result {
	case alerts.SourceFailed:
		a.all[at].Summary = o.Sentence
	case alerts.Stormed:
		if alert, known := a.on.Known(a.on.organization, o.Fingerprint); known {
			a.storm[at] = alert
		}
	case alerts.Started, alerts.Joined, alerts.Known:
		a.all[at].Reason = relay.ReasonForgotten
		if _, run, found := a.on.Find(a.on.organization, o.Fingerprint); found {
			a.all[at].Reason = relay.ReasonDeadline
			a.under[run] = append(a.under[run], at)
		}
	default:
	}
}

// wait fills in what the investigations say that end before ctx does; true when others are under way then.
func (a *answers) wait(ctx context.Context) (pending bool) {
	pending = a.awaitStorm(ctx)
	for run, alerts := range a.under {
		c, err := run.Wait(ctx)
		if err != nil && !run.Done() {
			pending = true
			continue
		}
		for _, at := range alerts {
			a.all[at] = a.on.answer((*a.on.outcomes.Load())[at].Fingerprint, c, err)
		}
	}
	return pending
}

// takeApart has the alerts investigated that no cause of the storm explains.
func (a *answers) takeApart(ctx context.Context) {
	for at, alert := range a.storm {
		delete(a.storm, at)
		a.begin(at, alerts.Outcome{Fingerprint: alert.Fingerprint, Result: a.on.TakeApart(ctx, a.on.organization, alert.Fingerprint)})
	}
}

// awaitStorm fills in what the storm says: at once where its causes are known, and else once they have been looked for. What they do not
// explain is investigated by itself then.
func (a *answers) awaitStorm(ctx context.Context) (pending bool) {
	for _, last := range []bool{false, true} {
		for at, alert := range a.storm {
			var explained bool
			if a.all[at], explained = a.on.stormed(ctx, alert); explained {
				delete(a.storm, at)
			}
		}
		if len(a.storm) == 0 || last {
			break
		}
		pending = !a.on.stormy.wait(ctx, a.on.organization)
	}
	if !pending {
		a.takeApart(ctx)
	}
	return pending && len(a.storm) > 0
}

// notInvestigated says of an alert why nothing could be looked at; what has ended needs no word.
func notInvestigated(raw alerts.MessageAlert, err error) relay.Answer {
	if raw.Status != alerts.Firing || err == nil {
		return relay.Answer{Reason: relay.ReasonUnusable}
	}
	sentence, _ := sayOf(err)
	return relay.Answer{Summary: "Not investigated: " + sentence, Reason: relay.ReasonUnusable}
}

// answer is what an investigation says of an alert.
func (on *relayed) answer(fingerprint string, c *incident.Case, err error) relay.Answer {
	if err != nil {
		sentence, _ := sayOf(err)
		return relay.Answer{Summary: "Not investigated: " + sentence, Reason: relay.ReasonFailed}
	}
	address := on.address(fingerprint, c)
	if c.Facts.Verdict == nil || !lookedAt(c) {
		return relay.Answer{Summary: "Not investigated: " + whyNot(c), URL: address, Reason: relay.ReasonNothing}
	}
	a := relay.Answer{Verdict: string(c.Verdict.Level), Summary: c.Verdict.Sentence, URL: address, Names: c.Verdict.Blamed() != nil}
	if owner := on.ownerOf(fingerprint, c); owner != "" {
		a.Summary += " Owner: " + owner + "."
	}
	if !a.Names && len(c.Verdict.Unchecked) > 0 {
		a.Summary += fmt.Sprintf(" %d checks could not be made: %s", len(c.Verdict.Unchecked), c.Verdict.Unchecked[0])
	}
	return a
}

// ownerLabels are labels in which alerts name whose their service is, best first.
var ownerLabels = []string{"owner", "team", "squad"}

// ownerOf is whose the service is that a verdict blames: as the settings say, or else the labels of its own alert.
func (on *relayed) ownerOf(fingerprint string, c *incident.Case) string {
	blamed := c.Verdict.Blamed()
	if blamed == nil {
		return ""
	}
	if blamed.Owner != "" {
		return escape.OneLine(blamed.Owner)
	}
	alert, _, found := on.Find(on.organization, fingerprint)
	if !found || alert.Subject.Service != blamed.Service {
		return ""
	}
	for _, label := range ownerLabels {
		if owner := alert.Labels[label]; owner != "" {
			return escape.OneLine(owner)
		}
	}
	return ""
}

// lookedAt says whether anything about the service could be looked at: the steps of the verdict's own phase end clear without that.
func lookedAt(c *incident.Case) bool {
	for _, s := range c.Steps {
		if s.Phase != incident.PhaseCause && s.Phase != incident.PhaseRecovery && (s.Outcome == incident.Found || s.Outcome == incident.Clear) {
			return true
		}
	}
	return false
}

// whyNot is the reason of the first step that could not look.
func whyNot(c *incident.Case) string {
	for _, s := range c.Steps {
		if s.Outcome == incident.NotChecked && s.Reason != "" {
			return s.Reason
		}
	}
	return "no store could be queried."
}

// address leads to the investigation that is ready.
func (on *relayed) address(fingerprint string, c *incident.Case) string {
	if on.grafana == "" {
		return ""
	}
	link := links.Link{DataSource: on.environment.UID(), Service: c.Subject.Service, Operation: c.Subject.Operation, Scope: c.Subject.Scope, Alert: fingerprint}
	if alert, _, found := on.Find(on.organization, fingerprint); found {
		link.At = strconv.FormatInt(alert.StartsAt.UnixMilli(), 10)
	}
	query := link.Query()
	query.Set("orgId", strconv.FormatInt(on.organization, 10))
	return strings.TrimRight(on.grafana, "/") + (&url.URL{Path: links.Path, RawQuery: query.Encode()}).String()
}
