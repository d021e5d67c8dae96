package logs_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
)

var alert = time.Date(2025, 1, 21, 10, 47, 0, 0, time.UTC)

const (
	service = "payment-service"
	subject = "order-service"
	host    = "api.stripe.com"
)

// anIncident is a case as it stands when the logs are looked at: a call to a host outside failed, 17 minutes after the onset.
func anIncident() *incident.Case {
	onset := alert.Add(-17 * time.Minute)
	return &incident.Case{
		Subject: incident.Subject{Service: subject},
		Window:  incident.Window{From: alert.Add(-time.Hour), To: alert},
		Facts: incident.Facts{
			LogLabels: &incident.LogLabels{Service: "service_name"},
			Onset:     &incident.Onset{Baseline: incident.Window{From: onset.Add(-time.Hour), To: onset}},
			Culprit: &incident.Culprit{External: host, Span: incident.Span{Service: service, Name: "POST /v1/charges",
				Resource: map[string]string{"k8s.pod.name": "payment-a"}}},
		},
	}
}

// wrote makes lines of a service's pod, evenly spread from a time on.
func wrote(from time.Time, service, pod, level, text string, n int) []incident.Line {
	lines := make([]incident.Line, n)
	for i := range lines {
		lines[i] = incident.Line{Time: from.Add(time.Duration(i) * time.Second / 4), Level: level, Text: fmt.Sprintf("%s %d", text, 1000+i),
			Labels: map[string]string{"service_name": service, "k8s_pod_name": pod}}
	}
	return lines
}

func joined(parts ...[]incident.Line) []incident.Line {
	var all []incident.Line
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}

// asked plans a step and gives an empty answer to each of its questions.
func asked(t *testing.T, s phase.Step, c *incident.Case) source.Answers {
	t.Helper()
	questions, err := s.Plan(c)
	require.NoError(t, err)
	answers := source.Answers{}
	for _, q := range questions {
		require.NotContains(t, answers, q.Name, "every question has its own name")
		answers[q.Name] = source.Answer{Question: q}
	}
	return answers
}

func withLines(answers source.Answers, name string, truncated bool, lines []incident.Line) {
	a := answers[name]
	a.Lines, a.Truncated = lines, truncated
	answers[name] = a
}

func withCounts(answers source.Answers, name string, counts map[string]float64) {
	a := answers[name]
	for service, n := range counts {
		a.Series = append(a.Series, incident.Series{Labels: map[string]string{"service_name": service}, Points: []incident.Point{{Time: alert, Value: n}}})
	}
	answers[name] = a
}

func withProblem(answers source.Answers, name string) *source.Problem {
	a := answers[name]
	a.Problem = &source.Problem{Kind: source.ServerError, Sentence: "Loki failed.", Advice: "See its log."}
	answers[name] = a
	return a.Problem
}

// reading reads a step's answers and applies what it learned.
func reading(t *testing.T, s phase.Step, c *incident.Case, answers source.Answers) phase.Reading {
	t.Helper()
	r, err := s.Read(c, answers)
	require.NoError(t, err)
	if r.Learn != nil {
		r.Learn(&c.Facts)
	}
	return r
}

func sentences(r phase.Reading) []string {
	var out []string
	for _, f := range r.Findings {
		out = append(out, f.Sentence)
	}
	return out
}
