package resource

import (
	"context"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/faultline-investigation/faultline/pkg/alerts"
	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/runs"
	"github.com/faultline-investigation/faultline/pkg/source"
)

const (
	requestBytes = 64 << 10
	heartbeat    = 10 * time.Second // proxies give up on streams that are silent for long
)

var requestBody = body{most: requestBytes, known: true, what: "a JSON object with subject and window",
	advice: `Send {"subject": {"service": "..."}, "window": {"from": "...", "to": "..."}}.`, smaller: "Send the subject and the window, and nothing else."}

// investigations answers POST /investigations: it runs an investigation and streams its events, a line of JSON each.
// People who ask for the same at the same time follow one run; when the last of them goes away, it is canceled. Of an alert
// whose investigation is ready, or under way, that one's events are streamed instead; it goes on without the client. With
// ?save=true what was found is kept as a case; with &practice=true it is not told.
type investigations struct {
	environment *environment.Environment
	told        *alerts.Inbox
	beat        time.Duration
	streams     *streamRegistry
	shared      runs.Shared
}

// asked is the body of a request.
type asked struct {
	investigate.Request

	Alert string `json:"alert"` // fingerprint of the alert that it is about; empty for none
}

func (h *investigations) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var request asked
	if !requestBody.read(w, r, &request) {
		return
	}
	organization := backend.PluginConfigFromContext(r.Context()).OrgID
	querier, err := h.environment.Querier(r.Context(), organization)
	if err != nil {
		refuseFor(w, err)
		return
	}
	request.Window = h.environment.Window(request.Window)
	request.Origin = investigate.FromPage
	request.Environment, request.Naming, request.Knowledge = h.environment.Name(), h.environment.Naming(), h.environment.Knowledge()
	ctx, cancel := h.streams.register(r)
	defer cancel()
	stream := newStream(w, cancel)
	stop := stream.beatEvery(h.beat)
	defer stop()
	keeper := newKeeper(r, h.environment)
	seen := func(e investigate.Event) (investigate.Event, bool) { return e, true }
	if r.URL.Query().Get("practice") == "true" {
		seen = unseen
	}
	notify := func(e investigate.Event) {
		if e.Type == investigate.Done {
			keeper.settle()
			stop() // nothing comes after it
		}
		if shown, is := seen(e); is {
			stream.send(shown)
		}
		if e.Type == investigate.Started {
			keeper.begin(h.environment, e, request.Alert, stream.send)
		}
	}
	found, err := h.follow(ctx, organization, request, querier, notify)
	if err != nil && ctx.Err() == nil { // nothing has been sent then
		refuseFor(w, err)
	}
	keeper.conclude(found, ctx.Err() == nil)
	if ctx.Err() != nil {
		stop()
		stream.farewell()
	}
}

// follow joins the investigation of the alert, or that which others of the organization follow, or else begins one.
func (h *investigations) follow(ctx context.Context, organization int64, request asked, querier source.Querier, notify func(investigate.Event)) (*incident.Case, error) {
	if ready, run, is := h.told.Find(organization, request.Alert); is && request.Alert != "" && !run.Failed() && request.about(ready) {
		return run.Follow(ctx, notify)
	}
	investigation := func(ctx context.Context, notify func(investigate.Event)) (*incident.Case, error) {
		return investigate.Run(ctx, request.Request, querier, investigate.Options{Limits: h.environment.Limits(), Now: h.environment.Now}, notify)
	}
	return h.shared.Follow(ctx, organization, request.Request, investigation, notify)
}

// aboutSame says whether the request names the same service and operation.
func (a asked) aboutSame(s incident.Subject) bool {
	return a.Subject.Service == s.Service && a.Subject.Operation == s.Operation && a.Subject.Scope.Says(s.Scope)
}

// about says whether the request asks for no more than what an alert's investigation looked at.
func (a asked) about(ready alerts.Alert) bool {
	return len(a.Phases) == 0 && (a.Subject.Service == "" || a.aboutSame(ready.Subject)) && (a.Window.IsZero() || a.Window.From.Sub(ready.Window.From).Abs() < time.Hour)
}
