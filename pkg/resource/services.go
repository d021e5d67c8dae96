package resource

import (
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/services"
)

// overview answers GET /services: how the environment's services fare, the worst first.
type overview struct{ environment *environment.Environment }

func (h *overview) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	querier, err := h.environment.Querier(r.Context(), backend.PluginConfigFromContext(r.Context()).OrgID)
	if err != nil {
		refuseFor(w, err)
		return
	}
	found, err := services.Look(r.Context(), querier, h.environment.Naming(), h.environment.Limits().QuestionTimeout, h.environment.Now())
	answerWith(w, http.StatusOK, found, err)
}
