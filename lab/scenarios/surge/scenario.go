// Package surge plays a rush of customers: nothing is broken, there is more to do than there are hands. README.md tells the story.
package surge

import (
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
	"github.com/faultline-investigation/faultline/lab/scenarios/topology"
)

const (
	tickets = "ticket-api"
	onSale  = -14 * time.Minute
	times   = 4.0 // as many requests as usual
	mega    = 1 << 20
)

// Scenario is the rush.
func Scenario() story.Scenario {
	return topology.Scenario{
		ID: "surge", Headline: "Orders fail because four times as many people come",
		Tells: "A band puts its tour on sale. Within two minutes four times as many orders arrive as on any evening. ticket-api has all the " +
			"replicas that it may have, waits for processors, and turns away what it cannot serve. Nothing is broken, and nothing was changed.",
		Page: story.Alert{Name: "OrderErrorRateHigh", Service: tickets, Operation: "POST /orders", Threshold: 0.02, Value: 0.09,
			Labels: map[string]string{"alertname": "OrderErrorRateHigh", "severity": "critical", "service": tickets, "namespace": "tickets"}},
		Answer: story.Truth{Cause: "no fault of ours: four times as many orders as usual arrive", Service: tickets, Component: "load",
			Since: onSale, Reason: `(?i)requests? .*(rose|risen|usual|above|normally)`},
		Days:   []int{1, 2, 3, 7},
		System: system,
	}
}

var rush = synth.Symptom{
	Onset:  synth.Curve{{At: onSale}, {At: onSale + 2*time.Minute, Level: 1}},
	Relief: synth.Curve{{At: 0, Level: 1}, {At: 40 * time.Second}},
	Return: synth.Curve{{At: 0}, {At: time.Minute, Level: 1}},
}

func course(s topology.Situation) float64 { return 1 + (times-1)*s.Level }

func system() topology.System {
	scaled := func(size, why string) *topology.Event {
		return &topology.Event{Kind: "HorizontalPodAutoscaler", Object: tickets, Reason: "SuccessfulRescale", By: "horizontal-pod-autoscaler",
			Message: "New size: " + size + "; reason: " + why}
	}
	const busy = "cpu resource utilization (percentage of request) above target"
	return topology.System{
		Cluster: "tickets-production", Namespace: "tickets", Nodes: topology.Workers("eu-west-2"), Kept: 0.03, Fault: rush, Logfmt: true,
		Entrances: []topology.Entrance{{To: tickets + " POST /orders", Rate: 4, Course: course}, {To: tickets + " GET /events/{id}", Rate: 3, Course: course}},
		Services:  services(),
		Story: []topology.Happening{
			{At: onSale + 90*time.Second, Event: scaled("4", busy)}, {At: onSale + 91*time.Second, Scale: &topology.Scale{Service: tickets, Replicas: 4}},
			{At: -52 * time.Minute, Rollout: &topology.Rollout{Service: "mail-service", Version: "1.1.9"}},
		},
		OnFix: []topology.Happening{{At: 3 * time.Minute, Event: scaled("3", "All metrics below target")},
			{At: 181 * time.Second, Scale: &topology.Scale{Service: tickets, Replicas: 3}}},
	}
}

func services() []topology.Service {
	return []topology.Service{
		{Name: tickets, Version: "9.3.0", Language: "go", Log: topology.Slog, Replicas: 3, CPU: 1, Memory: 512 * mega, Condition: strained,
			Operations: []topology.Operation{
				{Name: "POST /orders", P50: 0.02, P99: 0.08, Everyday: 0.001, Flaw: overrun, Calls: []topology.Call{
					{To: "seat-inventory POST /holds"}, {To: "mail-service POST /mails", Share: 0.9}}},
				{Name: "GET /events/{id}", P50: 0.008, P99: 0.04, Everyday: 0.0005, Flaw: overrun},
			},
			Sayings: []topology.Saying{{Level: "info", By: "cart", Text: "cart {id} expired with {n} seats", PerSecond: 0.2}}},
		{Name: "seat-inventory", Version: "4.4.4", Language: "java", Log: topology.SpringBoot, Replicas: 3, CPU: 2, Memory: 1024 * mega,
			Operations: []topology.Operation{{Name: "POST /holds", P50: 0.015, P99: 0.06, Everyday: 0.0005}},
			Sayings:    []topology.Saying{{Level: "info", By: "c.e.seats.Holds", Text: "{n} holds released in {ms} ms", PerSecond: 0.2}}},
		{Name: "mail-service", Version: "1.1.8", Language: "nodejs", Log: topology.Pino, Replicas: 1, CPU: 1, Memory: 256 * mega,
			Operations: []topology.Operation{{Name: "POST /mails", P50: 0.005, P99: 0.03}},
			Sayings:    []topology.Saying{{Level: "info", By: "queue", Text: "{n} mails handed over", PerSecond: 0.1}}},
	}
}

// strained is a pod with more to do than its share of a processor allows.
func strained(s topology.Situation) topology.Condition {
	return topology.Condition{CPU: 0.28 + 0.7*s.Level, Throttled: 0.02 + 0.6*s.Level}
}

// overrun lets requests wait, and turns some away.
func overrun(s topology.Situation) topology.Flaw {
	if s.Chance.Float64() < 0.09*s.Level {
		return topology.Flaw{Status: 503, Early: true, Type: "OverloadError", Message: "too many requests in flight: 64 of 64", By: "limiter",
			Says: "request turned away: 64 of 64 requests in flight"}
	}
	return topology.Flaw{Slower: 1 + (4+6*s.Chance.Float64())*s.Level}
}
