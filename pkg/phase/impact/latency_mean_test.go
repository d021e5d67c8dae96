package impact_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/impact"
	"github.com/faultline-investigation/faultline/pkg/phase/phasetest"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// timed is a case whose stack has timers without buckets, of the given unit.
func timed(family string) *incident.Case {
	c := checkout()
	chosen := convention.Choose([]string{family + "_sum", family + "_count"}, incident.Naming{})
	c.Facts.Conventions = &chosen
	return c
}

func TestOfATimerWithoutBucketsTheMeanIsToldAsAMean(t *testing.T) {
	t.Parallel()
	for family, unit := range map[string]float64{"http_server_requests_seconds": 1, "http_server_duration_milliseconds": 1000} {
		t.Run(family, func(t *testing.T) {
			t.Parallel()
			c := timed(family)
			require.Equal(t, family, c.Facts.Conventions.Requests.Mean)
			asked := plans(t, impact.Latency(), c)
			require.Contains(t, asked["now"], "sum(rate("+family+"_sum{")
			require.Contains(t, asked["now"], "/ sum(rate("+family+"_count{")
			answers := source.Answers{"course": {Series: []incident.Series{course(nil, since(12, 0.05*unit, 0.3*unit))}}, "now": {Series: []incident.Series{point(nil, 0.3*unit)}}}
			r := phasetest.Learned(t, impact.Latency(), c, answers)
			require.Equal(t, "Mean latency is 300 ms, normally 50 ms. It is a mean, since "+family+" has no buckets: a few very slow requests hardly move it.", r.Findings[0].Sentence)
			require.True(t, c.Facts.Latency.Worse)
			require.True(t, c.Facts.Latency.Mean)
			require.Equal(t, "mean latency", c.Facts.Latency.Latency())
		})
	}
}

func TestAMeanThatDoesNotRiseIsClearAndTimesWithoutRequestsHaveNone(t *testing.T) {
	t.Parallel()
	c := timed("http_server_requests_seconds")
	quiet := course(nil, func(m float64) float64 {
		if int(m)%7 == 0 {
			return math.NaN()
		}
		return 0.05
	})
	r := phasetest.Learned(t, impact.Latency(), c, source.Answers{"course": {Series: []incident.Series{quiet}}, "now": {Series: []incident.Series{point(nil, 0.051)}}})
	require.Equal(t, incident.Clear, r.Outcome)
	require.Contains(t, r.Findings[0].Sentence, "Mean latency is 51 ms, 50 ms before: no lasting rise. It is a mean")

	_, err := impact.Latency().Read(c, source.Answers{"course": {}, "now": {Series: []incident.Series{point(nil, math.NaN())}}})
	requireSkip(t, err, "have no requests")
}

func TestAHistogramIsPreferredToItsMean(t *testing.T) {
	t.Parallel()
	chosen := convention.Choose([]string{"http_server_requests_seconds_sum", "http_server_requests_seconds_count", "http_server_requests_seconds_bucket"}, incident.Naming{})
	require.Empty(t, chosen.Requests.Mean)
	require.Equal(t, "http_server_requests_seconds", chosen.Requests.Histogram)
}

// A store that turns exponential histograms into buckets of its own answers a quantile over le, of which there is none.
func TestBucketsWithoutBoundsHaveNoQuantile(t *testing.T) {
	t.Parallel()
	c := checkout()
	answers := source.Answers{"course": {Series: []incident.Series{course(nil, since(12, 0.05, 15))}}, "now": {Series: []incident.Series{point(nil, 15)}},
		"buckets": {Series: []incident.Series{course(nil, since(12, 20, 20))}}}
	_, err := impact.Latency().Read(c, answers)
	requireSkip(t, err, "have no label le")
}
