package checks_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/checks"
	"github.com/faultline-investigation/faultline/pkg/source"
)

func queue() incident.Check {
	return incident.Check{Name: "Queue depth", Language: "promql", Query: `depth{service="$service"}`, Sentence: "{value} wait for {service}, normally {normal}.", Above: incident.Baselined(100)}
}

// asked runs a check of a service with the answer to its question.
func asked(t *testing.T, k incident.Check, fill func(*source.Answer)) incident.Finding {
	t.Helper()
	end := time.Date(2025, 1, 21, 12, 0, 0, 0, time.UTC)
	c := &incident.Case{Subject: incident.Subject{Service: "shop"}, Window: incident.Window{From: end.Add(-time.Hour), To: end}}
	step := checks.Check(0, k)
	questions, err := step.Plan(c)
	require.NoError(t, err)
	answers := source.Answers{}
	for _, q := range questions {
		answer := source.Answer{Question: q}
		fill(&answer)
		answers[q.Name] = answer
	}
	reading, err := step.Read(c, answers)
	require.NoError(t, err)
	return reading.Findings[0]
}

// waiting is a queue that was ten long, and then something else in the last five minutes.
func waiting(last float64) func(*source.Answer) {
	return func(a *source.Answer) {
		s := incident.Series{Labels: map[string]string{"queue": "mail"}}
		for at := a.Question.Window.From; !at.After(a.Question.Window.To); at = at.Add(time.Minute) {
			value := 10.0
			if a.Question.Window.To.Sub(at) <= 5*time.Minute {
				value = last
			}
			s.Points = append(s.Points, incident.Point{Time: at, Value: value})
		}
		a.Series = []incident.Series{s, {Labels: map[string]string{"queue": "other"}, Points: s.Points[:3]}}
	}
}

func TestACheckIsToldInItsOwnSentenceAndJudgedByItsOwnLimit(t *testing.T) {
	t.Parallel()
	bad := asked(t, queue(), waiting(500))
	require.Equal(t, "500 wait for shop, normally 10.", bad.Sentence)
	require.Equal(t, incident.Critical, bad.Severity)
	require.Equal(t, map[string]string{"queue": "mail"}, bad.Values[0].Labels)
	require.Equal(t, incident.Normal, asked(t, queue(), waiting(12)).Severity)
	k := queue()
	k.Above = nil
	require.Equal(t, incident.Info, asked(t, k, waiting(500)).Severity, "without a limit nothing is bad")
	k.Below = incident.Baselined(12)
	require.Equal(t, incident.Critical, asked(t, k, waiting(12)).Severity)
}

func TestLinesAndTracesOfACheckAreCounted(t *testing.T) {
	t.Parallel()
	lines := incident.Check{Name: "Stuck", Language: "logql", Query: `{app="$service"} |= "stuck"`, Sentence: "{value} stuck.", Above: incident.Baselined(2)}
	found := asked(t, lines, func(a *source.Answer) {
		require.Equal(t, source.Lines, a.Question.Kind)
		require.Equal(t, `{app="shop"} |= "stuck"`, a.Question.Text)
		a.Lines, a.Truncated = make([]incident.Line, 100), true
	})
	require.Equal(t, "at least 100 stuck.", found.Sentence)
	traces := incident.Check{Name: "Retries", Language: "traceql", Query: `{ resource.service.name = "$service" }`, Sentence: "{value} traces."}
	require.Equal(t, "1 traces.", asked(t, traces, func(a *source.Answer) { a.Traces = []incident.TraceSummary{{ID: "a"}} }).Sentence)
}

func TestACheckThatBringsNothingOrIsForOthersSaysSo(t *testing.T) {
	t.Parallel()
	c := &incident.Case{Subject: incident.Subject{Service: "shop"}}
	step := checks.Check(2, queue())
	require.Equal(t, "check-3-queue-depth", step.ID)
	_, err := step.Read(c, source.Answers{"check": {}})
	require.ErrorContains(t, err, `The check "Queue depth" brought no number`)
	k := queue()
	k.Services = []string{"mail"}
	questions, err := checks.Check(0, k).Plan(c)
	require.NoError(t, err)
	require.Empty(t, questions)
	reading, err := checks.Check(0, k).Read(c, nil)
	require.NoError(t, err)
	require.Equal(t, `The check "Queue depth" is not meant for shop.`, reading.Findings[0].Sentence)
}
