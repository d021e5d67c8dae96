package rank_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Intervals of ten seconds have an error line or none; with some of them it sets in between the moments that are looked at.
func TestErrorLinesBeginWithinTheirMargin(t *testing.T) {
	t.Parallel()
	const slot, runs = 10 * time.Second, 100
	end := time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)
	for _, k := range []struct{ before, since float64 }{{0, 0.95}, {0, 0.5}, {0.01, 0.7}} {
		held, wide := 0, time.Duration(0)
		for run := range runs {
			random := rand.New(rand.NewPCG(7, uint64(run)))                                        // #nosec G404 -- the same every time
			onset := end.Add(-10 * time.Minute).Add(-time.Duration(random.IntN(90)) * time.Second) // somewhere in a slot
			m := rank.Metric{Service: "stock", Name: "cannot open the ledger", Kind: rank.ErrorLines}
			for at := end.Add(-time.Hour); at.Before(end); at = at.Add(slot) {
				share := k.before
				if part := min(1, at.Add(slot).Sub(onset).Seconds()/slot.Seconds()); part > 0 {
					share = k.since * part
				}
				p := incident.Point{Time: at}
				if random.Float64() < share {
					p.Value = 1
				}
				m.Points = append(m.Points, p)
			}
			found := rank.Rank(rank.Input{Metrics: []rank.Metric{m}, Window: incident.Window{From: end.Add(-time.Hour), To: end}})
			require.Len(t, found.Suspects, 1)
			began := found.Suspects[0].Began
			if !onset.Before(began.Earliest) && !onset.After(began.Latest) {
				held++
			}
			wide += began.Margin()
		}
		require.GreaterOrEqual(t, held, 93, "%v", k)
		require.Less(t, wide/runs, time.Minute, "%v: a margin that says something", k)
	}
}
