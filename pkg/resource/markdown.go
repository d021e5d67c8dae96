package resource

import (
	"io"
	"net/http"

	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/report"
)

var documentBody = body{most: caseBytes, what: "a case document", advice: `Send the case as the event "done" of an investigation holds it.`,
	smaller: "Investigate a shorter window."}

// written answers POST /report: it writes the case of the body as Markdown, without secrets: what is copied is pasted elsewhere. It
// asks no store anything.
type written struct{ environment *environment.Environment }

func (h written) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var document incident.Case
	if !documentBody.read(w, r, &document) {
		return
	}
	masks, err := h.environment.Masks()
	if err == nil {
		_, err = masks.Value(&document)
	}
	if err != nil {
		refuse(w, http.StatusUnprocessableEntity, "The report cannot be written: "+err.Error()+".", "Fix masks in the data source's settings.")
		return
	}
	w.Header().Set("Content-Type", "text/markdown; charset=utf-8")
	_, _ = io.WriteString(w, report.Markdown(&document)) // a client that is gone needs no answer
}
