package edgecases

import (
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/scenarios/topology"
)

// young says that spans of a service come late, where they are of the last minutes.
func young(service string, within time.Duration) func(Arrival) bool {
	return func(a Arrival) bool { return a.Service == service && a.Before < within }
}

// pieces: the spans of the middle service arrive late, so that searches see the traces of the last minutes in parts.
func pieces() Case {
	const at = -12 * time.Minute
	refusal := topology.Flaw{Lost: true, Type: "pq.Error", Message: "too many clients already", Says: "query failed: too many clients already", By: "store"}
	return Case{late: young("ranker", 20*time.Minute), Scenario: topology.Scenario{ID: "pieces", Headline: "Spans arrive late and traces lie in pieces",
		Page: alert("bargain-web", "GET /bargains"), Answer: story.Truth{Cause: "bargain-db has no connection left", Service: "bargain-db", Component: "bargain-db", Since: at},
		System: func() topology.System {
			return chain("bargains", "bargain-web", "ranker", at, topology.Call{Backend: postgres("bargain-db", "SELECT bargains"), Flaw: often(0.19, refusal)})
		}}}
}

// chain is a page that asks for texts and for a ranking, which asks a store.
func chain(namespace, front, ranker string, at time.Duration, last topology.Call) topology.System {
	page, texts := "GET /"+namespace, namespace+"-texts"
	s := system(namespace, at,
		service(front, "9.1.0", "nodejs", topology.Pino, topology.Operation{Name: page, P50: 0.014, P99: 0.06, Everyday: 0.001, Calls: []topology.Call{
			{To: texts + " GET /texts"}, {To: ranker + " POST /rankings"}}}),
		service(texts, "2.0.0", "go", topology.Slog, topology.Operation{Name: "GET /texts", P50: 0.005, P99: 0.02}),
		service(ranker, "3.3.3", "python", topology.Python, topology.Operation{Name: "POST /rankings", P50: 0.02, P99: 0.07, Answers: 500, Calls: []topology.Call{last}}))
	s.Entrances = []topology.Entrance{entrance(front+" "+page, 2.2)}
	return s
}

// retried: a statement takes long, its callers give up and ask again, so that the slow service is also asked three times as often.
func retried() Case {
	const at = -13 * time.Minute
	slow := func(s topology.Situation) topology.Flaw {
		return topology.Flaw{Wait: time.Duration(float64(1250*time.Millisecond) * s.Level)}
	}
	return Case{Scenario: topology.Scenario{ID: "retried", Headline: "Retries look like load", Page: alert("availability-api", "POST /availability"),
		Answer: story.Truth{Cause: "SELECT at stock-ledger takes more than a second", Service: "stock-ledger", Since: at},
		System: func() topology.System {
			s := system("seats", at,
				service("seat-picker", "6.2.0", "nodejs", topology.Pino, topology.Operation{Name: "GET /seats", P50: 0.01, P99: 0.05, Answers: 504, Calls: []topology.Call{
					{To: "availability-api POST /availability", Timeout: 900 * time.Millisecond, Retries: 2}}}),
				service("availability-api", "1.8.0", "go", topology.Slog, topology.Operation{Name: "POST /availability", P50: 0.009, P99: 0.04, Calls: []topology.Call{
					{Backend: postgres("stock-ledger", "SELECT stock"), Flaw: slow}}}))
			s.Entrances = []topology.Entrance{entrance("seat-picker GET /seats", 1.5)}
			return s
		}}}
}

// quiet is a case in which nothing is wrong.
func quiet(id, headline string, page story.Alert, system func() topology.System) topology.Scenario {
	return topology.Scenario{ID: id, Headline: headline, Page: page, Answer: story.Truth{Cause: "nothing is wrong", Quiet: true}, System: system}
}

// quietPieces: spans arrive late, and nothing else is wrong.
func quietPieces() Case {
	return Case{late: young("recipe-ranker", 20*time.Minute), Scenario: quiet("quiet-pieces", "Spans arrive late, and all is well", alert("recipe-web", "GET /recipes"),
		func() topology.System {
			return chain("recipes", "recipe-web", "recipe-ranker", 0, topology.Call{Backend: postgres("recipe-db", "SELECT recipes")})
		})}
}

// quietReplicas: every series is stored twice, and nothing else is wrong.
func quietReplicas() Case {
	return Case{carry: byReplicas("lending"), Scenario: quiet("quiet-replicas", "Every series is stored twice, and all is well", alert("lending-desk", "POST /loans"),
		func() topology.System {
			return twoServices("lending", "lending-desk", "POST /loans", "reader-cards", "GET /cards/{id}", 0, 0, 1.8, "")
		})}
}

// coldStarts: pods are replaced by an autoscaler, and the first requests of each new one are slow.
func coldStarts() Case {
	const warm = 50 * time.Second
	cold := func(s topology.Situation) topology.Flaw {
		if s.At.Sub(s.Pod.Created) < 25*time.Second+warm && s.Chance.Float64() < 0.35 {
			return topology.Flaw{Slower: 12}
		}
		return topology.Flaw{}
	}
	return Case{Scenario: quiet("cold-starts", "New pods are slow at first, and all is well", alert("quote-portal", "GET /quotes"), func() topology.System {
		s := system("quotes", 0,
			service("quote-portal", "3.0.0", "go", topology.Slog, topology.Operation{Name: "GET /quotes", P50: 0.012, P99: 0.06, Everyday: 0.002, Calls: []topology.Call{
				{To: "tariff-engine GET /tariffs"}}}),
			service("tariff-engine", "8.1.0", "java", topology.SpringBoot, topology.Operation{Name: "GET /tariffs", P50: 0.03, P99: 0.11, Everyday: 0.001, Flaw: cold}))
		s.Entrances = []topology.Entrance{entrance("quote-portal GET /quotes", 2.3)}
		for i, at := range []time.Duration{-58 * time.Minute, -41 * time.Minute, -23 * time.Minute, -6 * time.Minute} {
			s.Story = append(s.Story, topology.Happening{At: at, Scale: &topology.Scale{Service: "tariff-engine", Replicas: 3 - i%2}})
		}
		return s
	})}
}
