package resource

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/services"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// overview answers GET /services: how the environment's services fare, the worst first.
type overview struct{ environment *environment.Environment }

func (h *overview) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	querier, err := h.environment.Querier(r.Context(), backend.PluginConfigFromContext(r.Context()).OrgID)
	if err != nil {
		refuseFor(w, err)
		return
	}
	found, err := services.Look(r.Context(), querier, h.environment.Naming(), time.Now())
	var problem *source.Problem
	if errors.As(err, &problem) {
		refuse(w, http.StatusBadGateway, problem.Sentence, problem.Advice)
		return
	} else if err != nil {
		refuseFor(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(found) // a client that is gone needs no answer
}
