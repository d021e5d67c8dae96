package edgecases

import (
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/scenarios/topology"
)

// refused: a permission is taken away, and most requests are answered 403. Some were all day; nothing is a server's error.
func refused() Case {
	const at, daily, since = -16 * time.Minute, 0.03, 0.55
	deny := func(s topology.Situation) topology.Flaw {
		if s.Chance.Float64() >= daily+(since-daily)*s.Level {
			return topology.Flaw{}
		}
		return topology.Flaw{Status: 403, Early: true, Says: "denied: role shipping-clerk may not read labels", By: "policy"}
	}
	return Case{Scenario: topology.Scenario{ID: "refused", Headline: "Most requests are refused with 403", Page: alert("label-portal", "GET /labels/{id}"),
		Answer: story.Truth{Cause: "a permission was taken away", Service: "label-portal", Component: "GET /labels/{id}", Since: at},
		System: func() topology.System {
			s := system("parcels", at,
				service("label-portal", "3.1.0", "nodejs", topology.Pino, topology.Operation{Name: "GET /labels/{id}", P50: 0.009, P99: 0.05, Flaw: deny,
					Calls: []topology.Call{{To: "label-store GET /documents/{id}"}}}),
				service("label-store", "1.4.2", "go", topology.Slog, topology.Operation{Name: "GET /documents/{id}", P50: 0.006, P99: 0.03}))
			s.Entrances = []topology.Entrance{entrance("label-portal GET /labels/{id}", 1.7)}
			return s
		}}}
}

// orphaned: messages are handled by a service whose spans have a parent that nobody ever sends. A release of it cannot read a third of them.
func orphaned() Case {
	const at, version = -18 * time.Minute, "7.0.0"
	unreadable := func(s topology.Situation) topology.Flaw {
		if s.Pod.Version != version || s.Chance.Float64() >= 0.34 {
			return topology.Flaw{}
		}
		return topology.Flaw{Status: 500, Type: "DecodeError", Message: "field deductible has an unknown type", By: "decoder",
			Says: "cannot decode claim: field deductible has an unknown type"}
	}
	return Case{carry: unseen("claims-intake"), Scenario: topology.Scenario{ID: "orphaned", Headline: "A consumer fails whose traces have no root",
		Page:   alert("claims-assessor", ""),
		Answer: story.Truth{Cause: "claims-assessor 7.0.0 cannot decode claims", Service: "claims-assessor", Since: at},
		System: func() topology.System {
			s := system("claims", 0,
				service("claims-intake", "2.2.0", "go", topology.Slog, topology.Operation{Name: "POST /claims", P50: 0.004, P99: 0.02, Calls: []topology.Call{
					{To: "claims-assessor process claims", Topic: "claims"}}}),
				service("claims-assessor", "6.9.3", "python", topology.Python, topology.Operation{Name: "process claims", P50: 0.02, P99: 0.09, Flaw: unreadable,
					Calls: []topology.Call{{Backend: postgres("claims-db", "INSERT assessments")}}}))
			s.Entrances, s.Kept = []topology.Entrance{entrance("claims-intake POST /claims", 1.3)}, 1
			s.Story = []topology.Happening{{At: at, Rollout: &topology.Rollout{Service: "claims-assessor", Version: version}}}
			return s
		}}}
}

// polled: half of the requests wait half a minute for news, by design. Another operation became slow by what it calls.
func polled() Case {
	const at = -13 * time.Minute
	slow := func(s topology.Situation) topology.Flaw { return topology.Flaw{Slower: 1 + 45*s.Level} }
	return Case{Scenario: topology.Scenario{ID: "polled", Headline: "One operation is slow beside long polls", Page: alert("lock-gateway", ""),
		Answer: story.Truth{Cause: "access-rules computes for two seconds", Service: "access-rules", Component: "POST /decisions", Since: at},
		System: func() topology.System {
			s := system("doors", at,
				service("lock-gateway", "4.8.0", "go", topology.Slog,
					topology.Operation{Name: "GET /locks/{id}/events", P50: 26, P99: 29.5},
					topology.Operation{Name: "POST /locks/{id}/open", P50: 0.011, P99: 0.05, Calls: []topology.Call{{To: "access-rules POST /decisions"}}}),
				service("access-rules", "1.0.7", "java", topology.SpringBoot, topology.Operation{Name: "POST /decisions", P50: 0.04, P99: 0.12, Flaw: slow}))
			s.Entrances = []topology.Entrance{entrance("lock-gateway GET /locks/{id}/events", 0.7), entrance("lock-gateway POST /locks/{id}/open", 0.9)}
			return s
		}}}
}

// stacked: every line of a stack trace is an entry of its own, and only the first has a level.
func stacked() Case {
	const at = -12 * time.Minute
	const trace = "\tat org.example.dunning.Letters.print(Letters.java:212)\n\tat org.example.dunning.Batch.next(Batch.java:77)\n\tat java.base/java.lang.Thread.run(Thread.java:1583)"
	return Case{carry: lineByLine, Scenario: topology.Scenario{ID: "stacked", Headline: "A stack trace is twelve log lines", Page: alert("dunning-service", "POST /reminders"),
		Answer: story.Truth{Cause: "letter-printer refuses templates", Service: "letter-printer", Component: "POST /prints", Since: at},
		System: func() topology.System {
			s := system("dunning", at,
				service("dunning-service", "5.5.0", "java", topology.SpringBoot, topology.Operation{Name: "POST /reminders", P50: 0.02, P99: 0.08,
					Calls: []topology.Call{{To: "letter-printer POST /prints"}}}),
				service("letter-printer", "2.0.1", "java", topology.SpringBoot, topology.Operation{Name: "POST /prints", P50: 0.03, P99: 0.1, Flaw: often(0.22,
					topology.Flaw{Status: 500, Type: "org.example.TemplateException", Message: "no template for locale nn_NO", Stack: trace, By: "o.e.letters.PrintController",
						Says: "printing failed: no template for locale nn_NO"})}))
			s.Entrances = []topology.Entrance{entrance("dunning-service POST /reminders", 1.6)}
			return s
		}}}
}

// procedures: gRPC alone, counted by its interceptors.
func procedures() Case {
	const at = -11 * time.Minute
	return Case{carry: asProcedures("till"), Scenario: topology.Scenario{ID: "procedures", Headline: "A service that speaks gRPC alone fails",
		Page:   alert("till-rpc", "till.v1.Till/Charge"),
		Answer: story.Truth{Cause: "voucher-rpc has no leader", Service: "voucher-rpc", Component: "till.v1.Vouchers/Redeem", Since: at},
		System: func() topology.System {
			s := system("till", at,
				service("till-rpc", "1.12.0", "go", topology.Slog, topology.Operation{Name: "POST /till.v1.Till/Charge", P50: 0.01, P99: 0.05,
					Calls: []topology.Call{{To: "voucher-rpc POST /till.v1.Vouchers/Redeem"}}}),
				service("voucher-rpc", "0.9.9", "go", topology.Slog, topology.Operation{Name: "POST /till.v1.Vouchers/Redeem", P50: 0.008, P99: 0.04,
					Flaw: often(0.16, topology.Flaw{Status: 502, Type: "NoLeader", Message: "no leader elected", By: "raft", Says: "cannot redeem: no leader elected"})}))
			s.Entrances = []topology.Entrance{entrance("till-rpc POST /till.v1.Till/Charge", 2.1)}
			return s
		}}}
}

// twoServices is a front that calls a back, whose requests fail in a share while the fault lasts.
func twoServices(namespace, front, operation, back, called string, at time.Duration, share, rate float64, message string) topology.System {
	s := system(namespace, at,
		service(front, "2.6.0", "go", topology.Slog, topology.Operation{Name: operation, P50: 0.012, P99: 0.06, Calls: []topology.Call{{To: back + " " + called}}}),
		service(back, "1.3.1", "nodejs", topology.Pino, topology.Operation{Name: called, P50: 0.015, P99: 0.07,
			Flaw: often(share, topology.Flaw{Status: 500, Type: "InternalError", Message: message, By: "handler", Says: "request failed: " + message})}))
	s.Entrances = []topology.Entrance{entrance(front+" "+operation, rate)}
	return s
}

// replicated: two Prometheus servers write the same series.
func replicated() Case {
	const at = -14 * time.Minute
	return Case{carry: byReplicas("grants"), Scenario: topology.Scenario{ID: "replicated", Headline: "Every series is stored twice", Page: alert("grant-desk", "POST /applications"),
		Answer: story.Truth{Cause: "eligibility-check fails", Service: "eligibility-check", Component: "POST /checks", Since: at},
		System: func() topology.System {
			return twoServices("grants", "grant-desk", "POST /applications", "eligibility-check", "POST /checks", at, 0.12, 1.9, "income bracket is not defined")
		}}}
}

// rewritten: two collectors count a part of the requests each, and write it into one series in turn.
func rewritten() Case {
	const at = -12 * time.Minute
	return Case{carry: inTurn("museum", 30*time.Second), Scenario: topology.Scenario{ID: "rewritten", Headline: "Two writers share every counter",
		Page: alert("visit-api", "POST /visits"), Answer: story.Truth{Cause: "slot-service fails", Service: "slot-service", Component: "POST /slots", Since: at},
		System: func() topology.System {
			return twoServices("museum", "visit-api", "POST /visits", "slot-service", "POST /slots", at, 0.21, 2.4, "calendar has no such week")
		}}}
}
