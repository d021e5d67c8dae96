package host

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/faultline-investigation/faultline/lab/plugin"
)

// largestBody is more than any request of the plugin's holds, in bytes.
const largestBody = 16 << 20

// resource passes a request on to the backend and the answer back, each part as soon as it is there. A client that goes
// away ends the request's context, and with it the backend's work.
func (s *site) resource(w http.ResponseWriter, r *http.Request) {
	i, found := s.instance(w, r.PathValue("uid"))
	if !found {
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, largestBody))
	if err != nil {
		refuse(w, http.StatusBadRequest, "The request could not be read: "+err.Error())
		return
	}
	begun := false
	err = i.Stream(r.Context(), i.Instance, plugin.Request{Method: r.Method, Path: r.PathValue("path"), Query: r.URL.RawQuery, Body: body, Headers: passedOn(r.Header)},
		func(part plugin.Part) error {
			if !begun {
				begun = true
				begin(w, part)
			}
			if _, err := w.Write(part.Body); err != nil {
				return err
			}
			return http.NewResponseController(w).Flush()
		})
	if err != nil && !begun && r.Context().Err() == nil {
		refuse(w, http.StatusBadGateway, "The backend did not answer: "+err.Error())
	} else if err != nil && !errors.Is(err, r.Context().Err()) {
		// The status has been sent, so that breaking the connection is the way to say that the answer is not whole.
		panic(http.ErrAbortHandler)
	}
}

// passedOn are the headers of a request that Grafana passes on too and that matter to the backend: what is sent, what is understood, and
// the version of the Model Context Protocol.
func passedOn(all http.Header) http.Header {
	some := http.Header{}
	for name, values := range all {
		if name == "Accept" || name == "Content-Type" || strings.HasPrefix(name, "Mcp-") {
			some[name] = values
		}
	}
	return some
}

func begin(w http.ResponseWriter, part plugin.Part) {
	for name, values := range part.Headers {
		w.Header()[http.CanonicalHeaderKey(name)] = values
	}
	w.WriteHeader(part.Status)
}
