package phasetest

import (
	"time"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// End is when the tests' investigations look; the incident began twenty minutes before.
var End = time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)

// Ago is a time before End.
func Ago(d time.Duration) time.Time { return End.Add(-d) }

// Moved is a move that is known to fifteen seconds, so long before End.
func Moved(d time.Duration) incident.MovedAt {
	return incident.MovedAt{Earliest: Ago(d + 15*time.Second), Latest: Ago(d)}
}

// CaseWithOnset is a case that knows its stores and its onset.
func CaseWithOnset() *incident.Case {
	began := Moved(20 * time.Minute)
	return &incident.Case{
		Subject: incident.Subject{Service: "web"},
		Window:  incident.Window{From: Ago(time.Hour), To: End},
		Facts: incident.Facts{
			Conventions: &incident.Conventions{Cluster: &incident.ClusterMetric{Convention: "kube-state-metrics", Metrics: []string{convention.PodPhase}}},
			LogLabels:   &incident.LogLabels{Service: "service_name", Namespace: "k8s_namespace_name"},
			Onset:       &incident.Onset{MovedAt: began, First: "latency"},
		},
	}
}

// Points are at every fifteen seconds of the time between, all with the same value.
func Points(from, to time.Time, value float64) []incident.Point {
	var all []incident.Point
	for at := from; !at.After(to); at = at.Add(15 * time.Second) {
		all = append(all, incident.Point{Time: at, Value: value})
	}
	return all
}
