package impact_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/phase/impact"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// A point of a chart averages over the time before it: the first points of the last minutes tell of what came before these.
func TestWhatCameBeforeTheLastMinutesIsNotAmongThem(t *testing.T) {
	t.Parallel()
	during := func(from, to, value float64) func(float64) float64 {
		return func(minutesBefore float64) float64 {
			if minutesBefore <= from && minutesBefore > to {
				return value
			}
			return 0
		}
	}
	answers := answered("traffic", codes(map[int]func(float64) float64{200: always(10), 500: during(6, 4, 2), 502: during(2, 1, 1)})...)
	last := answers["last minutes"]
	last.Series = []incident.Series{point(map[string]string{"http_response_status_code": "200"}, 10),
		point(map[string]string{"http_response_status_code": "500"}, 0), point(map[string]string{"http_response_status_code": "502"}, 0.2)}
	answers["last minutes"] = last

	r := reads(t, impact.StatusCodes(), checkout(), answers)
	require.Equal(t, "All failed requests were answered 502.", r.Findings[0].Sentence)
	c := checkout()
	reads(t, impact.ErrorRate(), c, answers)
	require.InDelta(t, 0.2/10.2, c.Facts.Errors.Now, 1e-9)
	reads(t, impact.RequestRate(), c, answers)
	require.InDelta(t, 10.2, c.Facts.Traffic.Now, 1e-9)
}

func TestSparseSamplesAreReadFromTheChart(t *testing.T) {
	t.Parallel()
	c := checkout()
	c.Facts.Service.Interval = 3 * time.Minute // two samples lie further apart than the last minutes are long at times
	answers := answered("traffic", codes(map[int]func(float64) float64{200: always(9), 500: always(1)})...)
	answers["last minutes"] = source.Answer{}
	reads(t, impact.ErrorRate(), c, answers)
	require.InDelta(t, 0.1, c.Facts.Errors.Now, 1e-9)
}

func TestLastMinutesThatAreNotAnsweredAreNotChecked(t *testing.T) {
	t.Parallel()
	for _, step := range []phase.Step{impact.ErrorRate(), impact.RequestRate(), impact.StatusCodes()} {
		answers := refused("last minutes")
		answers["traffic"] = answered("traffic", codes(map[int]func(float64) float64{200: always(9)})...)["traffic"]
		requireProblem(t, step, checkout(), answers)
	}
}
