// Package quiet plays an hour in which nothing is wrong, and an alert that rings all the same. README.md tells the story.
package quiet

import (
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/scenarios/topology"
)

const mega = 1 << 20

// Scenario is the quiet hour.
func Scenario() story.Scenario {
	return topology.Scenario{
		ID: "quiet", Headline: "An alert rings, and nothing is wrong",
		Tells: "The alert looks at one minute of an operation that few ask for, so that two failures in a hundred are enough to ring it. Two " +
			"unrelated releases, an autoscaler at work and a little background noise are all there is to find.",
		Page: story.Alert{Name: "RelatedErrorRateHigh", Service: "news-api", Operation: "GET /articles/{id}/related", Threshold: 0.01, Value: 0.02,
			Labels: map[string]string{"alertname": "RelatedErrorRateHigh", "severity": "warning", "service": "news-api", "namespace": "news"}},
		Answer: story.Truth{Cause: "nothing is wrong: the alert's limit is too tight for so few requests", Quiet: true},
		System: system,
	}
}

func system() topology.System {
	size := func(at time.Duration, to int, words, why string) []topology.Happening {
		return []topology.Happening{{At: at, Scale: &topology.Scale{Service: "article-service", Replicas: to}},
			{At: at, Event: &topology.Event{Kind: "HorizontalPodAutoscaler", Object: "article-service", Reason: "SuccessfulRescale", By: "horizontal-pod-autoscaler",
				Message: "New size: " + words + "; reason: " + why}}}
	}
	happens := append(size(-82*time.Minute, 3, "3", "cpu resource utilization (percentage of request) above target"), size(-47*time.Minute, 2, "2", "All metrics below target")...)
	return topology.System{
		Cluster: "news-production", Namespace: "news", Nodes: topology.Workers("eu-west-3"), Kept: 0.06,
		Entrances: []topology.Entrance{{To: "news-api GET /articles/{id}", Rate: 8}, {To: "news-api GET /articles/{id}/related", Rate: 1.5}},
		Services: []topology.Service{
			{Name: "news-api", Version: "2.40.0", Language: "python", Log: topology.Python, Replicas: 2, CPU: 1, Memory: 512 * mega,
				Operations: []topology.Operation{
					{Name: "GET /articles/{id}", P50: 0.01, P99: 0.05, Everyday: 0.001, Calls: []topology.Call{{To: "article-service GET /articles/{id}"}}},
					{Name: "GET /articles/{id}/related", P50: 0.012, P99: 0.06, Everyday: 0.003, Calls: []topology.Call{
						{To: "article-service GET /articles/{id}"}, {To: "related-service GET /related/{id}"}}},
				},
				Sayings: []topology.Saying{{Level: "info", By: "news.cache", Text: "page {id} rendered in {ms} ms", PerSecond: 0.4},
					{Level: "warn", By: "news.images", Text: "picture {id} has no caption", PerSecond: 0.05}}},
			{Name: "article-service", Version: "1.9.9", Language: "go", Log: topology.Slog, Replicas: 2, CPU: 1, Memory: 256 * mega,
				Operations: []topology.Operation{{Name: "GET /articles/{id}", P50: 0.008, P99: 0.04, Everyday: 0.0006}},
				Sayings:    []topology.Saying{{Level: "info", By: "feed", Text: "{n} articles published", PerSecond: 0.1}}},
			{Name: "related-service", Version: "0.8.1", Language: "java", Log: topology.SpringBoot, Replicas: 2, CPU: 2, Memory: 1024 * mega,
				Operations: []topology.Operation{{Name: "GET /related/{id}", P50: 0.03, P99: 0.12, Everyday: 0.002}},
				Sayings: []topology.Saying{{Level: "info", By: "c.e.related.Model", Text: "model {id} answers in {ms} ms", PerSecond: 0.2},
					{Level: "error", By: "c.e.related.Model", Text: "no vector of article {n}", PerSecond: 0.01}}},
		},
		Story: append(happens,
			topology.Happening{At: -69 * time.Minute, Rollout: &topology.Rollout{Service: "article-service", Version: "1.9.10"}},
			topology.Happening{At: -26 * time.Minute, Rollout: &topology.Rollout{Service: "related-service", Version: "0.8.2"}}),
	}
}
