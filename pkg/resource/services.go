package resource

import (
	"net/http"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// overview answers GET /services: how the environment's services fare, the worst first.
type overview struct{ environment *environment.Environment }

func (h *overview) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	found, err := Survey{h.environment}.Services(r.Context(), backend.PluginConfigFromContext(r.Context()).OrgID)
	answerWith(w, http.StatusOK, found, err)
}

// requested answers GET /operations?service=NAME: what a service is asked for, the busiest first. The parameters namespace, environment and
// cluster say which of several services of the name.
type requested struct{ survey Survey }

func (h requested) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked := r.URL.Query()
	of := incident.Subject{Service: strings.TrimSpace(asked.Get("service")), Scope: incident.Scope{Namespace: asked.Get("namespace"),
		Environment: asked.Get("environment"), Cluster: asked.Get("cluster")}}
	if of.Service == "" {
		refuse(w, http.StatusBadRequest, "Operations are of one service, and none is named.", "Add the parameter service.")
		return
	}
	found, err := h.survey.Operations(r.Context(), backend.PluginConfigFromContext(r.Context()).OrgID, of)
	answerWith(w, http.StatusOK, found, err)
}
