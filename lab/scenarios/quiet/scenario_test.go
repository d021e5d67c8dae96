package quiet_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/scenarios/quiet"
	"github.com/faultline-investigation/faultline/lab/scenarios/tape"
)

func TestTheLastHourIsAsGoodAsTheOneBefore(t *testing.T) {
	t.Parallel()
	r := tape.Of(t, quiet.Scenario(), 0)
	related := func(from, to time.Duration) float64 {
		return r.ErrorRatio("news-api", "GET", "/articles/{id}/related", from, to)
	}
	require.InDelta(t, related(-2*time.Hour, -time.Hour), related(-time.Hour, 0), 0.004)
	require.Less(t, related(-5*time.Minute, 0), 0.015)
}

func TestAFixAndARelapseChangeNothing(t *testing.T) {
	t.Parallel()
	tape.Cured(t, quiet.Scenario(), 0, 0.02, func(r *tape.Tape, from, to time.Duration) float64 {
		return r.ErrorRatio("news-api", "GET", "/articles/{id}/related", from, to)
	})
}
