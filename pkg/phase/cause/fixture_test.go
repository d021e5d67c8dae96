package cause_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// end is when the tests' investigations look; the incident began twenty minutes before.
var end = time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)

func ago(d time.Duration) time.Time { return end.Add(-d) }

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

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

// planned gives the texts of a step's questions by their names.
func planned(t *testing.T, s phase.Step, c *incident.Case) map[string]source.Question {
	t.Helper()
	questions, err := s.Plan(c)
	require.NoError(t, err)
	byName := map[string]source.Question{}
	for _, q := range questions {
		byName[q.Name] = q
	}
	return byName
}

// readWith reads answers and lets the case learn from them.
func readWith(t *testing.T, s phase.Step, c *incident.Case, answers source.Answers) phase.Reading {
	t.Helper()
	reading, err := s.Read(c, answers)
	require.NoError(t, err)
	if reading.Learn != nil {
		reading.Learn(&c.Facts)
	}
	requireNumbersHaveValues(t, reading)
	return reading
}

// requireNumbersHaveValues checks that findings which claim something carry its numbers.
func requireNumbersHaveValues(t *testing.T, reading phase.Reading) {
	t.Helper()
	for _, f := range reading.Findings {
		require.NotEmpty(t, f.Sentence)
		for _, v := range f.Values {
			require.NotEmpty(t, v.Unit, "%s of %q", v.Name, f.Sentence)
		}
	}
}

// requireUnable checks that a failed store makes the step say so, and claim nothing.
func requireUnable(t *testing.T, s phase.Step, c *incident.Case, names ...string) {
	t.Helper()
	problem := &source.Problem{Kind: source.Timeout, Sentence: "It did not answer.", Advice: "Wait."}
	for _, broken := range names {
		answers := source.Answers{}
		for _, name := range names {
			answers[name] = source.Answer{}
		}
		answers[broken] = source.Answer{Problem: problem}
		_, err := s.Read(c, answers)
		require.ErrorIs(t, err, problem, broken)
	}
}

// requireSkip checks that a step cannot look, and says why and what to do.
func requireSkip(t *testing.T, err error, reason string) {
	t.Helper()
	var skip *phase.Skip
	require.ErrorAs(t, err, &skip)
	require.Contains(t, skip.Reason, reason)
	require.NotEmpty(t, skip.Advice)
}
