// Package outage plays a service that is gone altogether, and with it all that it would tell. README.md tells the story.
package outage

import (
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/scenarios/topology"
)

const (
	search     = "search-api"
	oldVersion = "7.2.4"
	newVersion = "7.3.0"
	released   = -22 * time.Minute
	mega       = 1 << 20
)

// Scenario is the outage.
func Scenario() story.Scenario {
	return topology.Scenario{
		ID: "outage", Headline: "Search is gone since its release, and says nothing",
		Tells: "A release of search-api wants a password from a key of its secret that is not there. Its deployment recreates its pods: the " +
			"old ones are gone, the new ones cannot start. There is no process that could send a metric, a span or a line. Only the cluster " +
			"and the caller know.",
		Page: story.Alert{Name: "SearchDown", Service: search, Operation: "GET /search", Threshold: 0, Value: 1,
			Labels: map[string]string{"alertname": "SearchDown", "severity": "critical", "service": search, "namespace": "shop"}},
		Answer: story.Truth{Cause: "search-api 7.3.0 cannot start: a key of its secret is missing", Service: search, Component: "deployment/" + search,
			Since: released, Reason: `CreateContainerConfigError|find key`,
			Remedy: "kubectl rollout undo deployment/" + search + " -n shop"},
		System: system,
	}
}

func system() topology.System {
	release := func(at time.Duration, version string) []topology.Happening {
		return []topology.Happening{{At: at, Rollout: &topology.Rollout{Service: search, Version: version, Recreate: true}}}
	}
	return topology.System{
		Cluster: "shop-production", Namespace: "shop", Nodes: topology.Workers("ap-southeast-2"), Kept: 0.04,
		Entrances: []topology.Entrance{{To: "web-bff GET /search", Rate: 6}, {To: "web-bff GET /products/{id}", Rate: 5}},
		Services:  services(),
		Story: append(release(released, newVersion),
			topology.Happening{At: -66 * time.Minute, Rollout: &topology.Rollout{Service: "product-service", Version: "2.0.9"}}),
		OnFix: release(0, oldVersion), OnRelapse: release(0, newVersion),
	}
}

func services() []topology.Service {
	return []topology.Service{
		{Name: "web-bff", Version: "12.0.1", Language: "nodejs", Log: topology.Pino, Replicas: 2, CPU: 1, Memory: 512 * mega,
			Operations: []topology.Operation{
				{Name: "GET /search", P50: 0.01, P99: 0.04, Everyday: 0.0005, Calls: []topology.Call{{To: search + " GET /search"}}},
				{Name: "GET /products/{id}", P50: 0.008, P99: 0.03, Everyday: 0.0005, Calls: []topology.Call{{To: "product-service GET /products/{id}"}}},
			},
			Sayings: []topology.Saying{{Level: "info", By: "render", Text: "template {id} rendered in {ms} ms", PerSecond: 0.3}}},
		{Name: search, Version: oldVersion, Language: "java", Log: topology.SpringBoot, Replicas: 2, CPU: 2, Memory: 2048 * mega, Condition: condition,
			Operations: []topology.Operation{{Name: "GET /search", P50: 0.04, P99: 0.15}},
			Sayings:    []topology.Saying{{Level: "info", By: "c.e.search.Indexer", Text: "{n} documents indexed in {ms} ms", PerSecond: 0.3}}},
		{Name: "product-service", Version: "2.0.8", Language: "go", Log: topology.Slog, Replicas: 2, CPU: 1, Memory: 256 * mega,
			Operations: []topology.Operation{{Name: "GET /products/{id}", P50: 0.006, P99: 0.03, Everyday: 0.0004}},
			Sayings:    []topology.Saying{{Level: "info", By: "cache", Text: "{n} entries evicted", PerSecond: 0.2}}},
	}
}

// condition keeps containers of the new version from starting.
func condition(s topology.Situation) topology.Condition {
	if s.Pod.Version != newVersion {
		return topology.Condition{}
	}
	return topology.Condition{Waits: "CreateContainerConfigError", Said: "Error: couldn't find key OPENSEARCH_PASSWORD in Secret shop/search-api"}
}
