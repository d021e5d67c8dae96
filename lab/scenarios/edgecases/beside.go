package edgecases

import (
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/scenarios/topology"
)

// unwound: a payment fails, the seat that was held before is given back, and that fails too, and takes longer. It always has: nobody gave
// seats back before.
func unwound() Case {
	const at = -14 * time.Minute
	return Case{Scenario: topology.Scenario{ID: "unwound", Headline: "What takes back a part of a failed request fails too", Page: alert("ticket-office", "POST /bookings"),
		Answer: story.Truth{Cause: "payments fail at card-gateway", Service: "card-gateway", Component: "card-gateway", Since: at},
		System: func() topology.System {
			s := system("arena", at,
				service("ticket-office", "3.4.0", "java", topology.SpringBoot, topology.Operation{Name: "POST /bookings", P50: 0.012, P99: 0.05,
					Calls: []topology.Call{{To: "seat-keeper POST /holds"}, {To: "card-gateway POST /payments"}},
					Undo:  []topology.Call{{To: "seat-keeper DELETE /holds/{id}"}}}),
				service("seat-keeper", "1.9.2", "go", topology.Slog,
					topology.Operation{Name: "POST /holds", P50: 0.008, P99: 0.03},
					topology.Operation{Name: "DELETE /holds/{id}", P50: 0.4, P99: 0.9, Flaw: func(topology.Situation) topology.Flaw {
						return topology.Flaw{Status: 500, Type: "*errors.errorString", Message: "hold has no owner", By: "holds", Says: "cannot release hold: hold has no owner"}
					}}),
				service("card-gateway", "5.1.1", "nodejs", topology.Pino, topology.Operation{Name: "POST /payments", P50: 0.03, P99: 0.12,
					Flaw: often(0.45, topology.Flaw{Status: 500, Type: "TypeError", Message: "Cannot read properties of undefined (reading 'iban')", By: "payments",
						Says: "payment not made: Cannot read properties of undefined (reading 'iban')"})}))
			s.Entrances = []topology.Entrance{entrance("ticket-office POST /bookings", 1.8)}
			return s
		}}}
}

// shrugged: a cache fails half of the time, slowly, and always has. Requests go on without it, and fail since something behind it does.
func shrugged() Case {
	const at = -15 * time.Minute
	return Case{Scenario: topology.Scenario{ID: "shrugged", Headline: "Requests live with a failing cache, and fail by something else", Page: alert("quote-api", "GET /quotes"),
		Answer: story.Truth{Cause: "rates fail at rate-engine", Service: "rate-engine", Component: "rate-engine", Since: at},
		System: func() topology.System {
			cache := store("quote-cache", "redis", "HGETALL quotes")
			s := system("brokerage", at,
				service("quote-api", "2.2.0", "python", topology.Python, topology.Operation{Name: "GET /quotes", P50: 0.01, P99: 0.04, Calls: []topology.Call{
					{Backend: cache, Dispensable: true, Flaw: func(s topology.Situation) topology.Flaw {
						if s.Chance.Float64() < 0.5 {
							return topology.Flaw{Lost: true, Wait: 150 * time.Millisecond, Type: "redis.exceptions.TimeoutError", Message: "Timeout reading from socket"}
						}
						return topology.Flaw{}
					}},
					{To: "rate-engine POST /rates"}}}),
				service("rate-engine", "8.0.0", "go", topology.Slog, topology.Operation{Name: "POST /rates", P50: 0.015, P99: 0.06,
					Flaw: often(0.4, topology.Flaw{Status: 500, Type: "*fs.PathError", Message: "open /data/curves.bin: no such file or directory", By: "rates",
						Says: "cannot rate: open /data/curves.bin: no such file or directory"})}))
			s.Entrances = []topology.Entrance{entrance("quote-api GET /quotes", 2)}
			return s
		}}}
}
