package resource

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/casebook"
	"github.com/faultline-investigation/faultline/pkg/report"
)

// report writes a case's post-mortem: ?format=markdown (usually), chat, html or json, and ?zone=Europe/Berlin for local times.
func (h *cases) report(w http.ResponseWriter, r *http.Request, book *casebook.Casebook) {
	asked := r.URL.Query()
	zone, err := time.LoadLocation(asked.Get("zone"))
	if err != nil {
		refuse(w, http.StatusBadRequest, "There is no time zone "+asked.Get("zone")+".", "Use a name such as Europe/Berlin, or leave zone out for UTC.")
		return
	}
	saved, err := book.Read(r.Context(), r.PathValue("id"))
	if err != nil {
		refuseFor(w, err)
		return
	}
	earlier, err := book.Before(r.Context(), saved.ID)
	written := report.PostMortemOf(saved, zone, &earlier)
	if err != nil { // the case itself is there, and that is what was asked for
		sentence, _ := sayOf(err)
		written.Left = append(written.Left, "Earlier cases could not be compared: "+sentence)
	}
	switch format := asked.Get("format"); format {
	case "", "markdown":
		answerText(w, "text/markdown; charset=utf-8", []byte(written.Markdown()))
	case "chat":
		answerText(w, "text/plain; charset=utf-8", []byte(written.Chat(h.address(r, saved.ID))))
	case "html":
		page, err := written.HTML()
		if err != nil {
			refuseFor(w, err)
			return
		}
		answerText(w, "text/html; charset=utf-8", page)
	case "json":
		answerWith(w, http.StatusOK, written, nil)
	default:
		refuse(w, http.StatusBadRequest, "There is no format "+format+".", "Choose markdown, chat, html or json.")
	}
}

func answerText(w http.ResponseWriter, kind string, content []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'")
	_, _ = w.Write(content) // #nosec G705 -- the report escapes what it shows; a client that is gone needs no answer
}

// address is where people read a case; empty where it is not known how they reach Grafana.
func (h *cases) address(r *http.Request, id string) string {
	root := h.environment.PublicURL(r.Context())
	if root == "" {
		return ""
	}
	return strings.TrimSuffix(root, "/") + casesPath + url.PathEscape(id) + "?" + url.Values{"ds": {h.environment.UID()}}.Encode()
}

// casesPath is where the app shows cases, below Grafana's own address.
const casesPath = "/a/faultline-investigation-app/cases/"
