package incident

import "time"

// Asked is what one trace asks a service.
type Asked struct {
	Trace    Trace
	Requests []Span // the service's own, one at least
}

// Asking are the sampled traces that ask a service at certain times, with what they ask of it: of one operation as spans name it, where
// that is given, else of any.
func (n *Neighbours) Asking(service, operation string, at func(time.Time) bool) []Asked {
	if n == nil {
		return nil
	}
	var all []Asked
	for _, t := range n.Traces {
		var requests []Span
		for _, span := range t.Spans {
			if span.Service == service && (span.Kind == KindServer || span.Kind == KindConsumer) && (operation == "" || span.Name == operation) {
				requests = append(requests, span)
			}
		}
		if len(requests) > 0 && at(requests[0].Start) {
			all = append(all, Asked{t, requests})
		}
	}
	return all
}
