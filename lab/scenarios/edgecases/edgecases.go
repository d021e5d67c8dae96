// Package edgecases plays small systems whose telemetry has one trait each that the other scenarios' has not: it is counted twice,
// arrives in pieces, says less than usual or in another way, or shows what looks like a fault and is none. All of them fit into one set of
// stores, since their services and namespaces differ. README.md lists them.
package edgecases

import (
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
	"github.com/faultline-investigation/faultline/lab/scenarios/topology"
	"github.com/faultline-investigation/faultline/lab/telemetry"
)

// Case is a system with its trait.
type Case struct {
	topology.Scenario

	// carry changes what the system writes on its way to the stores; nil changes nothing.
	carry func(*telemetry.Batch)
	// late are the spans that arrive when the stores have filed all others already; nil: none.
	late func(Arrival) bool
}

// All are the cases, in the order of README.md.
func All() []Case {
	return []Case{refused(), orphaned(), polled(), stacked(), procedures(), replicated(), rewritten(), pieces(), retried(),
		silenced(), cacheless(), sluggish(), unannounced(), switched(), migrated(), quietPieces(), quietReplicas(), coldStarts(), unwound(), shrugged()}
}

const (
	history = 80 * time.Minute
	mega    = 1 << 20
)

// system is what the cases' systems have in common. Its nodes have names of their own, so that no two systems write one series.
func system(namespace string, fault time.Duration, services ...topology.Service) topology.System {
	nodes := topology.Workers("eu-north-1")
	for i := range nodes {
		nodes[i].Name = namespace + "-" + nodes[i].Name
	}
	s := topology.System{Cluster: "shared-production", Namespace: namespace, Nodes: nodes, Services: services, Kept: 0.3, History: history}
	if fault != 0 {
		s.Fault = synth.Symptom{Onset: synth.Curve{{At: fault - time.Second}, {At: fault, Level: 1}}}
	}
	return s
}

// service is one with two pods and a few megabytes.
func service(name, version, language string, log topology.Logger, operations ...topology.Operation) topology.Service {
	return topology.Service{Name: name, Version: version, Language: language, Log: log, Replicas: 2, CPU: 1, Memory: 384 * mega, Operations: operations,
		Sayings: []topology.Saying{{Level: "info", By: "housekeeping", Text: "swept {n} entries in {ms} ms", PerSecond: 0.1}}}
}

func entrance(to string, rate float64) topology.Entrance {
	return topology.Entrance{To: to, Rate: rate}
}

// postgres is a statement at a database.
func postgres(name, statement string) *topology.Backend {
	return &topology.Backend{Name: name, Kind: "database", Span: statement, P50: 0.004, P99: 0.02, Attributes: synth.Attributes{
		{Key: "db.system.name", Value: "postgresql"}, {Key: "db.query.summary", Value: statement}, {Key: "server.address", Value: name}, {Key: "server.port", Value: 5432}}}
}

// often lets a flaw strike a share of requests while the fault lasts.
func often(share float64, flaw topology.Flaw) func(topology.Situation) topology.Flaw {
	return func(s topology.Situation) topology.Flaw {
		if s.Chance.Float64() < share*s.Level {
			return flaw
		}
		return topology.Flaw{}
	}
}

func alert(service, operation string) story.Alert {
	return story.Alert{Service: service, Operation: operation}
}
