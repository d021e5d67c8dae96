package wording_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

var ten = time.Date(2026, 3, 10, 10, 30, 40, 0, time.UTC)

func TestATextKnowsWhereItsMomentsStand(t *testing.T) {
	t.Parallel()
	since := wording.Textf(", since %s", wording.Clock(ten))
	text := wording.Textf("🔥 %s took %d ms (%.1f%%)%s; it ended at %s.", "wéb", 12, 7.25, since, wording.ClockOn(ten.AddDate(0, 0, 1), ten))
	require.Equal(t, "🔥 wéb took 12 ms (7.2%), since 10:30:40; it ended at 10:30:40 on 11 March.", text.Plain())
	east := time.FixedZone("east", 3600)
	require.Equal(t, "🔥 wéb took 12 ms (7.2%), since 11:30:40; it ended at 11:30:40 on 11 March.", incident.WrittenIn(east, text.Plain(), text.Moments()))
}

func TestTextsAreListedWithTheirMoments(t *testing.T) {
	t.Parallel()
	clocks := []wording.Text{wording.Clock(ten), wording.Clock(ten.Add(time.Minute)), wording.Clock(ten.Add(time.Hour))}
	list := wording.ListOf(clocks)
	require.Equal(t, "10:30:40, 10:31:40 and 11:30:40", list.Plain())
	require.Equal(t, "10:30:40 UTC, 10:31:40 UTC and 11:30:40 UTC", incident.WrittenInUTC(list.Plain(), list.Moments()))
	require.Equal(t, "10:30:40", wording.ListOf(clocks[:1]).Plain())
	require.Empty(t, wording.ListOf(nil).Plain())
	require.Equal(t, "It is", wording.Textf("it is").Capital().Plain())
}

func TestWhateverStandsAroundMomentsTheyStayWhereTheyAre(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before, between, after := rapid.String().Draw(t, "before"), rapid.String().Draw(t, "between"), rapid.String().Draw(t, "after")
		inner := wording.Textf("%s%s", wording.Clock(ten), between)
		text := wording.Textf("%s%s%s%s", before, inner, wording.Clock(ten.Add(time.Hour)), after)
		clean := wording.Textf("%s", before).Plain()
		require.Len(t, text.Moments(), 2)
		require.True(t, incident.InOrder(text.Plain(), text.Moments()))
		require.Equal(t, clean+"10:30:40 UTC"+wording.Textf("%s", between).Plain()+"11:30:40 UTC"+wording.Textf("%s", after).Plain(),
			incident.WrittenInUTC(text.Plain(), text.Moments()))
	})
}

func TestATextIsWrittenAsFmtWritesIt(t *testing.T) {
	t.Parallel()
	require.Equal(t, fmt.Sprintf("%-6s|%6.2f|%q|%v|%03d|%T", "a", 1.5, "b", []int{1}, 7, 1.0), wording.Textf("%-6s|%6.2f|%q|%v|%03d|%s", "a", 1.5, "b", []int{1}, 7, "float64").Plain())
}
