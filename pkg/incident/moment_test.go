package incident_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

var half = time.Date(2026, 3, 9, 20, 30, 0, 0, time.UTC)

func TestAMomentIsWrittenInTheZoneOfTheReader(t *testing.T) {
	t.Parallel()
	tokyo := time.FixedZone("JST", 9*3600)
	text := "🔥 at 20:30:00, and 20:30:00 on 9 March"
	moments := []incident.Moment{{At: half, Form: incident.TimeOfDay, Start: 6, End: 14}, {At: half, Form: incident.TimeAndDay, Start: 20, End: 39}}
	require.Equal(t, "🔥 at 05:30:00, and 05:30:00 on 10 March", incident.WrittenIn(tokyo, text, moments))
	require.Equal(t, "🔥 at 20:30:00 UTC, and 20:30:00 UTC on 9 March", incident.WrittenInUTC(text, moments))
	require.Equal(t, text, incident.WrittenIn(time.UTC, text, moments))
}

func TestMomentsThatDoNotLieInTheTextAreLeftOut(t *testing.T) {
	t.Parallel()
	text := "at 20:30:00"
	for _, wrong := range [][2]int{{-1, 4}, {3, 12}, {8, 3}, {3, 3}, {90, 98}} {
		moments := []incident.Moment{{At: half, Start: wrong[0], End: wrong[1]}}
		require.Equal(t, text, incident.WrittenInUTC(text, moments))
		require.False(t, incident.InOrder(text, moments))
	}
	twice := []incident.Moment{{At: half, Start: 3, End: 11}, {At: half, Start: 3, End: 11}}
	require.Equal(t, "at 20:30:00 UTC", incident.WrittenInUTC(text, twice))
	require.False(t, incident.InOrder(text, twice))
	require.True(t, incident.InOrder(text, twice[:1]))
}

func TestMomentsFollowATextThatWasMasked(t *testing.T) {
	t.Parallel()
	before, after := `it says "hunter2 at 20:30:00", since 20:30:00`, `it says "[masked] ü at 20:30:00", since 20:30:00`
	moments := []incident.Moment{{At: half, Form: incident.TimeOfDay, Start: 37, End: 45}}
	require.Equal(t, `it says "[masked] ü at 20:30:00", since 20:30:00 UTC`, incident.WrittenInUTC(after, incident.Relocated(before, moments, after)))
	require.Empty(t, incident.Relocated(before, moments, `it says "[masked]", since 20:30:00`), "nobody knows which of them is left")
}

func TestEachOfSeveralTextsKeepsItsOwnMoments(t *testing.T) {
	t.Parallel()
	at := []incident.Moment{{At: half, Form: incident.TimeOfDay, Start: 3, End: 11}}
	var k incident.Candidate
	k.Says("no time", nil)
	require.Nil(t, k.Moments)
	k.Says("at 20:30:00", at)
	k.Says("none either", nil)
	require.Equal(t, [][]incident.Moment{{}, at, {}}, k.Moments)
	require.Equal(t, []string{"no time", "at 20:30:00 UTC", "none either"}, k.BecauseIn(incident.WrittenInUTC))
	c := incident.Case{Verdict: incident.Verdict{Candidates: []incident.Candidate{k}}}
	masked := incident.Case{Verdict: incident.Verdict{Candidates: []incident.Candidate{{Because: []string{"no time", "just at 20:30:00", "none either"}, Moments: slices.Clone(k.Moments)}}}}
	masked.Relocate(&c)
	require.Equal(t, 8, masked.Verdict.Candidates[0].Moments[1][0].Start)
	require.Equal(t, at, c.Verdict.Candidates[0].Moments[1], "the original stays")
}
