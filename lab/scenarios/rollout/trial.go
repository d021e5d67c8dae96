package rollout

import (
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/scenarios/topology"
)

const (
	trialNamespace = "travel-trial"
	seats          = "seat-service"
	trialFails     = -24 * time.Minute
	trialShare     = 0.6 // of its bookings
)

// Trial is another system of services of the same names in the same stores, where bookings fail earlier, more often and for a reason
// of its own: the seat service cannot read a seat map. It comes beside the scenario, for whoever cannot tell two systems apart.
func Trial() story.Scenario {
	trial, _ := Scenario().(topology.Scenario)
	trial.System = trialSystem
	return trial
}

func trialSystem() topology.System {
	s := system()
	s.Cluster, s.Namespace, s.Nodes = trialNamespace, trialNamespace, topology.Workers("eu-west-2")
	s.Entrances = []topology.Entrance{{To: "booking-api POST /bookings", Rate: 2}, {To: "booking-api GET /bookings/{id}", Rate: 1}}
	s.Story, s.OnFix, s.OnRelapse = []topology.Happening{{At: trialFails, Rollout: &topology.Rollout{Service: seats, Version: "1.23.0"}}}, nil, nil
	for i := range s.Services {
		if s.Services[i].Name == seats {
			s.Services[i].Operations[0].Flaw = unreadable
		}
	}
	return s
}

// unreadable is one reservation of a seat.
func unreadable(s topology.Situation) topology.Flaw {
	if s.Pod.Version != "1.23.0" || s.Chance.Float64() > trialShare {
		return topology.Flaw{}
	}
	return topology.Flaw{Status: 500, Type: "SyntaxError", Message: "Unexpected end of JSON input", Stack: "SyntaxError: Unexpected end of JSON input\n    at JSON.parse (<anonymous>)\n    at seatMap (/app/seats.js:41:20)",
		By: "seatmap", Says: "cannot read the seat map"}
}
