package resource

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/report"
)

// caseBytes is more than the document of any investigation holds.
const caseBytes = 15 << 20

// writeReport answers POST /report: it writes the case of the body as Markdown. It asks no store anything.
func writeReport(w http.ResponseWriter, r *http.Request) {
	body := r.Body
	if body == nil { // a request that came over the plugin protocol without one
		body = http.NoBody
	}
	var document incident.Case
	if err := json.NewDecoder(io.LimitReader(body, caseBytes)).Decode(&document); err != nil {
		refuse(w, http.StatusBadRequest, fmt.Sprintf("The request is no case document: %s.", err), "Send the case as the event \"done\" of an investigation holds it.")
		return
	}
	w.Header().Set("Content-Type", "text/markdown; charset=utf-8")
	_, _ = io.WriteString(w, report.Markdown(&document)) // a client that is gone needs no answer
}
