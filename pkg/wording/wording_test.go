package wording_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/wording"
)

func TestWordsAreJoinedAsASentenceDoes(t *testing.T) {
	t.Parallel()
	require.Equal(t, "a, b and c", wording.List([]string{"a", "b", "c"}))
	require.Equal(t, "a", wording.List([]string{"a"}))
}

func TestTheFirstLetterOfAnyTextBecomesACapital(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "", "an incident": "An incident", "órdenes": "Órdenes", "\xff": "\xff", "7": "7"} {
		require.Equal(t, want, wording.Capital(text))
	}
}

func TestADateIsWrittenWithItsYearWhereThatIsAnother(t *testing.T) {
	t.Parallel()
	newYear := time.Date(2026, 1, 1, 0, 30, 0, 0, time.UTC)
	require.Equal(t, "00:10:00 on 1 January", wording.ClockOn(newYear.Add(-20*time.Minute), newYear).Plain())
	require.Equal(t, "23:50:00 on 31 December 2025", wording.ClockOn(newYear.Add(-40*time.Minute), newYear).Plain())
	require.Equal(t, "00:30:00 on 1 January 2027", wording.ClockOn(newYear.AddDate(1, 0, 0), newYear).Plain())
	east := time.FixedZone("east", 2*3600)
	require.Equal(t, "23:50:00 on 31 December 2025", wording.ClockOn(newYear.Add(-40*time.Minute).In(east), newYear).Plain(), "in UTC, whatever the zone of the moment")
}
