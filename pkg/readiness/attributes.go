package readiness

import (
	"fmt"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

const podAttribute = "k8s.pod.name"

// peerNames are the attributes in which the span of a call names what is called.
var peerNames = []string{"server.address", "peer.service", "net.peer.name"}

// group is a question that attributes of spans answer, under the names that they go by.
type group struct {
	names    []string
	resource bool
	lacking  string                // what spans without any of them do not say
	blind    string                // what is not found then
	of       func(s *sampled) bool // whether the service has spans that could say so
	change   *Change
}

func servesSome(s *sampled) bool { return s.served > 0 }
func callsSome(s *sampled) bool  { return s.called > 0 }
func hasSpans(*sampled) bool     { return true }

var groups = []group{
	{[]string{"http.route", "url.path", "http.target", "rpc.method", "messaging.destination.name"}, false, "what was asked for",
		"which route or message is affected", servesSome, &changeRequestAttributes},
	{[]string{"http.response.status_code", "http.status_code", "rpc.grpc.status_code", "rpc.response.status_code", "error.type"}, false, "how it ended",
		"how requests fail: by timeout, refused, or with which code", servesSome, &changeRequestAttributes},
	{append([]string{"db.system", "db.system.name", "messaging.system", "url.full", "http.url"}, peerNames...), false, "which service it called",
		"which server or database fails", callsSome, &changePeerAttributes},
	{[]string{podAttribute, "host.name", "service.instance.id"}, true, "where it ran", "whether a single pod or node is at fault", hasSpans, &changePlaceAttributes},
	{[]string{"service.version"}, true, "which version it was", "whether a version is at fault", hasSpans, &changePlaceAttributes},
}

func attributesAsked() []incident.AttributeName {
	var asked []incident.AttributeName
	for _, g := range groups {
		for _, name := range g.names {
			asked = append(asked, incident.AttributeName{Name: name, Resource: g.resource})
		}
	}
	return asked
}

// attributes says which questions of an investigation the service's spans answer.
func (s *survey) attributes(service string) Factor {
	seen := s.spans[service]
	switch {
	case seen != nil:
	case s.answers[spanServices].Problem != nil:
		return notChecked(Attributes, s.answers[spanServices].Problem)
	case !slices.Contains(s.answers[spanServices].Names, service):
		return Factor{Factor: Attributes, State: NotChecked, Sentence: "It sends no spans that could have attributes.", Advice: changeTraces.Sentence}
	case s.samplesProblem() != nil:
		return notChecked(Attributes, s.samplesProblem())
	default:
		return s.unsampled(Attributes)
	}
	var lacking, blind []string
	var change *Change
	asked := 0
	for _, g := range groups {
		if !g.of(seen) {
			continue
		}
		asked++
		if slices.ContainsFunc(g.names, func(name string) bool { return seen.has[name] > 0 }) {
			continue
		}
		lacking, blind = append(lacking, g.lacking), append(blind, g.blind)
		if change == nil {
			change = g.change
		}
	}
	values := []incident.Value{value("spans sampled", seen.spans)}
	switch {
	case len(lacking) == 0:
		return Factor{Factor: Attributes, State: Ready, Values: values,
			Sentence: fmt.Sprintf("Its %d sampled spans say what they are about, how they ended and where they ran.", seen.spans)}
	case len(lacking) == asked:
		return Factor{Factor: Attributes, State: Missing, Values: values, Blind: "It would not be known " + listed(blind) + ".", Change: change,
			Sentence: fmt.Sprintf("None of its %d sampled spans says %s.", seen.spans, listed(lacking))}
	}
	return Factor{Factor: Attributes, State: Partly, Values: values, Blind: "It would not be known " + listed(blind) + ".", Change: change,
		Sentence: fmt.Sprintf("None of its %d sampled spans says %s.", seen.spans, listed(lacking))}
}

// listed joins parts of a sentence.
func listed(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " or " + parts[len(parts)-1]
}
