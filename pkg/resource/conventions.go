package resource

import (
	"encoding/json"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/faultline-investigation/faultline/pkg/environment"
)

// conventions answers GET /conventions with an incident.ConventionReport: which metrics and labels were looked for, which
// the stores have, what was chosen and why. What is known from the last minutes is told again; ?fresh=true asks anew.
type conventions struct{ environment *environment.Environment }

func (h *conventions) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	fresh := false
	switch value := r.URL.Query().Get("fresh"); value {
	case "", "false":
	case "true":
		fresh = true
	default:
		refuse(w, http.StatusBadRequest, "fresh is "+quoted(value)+", which is neither true nor false.", "Leave it out, or set it to true to ask the stores again.")
		return
	}
	report, err := h.environment.Conventions(r.Context(), backend.PluginConfigFromContext(r.Context()).OrgID, fresh)
	w.Header().Set("Cache-Control", "no-store")
	answerWith(w, http.StatusOK, report, err)
}

// quoted writes a value of a request so that it cannot be taken for a part of the sentence.
func quoted(value string) string {
	text, _ := json.Marshal(value) // a string always has JSON
	return string(text)
}
