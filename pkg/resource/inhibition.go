package resource

import (
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/firing"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/inhibition"
)

var inhibitionBody = body{most: stormBytes, known: true, what: "a JSON object with sources and targets",
	advice: `Send {"sources": [{"labels": {"alertname": "...", "service": "..."}}], "targets": [...]}.`, smaller: "Send fewer alerts."}

// inhibited answers POST /inhibition: the rule by which Alertmanager would keep some alerts quiet while others fire, and what it would
// have done in the last 30 days.
type inhibited struct{ environment *environment.Environment }

// inhibitionRequest are the alerts of the request.
type inhibitionRequest struct {
	Sources []incident.ActiveAlert `json:"sources"`
	Targets []incident.ActiveAlert `json:"targets"`
}

// inhibitionAnswer is the rule with its trial.
type inhibitionAnswer struct {
	YAML    string           `json:"yaml"`
	LeftOut int              `json:"leftOut"` // alerts that no rule can pick, since no label of theirs names the service
	Trial   inhibition.Trial `json:"trial"`
}

func (h *inhibited) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var request inhibitionRequest
	if !inhibitionBody.read(w, r, &request) {
		return
	}
	querier, err := h.environment.Querier(r.Context(), backend.PluginConfigFromContext(r.Context()).OrgID)
	if err != nil {
		refuseFor(w, err)
		return
	}
	of := func(all []incident.ActiveAlert) []firing.Alert {
		var alerts []firing.Alert
		for _, a := range all[:min(mostFiring, len(all))] {
			alerts = append(alerts, firing.Told(a, firing.FromGrafana))
		}
		return alerts
	}
	rules, leftOut := inhibition.Propose(of(request.Sources), of(request.Targets))
	if len(rules) == 0 {
		refuseFor(w, failure.New(failure.Invalid, "No rule can tell these alerts apart: the alerts of the cause's own services, or the others, have no label that names their service.",
			"Give the alert rules a label service_name."))
		return
	}
	trial, err := inhibition.Try(r.Context(), querier, h.environment.Limits().QuestionTimeout, h.environment.Now(), rules)
	answerWith(w, http.StatusOK, inhibitionAnswer{inhibition.YAML(rules), leftOut, trial}, err)
}
