package edgecases

import (
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
	"github.com/faultline-investigation/faultline/lab/scenarios/topology"
)

// silenced: the pods of a service are made again, as they are when nodes are replaced, and their secret is gone. Nothing was rolled out.
func silenced() Case {
	const at = -14 * time.Minute
	return Case{Scenario: topology.Scenario{ID: "silenced", Headline: "A service cannot start again, since its secret is gone", Page: alert("meter-portal", "GET /readings"),
		Answer: story.Truth{Cause: "the secret of reading-store is gone", Service: "reading-store", Component: "reading-store", Since: at},
		System: func() topology.System {
			store := service("reading-store", "3.3.0", "go", topology.Slog, topology.Operation{Name: "GET /readings/{meter}", P50: 0.008, P99: 0.04})
			store.Condition = func(s topology.Situation) topology.Condition {
				if s.Level < 1 {
					return topology.Condition{}
				}
				return topology.Condition{Waits: "CreateContainerConfigError", Said: `Error: secret "meter-keys" not found`}
			}
			s := system("metering", at, store,
				service("meter-portal", "2.1.4", "nodejs", topology.Pino,
					topology.Operation{Name: "GET /readings", P50: 0.01, P99: 0.05, Calls: []topology.Call{{To: "reading-store GET /readings/{meter}"}}}))
			s.Entrances = []topology.Entrance{entrance("meter-portal GET /readings", 1.8)}
			return s
		}}}
}

// store is something called that has no telemetry of its own.
func store(name, system, statement string) *topology.Backend {
	return &topology.Backend{Name: name, Kind: "database", Span: statement, P50: 0.002, P99: 0.009, Attributes: synth.Attributes{
		{Key: "db.system.name", Value: system}, {Key: "db.query.summary", Value: statement}, {Key: "server.address", Value: name}}}
}

// askedStore is a service that asks a store for each of its requests.
func askedStore(namespace, name, operation string, at time.Duration, rate float64, called *topology.Backend, flaw func(topology.Situation) topology.Flaw) topology.System {
	s := system(namespace, at, service(name, "5.0.2", "python", topology.Python, topology.Operation{Name: operation, P50: 0.012, P99: 0.06,
		Calls: []topology.Call{{Backend: called, Flaw: flaw}}}))
	s.Entrances = []topology.Entrance{entrance(name+" "+operation, rate)}
	return s
}

// cacheless: a cache refuses connections. Only who calls it has telemetry.
func cacheless() Case {
	const at = -13 * time.Minute
	return Case{Scenario: topology.Scenario{ID: "cacheless", Headline: "A cache refuses connections, and only its caller tells", Page: alert("seat-map", "GET /seats"),
		Answer: story.Truth{Cause: "seat-cache refuses connections", Service: "seat-cache", Component: "seat-cache", Since: at},
		System: func() topology.System {
			return askedStore("opera", "seat-map", "GET /seats", at, 1.9, store("seat-cache", "redis", "HGETALL"),
				often(0.6, topology.Flaw{Lost: true, Type: "redis.exceptions.ConnectionError", Message: "Error 111 connecting to seat-cache:6379. Connection refused.",
					By: "cache", Says: "cache is not available, giving up"}))
		}}}
}

// sluggish: a database is slow. Only who calls it has telemetry, and nothing fails.
func sluggish() Case {
	const at = -15 * time.Minute
	return Case{Scenario: topology.Scenario{ID: "sluggish", Headline: "A database is slow, and only its caller tells", Page: alert("tariff-api", "GET /tariffs/{zone}"),
		Answer: story.Truth{Cause: "tariff-db is slow", Service: "tariff-db", Component: "tariff-db", Since: at},
		System: func() topology.System {
			return askedStore("energy", "tariff-api", "GET /tariffs/{zone}", at, 2.2, store("tariff-db", "mongodb", "find tariffs"),
				func(s topology.Situation) topology.Flaw {
					return topology.Flaw{Wait: time.Duration(s.Level * (0.6 + 0.5*s.Chance.Float64()) * float64(time.Second))}
				})
		}}}
}
