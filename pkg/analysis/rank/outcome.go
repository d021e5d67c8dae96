package rank

import (
	"strconv"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	clientFault = 400 // HTTP status from which a request was not done
	serverFault = 500 // HTTP status from which that is the server's fault
)

// statusAttributes hold the HTTP status of a span, the usual one first.
var statusAttributes = []string{"http.response.status_code", "http.status_code"}

// httpStatus is the HTTP status that a span has; 0 for none.
func httpStatus(s *incident.Span) int {
	for _, name := range statusAttributes {
		if code, err := strconv.Atoi(s.Attributes[name]); err == nil {
			return code
		}
	}
	return 0
}

// showOutcome shows what became of a span, and that the entries above it may have ended early by that. A request that is refused
// is told apart from one that failed: who is to blame differs.
func (f *forest) showOutcome(owner int32, s *incident.Span, service int32) {
	code := httpStatus(s)
	switch {
	case s.Failed || code >= serverFault && s.Kind == incident.KindServer:
		f.show(owner, feature{kind: Errors, service: service, about: incident.Aspect{Operation: s.Name}, bad: true})
	case code >= clientFault && s.Kind == incident.KindServer:
		f.show(owner, feature{kind: Refused, service: service, about: incident.Aspect{Operation: s.Name, Status: code}, bad: true})
	case code < clientFault:
		return
	}
	for e := owner; e >= 0 && !f.entries[e].troubled; e = f.entries[e].up {
		f.entries[e].troubled = true
	}
}

// takeSpans takes the spans below a call from those that the caller made itself.
func (f *forest) takeSpans(caller int32, within int) {
	e := &f.entries[caller]
	if e.spans = e.spans - narrow(within); within == 0 || e.spans < 1 {
		e.spans = 0 // not known
	}
}
