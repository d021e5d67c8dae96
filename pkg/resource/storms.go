package resource

import (
	"fmt"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/faultline-investigation/faultline/pkg/alerts"
	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/firing"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/storms"
)

const (
	stormBytes  = 4 << 20
	mostFiring  = 2000
	toldLastFor = time.Hour // how long an alert of the webhook counts as firing: senders may say nothing of its end
)

var stormBody = body{most: stormBytes, known: true, what: "a JSON object with at and alerts",
	advice: `Send {"at": "2026-03-02T10:00:00Z", "alerts": [{"labels": {"alertname": "..."}, "annotations": {}, "since": "..."}]}, or {}.`, smaller: "Send fewer alerts."}

// stormed answers POST /storms: it looks for the causes of all that fires, and streams what is known so far, a line of JSON each. The
// request may name alerts that its sender has read, such as those of Grafana that a person may see.
type stormed struct {
	environment *environment.Environment
	told        *alerts.Inbox
	storms      *storms.Storms
	beat        time.Duration
	streams     *streamRegistry
}

// stormRequest is the body of a request.
type stormRequest struct {
	At     time.Time              `json:"at,omitzero"` // now without it
	Alerts []incident.ActiveAlert `json:"alerts"`
}

// stormEvent is a line of the answer.
type stormEvent struct {
	Type  string       `json:"type"` // "storm", and "done" for the last
	Storm storms.Storm `json:"storm"`
}

func (h *stormed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var request stormRequest
	if !stormBody.read(w, r, &request) {
		return
	}
	if len(request.Alerts) > mostFiring {
		refuse(w, http.StatusBadRequest, fmt.Sprintf("The request has %d alerts.", len(request.Alerts)), fmt.Sprintf("Send at most %d.", mostFiring))
		return
	}
	ctx, cancel := h.streams.register(r)
	defer cancel()
	stream := newStream(w, cancel)
	stop := stream.beatEvery(h.beat)
	defer stop()
	organization := backend.PluginConfigFromContext(r.Context()).OrgID
	found, err := h.storms.Find(ctx, organization, storms.Request{At: request.At, Known: h.known(organization, request)}, func(s storms.Storm) {
		if !s.Done {
			stream.send(stormEvent{"storm", s})
		}
	})
	stop()
	switch {
	case ctx.Err() != nil:
		stream.farewell()
	case err != nil: // nothing has been sent then
		refuseFor(w, err)
	default:
		stream.send(stormEvent{"done", found})
	}
}

// known are the alerts that others have read: whoever asks, and the senders of the webhook, who know of now alone.
func (h *stormed) known(organization int64, request stormRequest) []firing.Alert {
	var known []firing.Alert
	for _, a := range request.Alerts {
		known = append(known, firing.Told(a, firing.FromGrafana))
	}
	if request.At.IsZero() {
		known = append(known, firing.Recent(received(h.told.Firing(organization)), h.environment.Now().Add(-toldLastFor))...)
	}
	return known
}

// received are alerts of the webhook.
func received(told []alerts.Alert) []firing.Alert {
	var all []firing.Alert
	for _, a := range told {
		one := firing.Told(incident.ActiveAlert{Labels: a.Labels, Since: a.StartsAt}, firing.FromWebhook)
		one.Subject = a.Subject
		all = append(all, one)
	}
	return all
}
