package resource

import (
	"bytes"
	"mime"
	"net/http"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/faultline-investigation/faultline/pkg/environment"
)

// assisted passes on the requests of an organization that may look to the protocol of assistants, and refuses all others before any
// tool is named.
type assisted struct {
	environment *environment.Environment
	next        http.Handler
}

func (a assisted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, err := a.environment.Querier(r.Context(), backend.PluginConfigFromContext(r.Context()).OrgID); err != nil {
		refuseFor(w, err)
		return
	}
	explained := &explainedRefusal{ResponseWriter: w}
	a.next.ServeHTTP(explained, r)
	explained.end()
}

// explainedRefusal makes a plain text with which the protocol's library refuses a request a refusal like all others. What is JSON
// belongs to the protocol, and is passed on.
type explainedRefusal struct {
	http.ResponseWriter

	status int // of what is held back
	said   bytes.Buffer
}

// WriteHeader implements http.ResponseWriter.
func (e *explainedRefusal) WriteHeader(status int) {
	kind, _, err := mime.ParseMediaType(e.Header().Get("Content-Type"))
	if status >= http.StatusBadRequest && (err != nil || kind == "text/plain") {
		e.status = status
		return
	}
	e.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (e *explainedRefusal) Write(content []byte) (int, error) {
	if e.status != 0 {
		return e.said.Write(content)
	}
	return e.ResponseWriter.Write(content)
}

// Flush implements http.Flusher.
func (e *explainedRefusal) Flush() {
	if flusher, ok := e.ResponseWriter.(http.Flusher); ok && e.status == 0 {
		flusher.Flush()
	}
}

func (e *explainedRefusal) end() {
	if e.status == 0 {
		return
	}
	refuse(e.ResponseWriter, e.status, "This is no request of the Model Context Protocol: "+strings.TrimSpace(e.said.String())+".",
		"Connect with a client of MCP's streamable HTTP, or send the headers that docs/assistants.md shows.")
}
