package impact_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/impact"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// compared are the answers with today's course and that of the given days before, all of code 200 but for the failures.
func compared(today, earlier func(float64) float64, failed float64, days ...int) source.Answers {
	answers := answered("traffic", codes(map[int]func(float64) float64{200: today, 500: always(failed)})...)
	parts := map[string][]incident.Series{}
	for _, d := range days {
		parts[fmt.Sprintf("requests %d d before", d)] = codes(map[int]func(float64) float64{200: earlier, 500: always(failed)})
		parts[fmt.Sprintf("p99 %d d before", d)] = []incident.Series{course(nil, always(0.39))}
	}
	answers["earlier days"] = joined(parts)
	return answers
}

func TestTheSameHoursOfEarlierDaysAreToldWhereThereAreAny(t *testing.T) {
	t.Parallel()
	c := checkout()
	text := plans(t, impact.ErrorRate(), c)["earlier days"]
	require.Contains(t, text, `rate(http_server_request_duration_seconds_count{http_request_method="POST",http_route="/api/checkout",service_name="order-service"}[5m] offset 1w)`)
	require.Contains(t, text, `"p99 2 d before"`)

	told := reads(t, impact.ErrorRate(), c, compared(always(99), always(99), 1, 1, 2, 7))
	require.Equal(t, "Error rate is 1%, 1% before: no rise beyond chance. In the same hour of 3 earlier days it was 1%.", told.Findings[0].Sentence)
	require.InDelta(t, 3, told.Findings[0].Values[1].Samples, 0)

	answers := compared(always(99), always(99), 1, 1)
	answers["course"], answers["now"] = source.Answer{Series: []incident.Series{course(nil, always(0.4))}}, source.Answer{Series: []incident.Series{point(nil, 0.4)}}
	require.Equal(t, "p99 latency is 400 ms, 400 ms before: no lasting rise. In the same hour of 1 earlier day it was 390 ms.",
		reads(t, impact.Latency(), c, answers).Findings[0].Sentence)

	young := reads(t, impact.ErrorRate(), c, compared(always(99), always(99), 1))
	require.Contains(t, young.Findings[0].Method, "does not reach back to the same hours of earlier days")
	lost := compared(always(99), always(99), 1)
	lost["earlier days"] = refused("x")["x"]
	require.Contains(t, reads(t, impact.ErrorRate(), c, lost).Findings[0].Sentence, "Earlier days could not be looked at: Prometheus refused the question with 403.")
}

func TestADropThatEveryDayHasAtThisTimeIsNone(t *testing.T) {
	t.Parallel()
	c := checkout()
	usual := reads(t, impact.RequestRate(), c, compared(since(16, 100, 88), since(16, 200, 178), 0, 1, 2, 3))
	require.Equal(t, "Request rate is 12% below normal: 88/s, normally 100/s. That is as usual at this time of day: by 3 earlier days it would be 89/s.",
		usual.Findings[0].Sentence)
	require.False(t, c.Facts.Traffic.Worse)
	require.Equal(t, incident.Clear, usual.Outcome)

	drop := reads(t, impact.RequestRate(), c, compared(since(16, 100, 88), always(200), 0, 1, 2, 3))
	require.Equal(t, incident.Found, drop.Outcome)
	require.Contains(t, drop.Findings[0].Sentence, "By the time of day, as 3 earlier days had it, it would be 100/s.")
	require.True(t, c.Facts.Traffic.Worse)

	hidden := reads(t, impact.RequestRate(), c, compared(always(100), since(16, 100, 160), 0, 1))
	require.Contains(t, hidden.Findings[0].Sentence, "By the time of day, as 1 earlier day had it, it would be 144/s.")
}
