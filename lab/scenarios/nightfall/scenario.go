// Package nightfall plays an evening on which fewer people come, as on every evening, and an alert that does not know the hour.
// README.md tells the story.
package nightfall

import (
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
	"github.com/faultline-investigation/faultline/lab/scenarios/topology"
)

const (
	mega    = 1 << 20
	portal  = "lesson-portal"
	evening = 0.55 // of the day's requests
)

// Scenario is the evening.
func Scenario() story.Scenario {
	return topology.Scenario{
		ID: "nightfall", Headline: "Requests fall by nearly half, as on every evening",
		Tells: "The alert compares requests with those of an hour ago. When school ends for the day they fall by nearly half within twenty minutes, today as " +
			"yesterday and a week ago. A release an hour earlier looks guilty.",
		Page: story.Alert{Name: "LessonTrafficDropped", Service: portal, Operation: "GET /lessons/{id}", Threshold: 0.3, Value: 1 - evening,
			Labels: map[string]string{"alertname": "LessonTrafficDropped", "severity": "warning", "service": portal, "namespace": "school"}},
		Answer: story.Truth{Cause: "nothing is wrong: fewer people come in the evening, as on every day", Quiet: true},
		Days:   []int{1, 2, 3, 7},
		System: system,
	}
}

// home is when pupils leave: by the clock of the day, and so the same on every day.
var home = synth.Curve{{At: -32 * time.Minute, Level: 1}, {At: -12 * time.Minute, Level: evening}}

func course(s topology.Situation) float64 { return home.At(s.Since) }

func system() topology.System {
	return topology.System{
		Cluster: "school-production", Namespace: "school", Nodes: topology.Workers("eu-central-1"), Kept: 0.06,
		Entrances: []topology.Entrance{{To: portal + " GET /lessons/{id}", Rate: 8, Course: course}, {To: portal + " POST /answers", Rate: 3, Course: course}},
		Services: []topology.Service{
			{Name: portal, Version: "5.12.0", Language: "nodejs", Log: topology.Pino, Replicas: 2, CPU: 1, Memory: 512 * mega,
				Operations: []topology.Operation{
					{Name: "GET /lessons/{id}", P50: 0.012, P99: 0.06, Everyday: 0.001, Calls: []topology.Call{{To: "lesson-store GET /lessons/{id}"}}},
					{Name: "POST /answers", P50: 0.01, P99: 0.05, Everyday: 0.001, Calls: []topology.Call{{To: "marking POST /marks"}}},
				},
				Sayings: []topology.Saying{{Level: "info", By: "session", Text: "session {id} ended after {ms} ms", PerSecond: 0.3},
					{Level: "warn", By: "video", Text: "picture {n} of a lesson came late", PerSecond: 0.05}}},
			{Name: "lesson-store", Version: "3.3.1", Language: "go", Log: topology.Slog, Replicas: 2, CPU: 1, Memory: 256 * mega,
				Operations: []topology.Operation{{Name: "GET /lessons/{id}", P50: 0.007, P99: 0.03, Everyday: 0.0005}},
				Sayings:    []topology.Saying{{Level: "info", By: "index", Text: "{n} lessons indexed", PerSecond: 0.1}}},
			{Name: "marking", Version: "1.0.7", Language: "python", Log: topology.Python, Replicas: 2, CPU: 1, Memory: 512 * mega,
				Operations: []topology.Operation{{Name: "POST /marks", P50: 0.02, P99: 0.1, Everyday: 0.001}},
				Sayings:    []topology.Saying{{Level: "info", By: "marking.rules", Text: "{n} answers marked", PerSecond: 0.1}}},
		},
		Story: []topology.Happening{
			{At: -63 * time.Minute, Rollout: &topology.Rollout{Service: "marking", Version: "1.0.8"}},
			{At: -41 * time.Minute, Rollout: &topology.Rollout{Service: "lesson-store", Version: "3.3.2"}},
		},
	}
}
