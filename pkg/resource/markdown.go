package resource

import (
	"io"
	"net/http"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/report"
)

var documentBody = body{most: caseBytes, what: "a case document", advice: `Send the case as the event "done" of an investigation holds it.`,
	smaller: "Investigate a shorter window."}

// writeReport answers POST /report: it writes the case of the body as Markdown. It asks no store anything.
func writeReport(w http.ResponseWriter, r *http.Request) {
	var document incident.Case
	if !documentBody.read(w, r, &document) {
		return
	}
	w.Header().Set("Content-Type", "text/markdown; charset=utf-8")
	_, _ = io.WriteString(w, report.Markdown(&document)) // a client that is gone needs no answer
}
