package impact_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/impact"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// young is an answer whose series begin some minutes before the alert.
func young(minutes float64, series []incident.Series) []incident.Series {
	for i := range series {
		var kept []incident.Point
		for _, p := range series[i].Points {
			if alert.Sub(p.Time).Minutes() <= minutes {
				kept = append(kept, p)
			}
		}
		series[i].Points = kept
	}
	return series
}

func TestARiseFromNineToFourteenPercentIsARise(t *testing.T) {
	t.Parallel()
	c := checkout()
	r := reads(t, impact.ErrorRate(), c, answered("traffic", codes(map[int]func(float64) float64{200: since(10, 1.82, 1.72), 500: since(10, 0.18, 0.28)})...))
	require.Equal(t, incident.Found, r.Outcome)
	require.Equal(t, "Error rate is 14%, normally 9%.", r.Findings[0].Sentence)
	require.True(t, c.Facts.Errors.Worse)
	require.False(t, alert.Add(-10*time.Minute).Before(c.Facts.Errors.Moved.Earliest))
	require.False(t, alert.Add(-10*time.Minute).After(c.Facts.Errors.Moved.Latest))
}

func TestWithoutABaselineNothingIsCalledUnchanged(t *testing.T) {
	t.Parallel()
	c := checkout()
	traffic := func() source.Answers {
		return answered("traffic", young(4, codes(map[int]func(float64) float64{200: always(10), 401: always(1)}))...)
	}
	for _, r := range []struct {
		outcome  incident.Outcome
		sentence string
	}{
		{reads(t, impact.ErrorRate(), c, traffic()).Outcome, reads(t, impact.ErrorRate(), c, traffic()).Findings[0].Sentence},
		{reads(t, impact.RequestRate(), c, traffic()).Outcome, reads(t, impact.RequestRate(), c, traffic()).Findings[0].Sentence},
		{reads(t, impact.StatusCodes(), c, traffic()).Outcome, reads(t, impact.StatusCodes(), c, traffic()).Findings[1].Sentence},
	} {
		require.Equal(t, incident.Found, r.outcome, r.sentence)
		require.Contains(t, r.sentence, "to compare with")
	}
	latency := reads(t, impact.Latency(), c, source.Answers{"course": {Series: young(4, []incident.Series{course(nil, always(0.4))})},
		"now": {Series: []incident.Series{point(nil, 0.4)}}, "earlier days": {}})
	require.Equal(t, incident.Found, latency.Outcome)
	require.Equal(t, "p99 latency is 400 ms; nothing is known from before to compare with.", latency.Findings[0].Sentence)
	_, err := impact.Onset().Read(c, nil)
	requireSkip(t, err, "begin in the time looked at")
}

func TestAStormOfRefusalsIsAFindingAndHasAnOnset(t *testing.T) {
	t.Parallel()
	for _, code := range []int{401, 403, 404, 408, 409, 422, 429} {
		c := checkout()
		r := reads(t, impact.StatusCodes(), c, answered("traffic", codes(map[int]func(float64) float64{200: since(14, 1.96, 0.7), code: since(14, 0.04, 2.3)})...))
		require.Equal(t, incident.Found, r.Outcome)
		require.Equal(t, "No request failed with a server error.", r.Findings[0].Sentence)
		require.Equal(t, incident.Critical, r.Findings[1].Severity)
		require.Contains(t, r.Findings[1].Sentence, "The share of client errors is 77%, normally 2%. All of them are 4")
		require.True(t, c.Facts.Refused.Worse)
		require.Equal(t, incident.Found, reads(t, impact.Onset(), c, nil).Outcome)
		require.Equal(t, "client errors", c.Facts.Onset.First)
	}
}

func TestClientsThatAreRefusedAllDayAreNoFailure(t *testing.T) {
	t.Parallel()
	c := checkout()
	r := reads(t, impact.StatusCodes(), c, answered("traffic", codes(map[int]func(float64) float64{200: always(90), 404: always(8), 429: always(2)})...))
	require.Equal(t, incident.Clear, r.Outcome)
	require.Equal(t, "The share of client errors is 10%, 10% before: no rise beyond chance. Of them: 404 80% and 429 20%.", r.Findings[1].Sentence)
	require.Equal(t, incident.MeasureRefused, r.Findings[1].Values[0].Measure)
	require.Empty(t, r.Findings[1].Values[1].Measure, "the share of one status among the refusals is no share of the failures")
	require.False(t, c.Facts.Refused.Worse)
}

func TestTrafficThatStopsIsAFinding(t *testing.T) {
	t.Parallel()
	c := checkout()
	r := reads(t, impact.RequestRate(), c, answered("traffic", codes(map[int]func(float64) float64{200: since(9, 3, 0)})...))
	require.Equal(t, incident.Found, r.Outcome)
	require.Equal(t, incident.Critical, r.Findings[0].Severity)
	require.Equal(t, "No request since 10:37:16, normally 3/s.", r.Findings[0].Sentence)
	require.True(t, c.Facts.Traffic.Worse)
}

func TestAQuantileIsSaidAsPreciselyAsItsBucketsKnowIt(t *testing.T) {
	t.Parallel()
	bucket := func(le string, n float64) incident.Series { return point(map[string]string{"le": le}, n) }
	for _, known := range []struct {
		now              float64
		sentence, method string
	}{
		{10, "p99 latency is over 10 s, normally 400 ms.", "only its lower bound is known"},
		{2.3, "p99 latency is 2.3 s, normally 400 ms.", "interpolated in the bucket from 1 s to 2.5 s"},
	} {
		r := reads(t, impact.Latency(), checkout(), source.Answers{"course": {Series: []incident.Series{course(nil, since(17, 0.4, known.now))}},
			"now": {Series: []incident.Series{point(nil, known.now), bucket("1", 2), bucket("2.5", 9), bucket("10", 9), bucket("+Inf", 10)}}, "earlier days": {}})
		require.Equal(t, known.sentence, r.Findings[0].Sentence)
		require.Contains(t, r.Findings[0].Method, known.method)
		require.Equal(t, known.now == 10, r.Findings[0].Values[0].AtLeast)
	}
}

func TestALatencyThatIsMuchHigherIsNotCalledUnchanged(t *testing.T) {
	t.Parallel()
	r := reads(t, impact.Latency(), checkout(), source.Answers{"course": {Series: []incident.Series{course(nil, since(0.2, 0.062, 0.892))}},
		"now": {Series: []incident.Series{point(nil, 0.892)}}, "earlier days": {}})
	require.Equal(t, incident.Found, r.Outcome)
	require.Equal(t, "p99 latency is 892 ms, 62 ms before and at most 62 ms: no lasting rise.", r.Findings[0].Sentence)
}
