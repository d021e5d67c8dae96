package readiness

import (
	"fmt"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// sampled is what the sampled spans of one service tell.
type sampled struct {
	spans          int
	served, called int             // of them: what it served, and what it called
	continued      int             // of those served: within a caller's trace
	has            map[string]int  // spans by each of the attributes asked for
	peers          map[string]bool // what the spans of its calls say is called
	pods           map[string]bool
}

// add counts a span of the service.
func (s *sampled) add(span incident.Span) {
	s.spans++
	switch span.Kind {
	case incident.KindServer, incident.KindConsumer:
		s.served++
		if span.Parent != "" {
			s.continued++
		}
	case incident.KindClient, incident.KindProducer:
		s.called++
	case incident.KindInternal, incident.KindUnset:
	}
	for name, value := range span.Attributes {
		if value != "" {
			s.has[name]++
		}
	}
	for _, name := range peerNames {
		if peer := span.Attributes[name]; peer != "" {
			host, _, _ := strings.Cut(peer, ".")
			s.peers = with(with(s.peers, peer), host)
		}
	}
	s.pods = with(s.pods, span.Attributes[podAttribute])
}

// with adds a value to a set that may not be there yet; an empty value adds nothing.
func with(set map[string]bool, value string) map[string]bool {
	if value == "" {
		return set
	}
	if set == nil {
		set = map[string]bool{}
	}
	set[value] = true
	return set
}

const blindWithoutTraces = "No failing request of it can be shown, nor the span in which it went wrong, nor the lines that belong to it."

// traces says whether spans of the service arrive, and whether its callers' traces reach it.
func (s *survey) traces(service string) Factor {
	services := s.answers[spanServices]
	if services.Problem != nil {
		return notChecked(Traces, services.Problem)
	}
	if !slices.Contains(services.Names, service) {
		return Factor{Factor: Traces, State: Missing, Sentence: fmt.Sprintf("No span of it arrived in the last %d minutes.", minutes), Values: []incident.Value{lookedAt},
			Blind: blindWithoutTraces, Change: &changeTraces}
	}
	seen := s.spans[service]
	if seen == nil {
		if problem := s.samplesProblem(); problem != nil {
			return notChecked(Traces, problem)
		}
		return s.unsampled(Traces)
	}
	values := []incident.Value{value("requests sampled", seen.served), value("within a caller's trace", seen.continued)}
	caller := s.callerOf(service)
	switch {
	case seen.served == 0:
		return Factor{Factor: Traces, State: Ready, Sentence: "Spans of it arrive; it calls others and serves no requests.", Values: values}
	case seen.continued > 0:
		return Factor{Factor: Traces, State: Ready, Values: values, Sentence: fmt.Sprintf(
			"Spans of it arrive, and callers' traces reach it: %d of %d sampled requests are part of one.", seen.continued, seen.served)}
	case caller != "":
		return Factor{Factor: Traces, State: Partly, Values: values, Change: &changePropagation, Sentence: fmt.Sprintf(
			"Spans of it arrive, but each of %d sampled requests begins a trace of its own, although %s calls it.", seen.served, caller),
			Blind: "A request that fails in it cannot be followed from its callers."}
	}
	return Factor{Factor: Traces, State: Ready, Values: values, Sentence: fmt.Sprintf(
		"Spans of it arrive; each of %d sampled requests begins its trace here.", seen.served)}
}

// callerOf is another service of which a sampled span says that it calls this one; empty where none does.
func (s *survey) callerOf(service string) string {
	var callers []string
	for name, other := range s.spans {
		if name != service && other.peers[service] {
			callers = append(callers, name)
		}
	}
	if len(callers) == 0 {
		return ""
	}
	return slices.Min(callers)
}

// samplesProblem is why spans could not be sampled; nil where nothing went wrong. The last search decides: after one that
// failed there is no other.
func (s *survey) samplesProblem() *source.Problem {
	if n := len(s.searches); n > 0 && s.answers[s.searches[n-1]].Problem != nil {
		return s.answers[s.searches[n-1]].Problem
	}
	return s.answers[spanSample].Problem
}

// unsampled is a factor of a service of which no span happened to be sampled.
func (s *survey) unsampled(name FactorName) Factor {
	return Factor{Factor: name, State: NotChecked, Values: []incident.Value{value("traces sampled", s.traced)},
		Sentence: fmt.Sprintf("Spans of it arrive, but none that serves or calls is in the %d traces that were sampled.", s.traced),
		Advice:   "Look again when it serves more requests."}
}
