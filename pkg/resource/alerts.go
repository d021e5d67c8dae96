package resource

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/faultline-investigation/faultline/pkg/alerts"
	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	retryAfterSeconds = "60"
	messageBytes      = 8 << 20 // of a few thousand alerts
)

var messageBody = body{most: messageBytes, what: "the body of an Alertmanager's webhook",
	advice:  "Send what a Grafana contact point of the type Webhook sends, without a custom payload.",
	smaller: "Have fewer alerts sent at once: group them by more labels, or set max_alerts of the webhook."}

// inbox answers POST /alerts, which takes a webhook, and GET /alerts/{fingerprint}.
type inbox struct {
	*alerts.Inbox

	environment *environment.Environment
	stormy      *stormWatch
}

// receive takes the webhook of Alertmanager or of Grafana's contact points. What it tells of becomes a case, so that it takes
// the role that opening a case takes. Senders repeat what was refused with 429 or 503. Where the settings name receivers, it is passed on to
// them, whatever it holds.
func (i inbox) receive(w http.ResponseWriter, r *http.Request) {
	if !allowed(w, r, editor) {
		return
	}
	content, is := messageBody.whole(w, r)
	if !is {
		return
	}
	to, err := i.environment.Relay()
	if err != nil {
		refuseFor(w, err)
		return
	}
	var message alerts.Message
	if to != nil {
		_ = json.Unmarshal(content, &message) // what cannot be read is passed on as it is
	} else if !messageBody.decoded(w, bytes.NewReader(content), &message) {
		return
	}
	organization := backend.PluginConfigFromContext(r.Context()).OrgID
	if message.OrgID != 0 && message.OrgID != organization {
		refuse(w, http.StatusForbidden, fmt.Sprintf("These alerts are of organization %d, but this data source is of organization %d.", message.OrgID, organization),
			"Use a data source and a token of the organization that the alert rules belong to.")
		return
	}
	if to != nil {
		i.passOn(w, r, to, content, message)
		return
	}
	outcomes, err := i.Receive(r.Context(), organization, message)
	if err != nil {
		refuseFor(w, err)
		return
	}
	status := http.StatusAccepted
	for _, o := range outcomes {
		if o.Result == alerts.TooMany {
			w.Header().Set("Retry-After", retryAfterSeconds)
			status = http.StatusTooManyRequests
		}
	}
	reply(w, status, map[string]any{"alerts": outcomes})
}

// known is an alert with what is known of it so far.
type known struct {
	alerts.Alert

	Done    bool              `json:"done"`              // the investigation has ended
	Verdict *incident.Verdict `json:"verdict,omitempty"` // once it has
}

// show says what an alert is about and what was found, to whoever may ask the environment now: it was asked before, and the app
// may have been taken from the organization since.
func (i inbox) show(w http.ResponseWriter, r *http.Request) {
	if _, err := i.environment.Querier(r.Context(), backend.PluginConfigFromContext(r.Context()).OrgID); err != nil {
		refuseFor(w, err)
		return
	}
	alert, run, found := i.Find(backend.PluginConfigFromContext(r.Context()).OrgID, r.PathValue("fingerprint"))
	if !found {
		refuse(w, http.StatusNotFound, "This alert is not known here, or was forgotten.",
			"Investigate it by its service. To have alerts investigated as they fire, set up the webhook, as the documentation that the plugin links to describes (alerts.md).")
		return
	}
	answer := known{Alert: alert, Done: run.Done()}
	if answer.Done {
		if c, err := run.Wait(r.Context()); err == nil {
			answer.Verdict = &c.Verdict
		}
	}
	reply(w, http.StatusOK, answer)
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that is gone needs no answer
}
