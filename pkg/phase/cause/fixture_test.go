package cause_test

import (
	"time"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// end is when the tests' investigations look; the incident began twenty minutes before.
var end = time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)

func ago(d time.Duration) time.Time { return end.Add(-d) }

func moved(d time.Duration) incident.MovedAt {
	return incident.MovedAt{Earliest: ago(d + 15*time.Second), Latest: ago(d)}
}

// caseWithOnset is a case that knows its stores and its onset.
func caseWithOnset() *incident.Case {
	began := moved(20 * time.Minute)
	return &incident.Case{
		Subject: incident.Subject{Service: "web"},
		Window:  incident.Window{From: ago(time.Hour), To: end},
		Facts: incident.Facts{
			Conventions: &incident.Conventions{Cluster: &incident.ClusterMetric{Convention: "kube-state-metrics", Metrics: []string{convention.PodPhase}}},
			LogLabels:   &incident.LogLabels{Service: "service_name", Namespace: "k8s_namespace_name"},
			Onset:       &incident.Onset{MovedAt: began, First: "latency"},
		},
	}
}

// points are at every fifteen seconds of the time between, all with the same value.
func points(from, to time.Time, value float64) []incident.Point {
	var all []incident.Point
	for at := from; !at.After(to); at = at.Add(15 * time.Second) {
		all = append(all, incident.Point{Time: at, Value: value})
	}
	return all
}
