package logs_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/logs"
	"github.com/faultline-investigation/faultline/pkg/source"
)

func TestTheSearchWidensFromThePodToWhoeverNamesTheHost(t *testing.T) {
	t.Parallel()
	c := anIncident()
	answers := asked(t, logs.Widened(), c)
	withLines(answers, "now", false, joined(
		wrote(lastMinutes, service, "payment-a", "error", "Payment failed", 50), wrote(lastMinutes, service, "payment-a", "info", "ok", 50),
		wrote(lastMinutes, service, "payment-b", "error", "Payment failed", 40), wrote(lastMinutes, service, "payment-b", "info", "ok", 60),
		wrote(lastMinutes, subject, "order-a", "error", "checkout failed", 9)))
	withLines(answers, "mentions now", false, wrote(lastMinutes, "coredns", "dns-a", "error", "upstream timeout api.stripe.com", 300))
	withCounts(answers, "mentions before", map[string]float64{"coredns": 2, "audit": 9})

	r := reading(t, logs.Widened(), c, answers)
	require.Equal(t, incident.Found, r.Outcome)
	require.Equal(t, []string{
		"Searched the trace's pod, payment-a: 50 of its 100 lines in 5 min are errors, and 40 of the 100 of its other pods: it is not this pod alone.",
		"Searched all of payment-service: 90 of 200 lines in 5 min are errors.",
		"Searched every other service's log for api.stripe.com: named in the last 5 min by coredns in 300 lines (2 in the hour before).",
	}, sentences(r))
	require.Equal(t, incident.Critical, r.Findings[2].Severity)
	require.Len(t, r.Findings[2].Evidence.Lines, 3)
	require.Equal(t, []incident.Mention{{Service: "coredns", Now: 300, Before: 2}}, c.Facts.Mentions.Services)
}

func TestAPodThatFailsAloneIsTold(t *testing.T) {
	t.Parallel()
	c := anIncident()
	answers := asked(t, logs.Widened(), c)
	withLines(answers, "now", true, joined(wrote(lastMinutes, service, "payment-a", "error", "Payment failed", 50),
		wrote(lastMinutes, service, "payment-b", "info", "ok", 80)))
	r := reading(t, logs.Widened(), c, answers)
	require.Equal(t, incident.Found, r.Outcome)
	require.Equal(t, incident.Warning, r.Findings[0].Severity)
	require.Contains(t, r.Findings[0].Sentence, "0 of the 80 of its other pods: it is this pod more than the others")
	require.Contains(t, r.Findings[1].Sentence, "50 of the first 130 lines")
}

func TestNothingBeyondTheTraceIsClear(t *testing.T) {
	t.Parallel()
	c := anIncident()
	answers := asked(t, logs.Widened(), c)
	withLines(answers, "now", false, wrote(lastMinutes, service, "payment-a", "info", "ok", 80))
	withLines(answers, "mentions now", false, wrote(lastMinutes, "audit", "audit-a", "info", "called api.stripe.com", 20))
	withCounts(answers, "mentions before", map[string]float64{"audit": 240})
	r := reading(t, logs.Widened(), c, answers)
	require.Equal(t, incident.Clear, r.Outcome, "audit names the host as often as ever")
	require.Contains(t, r.Findings[0].Sentence, "no other pod of the service wrote a line")

	c.Facts.Culprit.External, c.Facts.Culprit.Span.Resource = "", nil
	answers = asked(t, logs.Widened(), c)
	require.Len(t, answers, 1, "without a host nobody else is searched")
	r = reading(t, logs.Widened(), c, answers)
	require.Equal(t, []string{"Searched all of payment-service: it wrote no line in 5 min."}, sentences(r))
	require.Nil(t, c.Facts.Mentions)
}

func TestAnUnansweredSearchIsNotAnEmptyOne(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"now", "mentions now", "mentions before"} {
		c := anIncident()
		answers := asked(t, logs.Widened(), c)
		problem := withProblem(answers, name)
		_, err := logs.Widened().Read(c, answers)
		var got *source.Problem
		require.ErrorAs(t, err, &got)
		require.Equal(t, problem, got)
	}
}

func TestTheLinesOfTheLastMinutesAreAskedForOnce(t *testing.T) {
	t.Parallel()
	c := anIncident()
	require.Equal(t, asked(t, logs.Patterns(), c)["now"].Question, asked(t, logs.Widened(), c)["now"].Question)
}
