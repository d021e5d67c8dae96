// Package node plays a noisy neighbour: a batch job takes all of one node's processors. README.md tells the story.
package node

import (
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
	"github.com/faultline-investigation/faultline/lab/scenarios/topology"
)

const (
	slowNode = "worker-3"
	jobAt    = -16 * time.Minute
	mega     = 1 << 20
)

// Scenario is the noisy neighbour.
func Scenario() story.Scenario {
	return topology.Scenario{
		ID: "node", Headline: "A third of the routes are slow because one node is overrun",
		Tells: "A batch job without limits lands on worker-3 and takes all of its processors. Whatever else runs there waits: one pod of " +
			"each service. Requests that meet one of them take a second instead of a tenth, and some run into the gateway's timeout.",
		Page: story.Alert{Name: "RouteSlow", Service: "route-api", Operation: "GET /routes", Threshold: 0.05, Value: 0.4,
			Labels: map[string]string{"alertname": "RouteSlow", "severity": "critical", "service": "route-api", "namespace": "maps"}},
		Answer: story.Truth{Cause: "a batch job takes all processors of node worker-3", Service: slowNode, Component: "node/" + slowNode,
			Since: jobAt, Reason: slowNode, Remedy: "kubectl delete job heatmap-builder-29400013 -n maps"},
		System: system,
	}
}

var crowded = synth.Symptom{
	Onset:  synth.Curve{{At: jobAt}, {At: jobAt + 45*time.Second, Level: 1}},
	Relief: synth.Curve{{At: 3 * time.Second, Level: 1}, {At: 12 * time.Second}},
	Return: synth.Curve{{At: 5 * time.Second}, {At: 40 * time.Second, Level: 1}},
}

func system() topology.System {
	nodes := topology.Workers("eu-north-1")
	nodes[2].Load = func(s topology.Situation) float64 { return 0.35 + 1.05*s.Level }
	job := topology.Event{Kind: "CronJob", Object: "heatmap-builder", Reason: "SuccessfulCreate", Message: "Created job heatmap-builder-29400013", By: "cronjob-controller"}
	placed := topology.Event{Kind: "Pod", Object: "heatmap-builder-29400013-7xk2p", Reason: "Scheduled", By: "default-scheduler",
		Message: "Successfully assigned maps/heatmap-builder-29400013-7xk2p to " + slowNode}
	deleted := topology.Event{Kind: "Job", Object: "heatmap-builder-29400013", Reason: "SuccessfulDelete", Message: "Deleted pod: heatmap-builder-29400013-7xk2p",
		By: "job-controller"}
	return topology.System{
		Cluster: "maps-production", Namespace: "maps", Nodes: nodes, Kept: 0.05, Slow: 450 * time.Millisecond, Fault: crowded,
		Entrances: []topology.Entrance{{To: "route-api GET /routes", Rate: 8}, {To: "route-api GET /places/{id}", Rate: 4}},
		Services:  services(),
		Story: []topology.Happening{{At: jobAt - 8*time.Second, Event: &job}, {At: jobAt - 7*time.Second, Event: &placed},
			{At: -44 * time.Minute, Rollout: &topology.Rollout{Service: "traffic-service", Version: "0.19.0"}}},
		OnFix:     []topology.Happening{{Event: &deleted}},
		OnRelapse: []topology.Happening{{Event: &job}, {At: time.Second, Event: &placed}},
	}
}

func services() []topology.Service {
	return []topology.Service{
		{Name: "route-api", Version: "6.0.2", Language: "go", Log: topology.Slog, Replicas: 3, CPU: 2, Memory: 512 * mega,
			Operations: []topology.Operation{
				{Name: "GET /routes", P50: 0.012, P99: 0.05, Everyday: 0.0008, Flaw: waits, Answers: 504, Calls: []topology.Call{
					{To: "geocoder GET /geocode", Timeout: 1500 * time.Millisecond}, {To: "traffic-service GET /traffic/{tile}", Timeout: 1500 * time.Millisecond}}},
				{Name: "GET /places/{id}", P50: 0.008, P99: 0.04, Everyday: 0.0005, Flaw: waits, Answers: 504, Calls: []topology.Call{
					{To: "geocoder GET /geocode", Timeout: 1500 * time.Millisecond}}},
			},
			Sayings: []topology.Saying{{Level: "info", By: "graph", Text: "edge weights of tile {id} updated in {ms} ms", PerSecond: 0.3}}},
		{Name: "geocoder", Version: "2.2.9", Language: "java", Log: topology.SpringBoot, Replicas: 3, CPU: 2, Memory: 2048 * mega,
			Operations: []topology.Operation{{Name: "GET /geocode", P50: 0.035, P99: 0.13, Everyday: 0.0004, Flaw: waits}},
			Sayings:    []topology.Saying{{Level: "info", By: "c.e.geo.Index", Text: "index shard {n} warmed in {ms} ms", PerSecond: 0.1}}},
		{Name: "traffic-service", Version: "0.18.6", Language: "python", Log: topology.Python, Replicas: 3, CPU: 1, Memory: 512 * mega,
			Operations: []topology.Operation{{Name: "GET /traffic/{tile}", P50: 0.02, P99: 0.08, Everyday: 0.0004, Flaw: waits}},
			Sayings:    []topology.Saying{{Level: "info", By: "traffic.feed", Text: "feed {id} read, {n} segments", PerSecond: 0.3}}},
	}
}

// waits lets everything on the slow node wait for a processor.
func waits(s topology.Situation) topology.Flaw {
	if s.Pod.Node != slowNode || s.Level == 0 {
		return topology.Flaw{}
	}
	return topology.Flaw{Slower: 1 + (5+9*s.Chance.Float64())*s.Level}
}
