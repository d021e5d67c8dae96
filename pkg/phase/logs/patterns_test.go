package logs_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/phase/logs"
	"github.com/faultline-investigation/faultline/pkg/source"
)

var (
	lastMinutes = alert.Add(-5 * time.Minute)
	hourBefore  = alert.Add(-77 * time.Minute)
)

func TestPatternsAskForSpreadSlicesOfTheHourBefore(t *testing.T) {
	t.Parallel()
	c := anIncident()
	questions, err := logs.Patterns().Plan(c)
	require.NoError(t, err)
	require.Len(t, questions, 3)
	require.Equal(t, c.Window.Last(5*time.Minute), questions[0].Window)
	for _, q := range questions[1:] {
		require.Equal(t, 5*time.Minute, q.Window.Length())
		require.False(t, q.Window.From.Before(c.Facts.Onset.Baseline.From) || q.Window.To.After(c.Facts.Onset.Baseline.To))
		require.Contains(t, q.Text, `service_name=~"payment-service|order-service"`)
	}
	require.Greater(t, questions[2].Window.From.Sub(questions[1].Window.To), 20*time.Minute)
}

func TestPatternsThatAppearedRoseOrVanishedAreToldTheWorstFirst(t *testing.T) {
	t.Parallel()
	c := anIncident()
	c.Facts.Pattern = &incident.FailingPattern{Service: service, Text: "Payment failed after retries", Now: 847, Before: 3,
		Window: c.Window.Last(5 * time.Minute), Baseline: c.Facts.Onset.Baseline}
	answers := asked(t, logs.Patterns(), c)
	withLines(answers, "now", false, joined(
		wrote(lastMinutes, service, "payment-a", "error", "Payment failed after retries", 300),
		wrote(lastMinutes, service, "payment-a", "warn", "Stripe request failed", 200),
		wrote(lastMinutes, service, "payment-a", "info", "Payment captured", 100)))
	withLines(answers, "before 1", false, joined(wrote(hourBefore, service, "payment-a", "error", "Payment failed after retries", 1),
		wrote(hourBefore, service, "payment-a", "info", "Payment captured", 100)))
	withLines(answers, "before 2", false, joined(wrote(hourBefore, service, "payment-a", "info", "Payment captured", 100),
		wrote(hourBefore, service, "payment-a", "info", "cache warmed", 60)))

	r := reading(t, logs.Patterns(), c, answers)
	require.Equal(t, incident.Found, r.Outcome)
	require.Equal(t, []string{
		`New in the samples: "Stripe request failed <*>" in payment-service's log, 200 lines in 5 min, 0 in 10 min before the incident.`,
		`Gone from the samples: "cache warmed <*>" in payment-service's log, 0 lines in 5 min, 60 in 10 min before the incident.`,
		`Read 600 lines of payment-service and order-service (5 min) and 261 from before (10 min): 3 of their 4 patterns changed.`,
	}, sentences(r))
	require.Equal(t, incident.Warning, r.Findings[0].Severity)
	table := c.Facts.Patterns.Changed
	require.Len(t, table, 3)
	require.True(t, table[0].Exact, "counted by the step before, so not told again but in the table")
	require.InDelta(t, 847, table[0].Now, 0)
	require.InDelta(t, 3, table[0].Before, 0)
	require.Equal(t, [2]float64{300, 3600}, table[0].Covers)
	require.Equal(t, incident.PatternRisen, table[0].Change)
}

func TestALogThatReadsAsBeforeIsClear(t *testing.T) {
	t.Parallel()
	c := anIncident()
	answers := asked(t, logs.Patterns(), c)
	for _, name := range []string{"now", "before 1", "before 2"} {
		withLines(answers, name, false, wrote(lastMinutes, service, "payment-a", "info", "Payment captured", 80))
	}
	r := reading(t, logs.Patterns(), c, answers)
	require.Equal(t, incident.Clear, r.Outcome)
	require.Equal(t, []string{"Read 80 lines of payment-service and order-service (5 min) and 160 from before (10 min): " +
		"none of their 1 pattern appeared, vanished or changed much."}, sentences(r))
	require.Empty(t, c.Facts.Patterns.Changed)
}

func TestATruncatedAnswerCoversOnlyTheTimeOfItsLines(t *testing.T) {
	t.Parallel()
	c := anIncident()
	answers := asked(t, logs.Patterns(), c)
	// Four lines a second, as in the hour before; the limit came after 50 s.
	withLines(answers, "now", true, wrote(lastMinutes, service, "payment-a", "info", "Payment captured", 201))
	withLines(answers, "before 1", false, wrote(hourBefore, service, "payment-a", "info", "Payment captured", 1200))
	withLines(answers, "before 2", false, wrote(hourBefore, service, "payment-a", "info", "Payment captured", 1200))
	r := reading(t, logs.Patterns(), c, answers)
	require.Equal(t, incident.Clear, r.Outcome, "201 lines against 2,400 are no fall")
	require.Contains(t, r.Findings[0].Sentence, "Read the first 201 lines of payment-service and order-service (50 s)")
	require.True(t, r.Findings[0].Values[0].AtLeast)
}

func TestFewerRequestsAreNotAQuieterLog(t *testing.T) {
	t.Parallel()
	c := anIncident()
	c.Facts.Traffic = &incident.Change{Now: 1, Normal: 10}
	answers := asked(t, logs.Patterns(), c)
	withLines(answers, "now", false, wrote(lastMinutes, service, "payment-a", "info", "Payment captured", 100))
	withLines(answers, "before 1", false, wrote(hourBefore, service, "payment-a", "info", "Payment captured", 1000))
	withLines(answers, "before 2", false, wrote(hourBefore, service, "payment-a", "info", "Payment captured", 1000))
	require.Equal(t, incident.Clear, reading(t, logs.Patterns(), c, answers).Outcome)
}

func TestServicesThatFellSilentAreSaidToBe(t *testing.T) {
	t.Parallel()
	c := anIncident()
	answers := asked(t, logs.Patterns(), c)
	withLines(answers, "before 2", false, wrote(hourBefore, service, "payment-a", "info", "Payment captured", 1000))
	r := reading(t, logs.Patterns(), c, answers)
	require.Equal(t, incident.Found, r.Outcome)
	require.Equal(t, "The log store has no line of payment-service and order-service from the last 5 min; it has 1,000 from 5 min before.", r.Findings[0].Sentence)
	require.Nil(t, c.Facts.Patterns, "of no pattern it is said that it is gone")
}

func TestWithoutLinesFromBeforeOrWithoutAnAnswerNothingIsClaimed(t *testing.T) {
	t.Parallel()
	c := anIncident()
	answers := asked(t, logs.Patterns(), c)
	withLines(answers, "now", false, wrote(lastMinutes, service, "payment-a", "error", "Payment failed", 100))
	_, err := logs.Patterns().Read(c, answers)
	var skip *phase.Skip
	require.ErrorAs(t, err, &skip)
	require.Contains(t, skip.Reason, "no lines of payment-service and order-service in what was read of the hour before the onset")

	for _, name := range []string{"now", "before 1", "before 2"} {
		answers := asked(t, logs.Patterns(), c)
		problem := withProblem(answers, name)
		_, err := logs.Patterns().Read(c, answers)
		var got *source.Problem
		require.ErrorAs(t, err, &got)
		require.Equal(t, problem, got)
	}
}

func TestWithoutATraceTheSubjectAndItsSickCalleesAreRead(t *testing.T) {
	t.Parallel()
	c := anIncident()
	c.Facts.Culprit, c.Facts.Onset = nil, nil
	c.Facts.Dependencies = &incident.Dependencies{Rows: []incident.Dependency{{Service: "auth", Health: incident.Healthy}, {Service: "stock", Health: incident.Failing}}}
	questions, err := logs.Patterns().Plan(c)
	require.NoError(t, err)
	require.Contains(t, questions[0].Text, `{service_name=~"stock|order-service"}`)
	require.True(t, questions[1].Window.To.Before(lastMinutes), "without an onset the hour before the last minutes is compared")
}

func TestALongPatternIsCutInTheSentenceAndWholeInTheTable(t *testing.T) {
	t.Parallel()
	c := anIncident()
	answers := asked(t, logs.Patterns(), c)
	long := "2025-01-21 10:43:18 ERROR " + strings.Repeat("word ", 40)
	withLines(answers, "now", false, wrote(lastMinutes, service, "payment-a", "error", long, 50))
	withLines(answers, "before 1", false, wrote(hourBefore, service, "payment-a", "info", "Payment captured", 3))
	r := reading(t, logs.Patterns(), c, answers)
	require.Contains(t, r.Findings[0].Sentence, `New in the samples: "word word`)
	require.Contains(t, r.Findings[0].Sentence, `…" in payment-service's log`)
	require.Less(t, len(r.Findings[0].Sentence), 260)
	require.Contains(t, c.Facts.Patterns.Changed[0].Text, strings.TrimSpace(strings.Repeat("word ", 40)))
}

func TestLinesWithoutAWordAreNoPattern(t *testing.T) {
	t.Parallel()
	c := anIncident()
	answers := asked(t, logs.Patterns(), c)
	withLines(answers, "now", false, joined(wrote(lastMinutes, service, "payment-a", "error", "payment failed", 100), blank(lastMinutes, "", 100), blank(lastMinutes, "  ", 100),
		blank(lastMinutes, "42", 50), blank(lastMinutes, "---------", 100)))
	withLines(answers, "before 1", false, wrote(hourBefore, service, "payment-a", "info", "payment captured", 100))
	withLines(answers, "before 2", false, wrote(hourBefore, service, "payment-a", "info", "payment captured", 100))
	r := reading(t, logs.Patterns(), c, answers)
	require.Len(t, c.Facts.Patterns.Changed, 2, "the payments that fail and those that do not: %v", sentences(r))
	for _, p := range c.Facts.Patterns.Changed {
		require.Contains(t, p.Text, "payment")
	}
}

// blank are lines that hold no word, as between the frames of a stack trace that is sent line by line.
func blank(from time.Time, text string, n int) []incident.Line {
	lines := wrote(from, service, "payment-a", "error", "x", n)
	for i := range lines {
		lines[i].Text = text
	}
	return lines
}
