package incident_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// upgraded is a finding of a case of version 1 that says a sentence, as it is read today.
func upgraded(t *testing.T, sentence string, end time.Time) incident.Finding {
	t.Helper()
	document, err := json.Marshal(map[string]any{"version": 1, "id": "a", "entries": []any{}, "case": map[string]any{
		"window": map[string]any{"from": end.Add(-time.Hour), "to": end},
		"steps":  []any{map[string]any{"phase": "impact", "id": "onset", "findings": []any{map[string]any{"sentence": sentence}}}}}})
	require.NoError(t, err)
	s, err := incident.ReadSaved(document)
	require.NoError(t, err)
	return s.Case.Steps[0].Findings[0]
}

func TestSentencesOfTheFirstVersionAreReadInAnyZone(t *testing.T) {
	t.Parallel()
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	require.NoError(t, err)
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	noon, newYear := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC), time.Date(2026, 1, 1, 0, 30, 0, 0, time.UTC)
	summer := time.Date(2026, 3, 29, 3, 0, 0, 0, time.UTC) // clocks were put forward at 01:00
	for _, test := range []struct {
		sentence string
		end      time.Time
		zone     *time.Location
		want     string
	}{
		{"It began at 10:30:40, before errors rose at 10:32:00.", noon, tokyo, "It began at 19:30:40, before errors rose at 19:32:00."},
		{"since 00:50:00 and 01:20:00", summer, berlin, "since 01:50:00 and 03:20:00"},
		{"since 23:50:00 and 00:20:00", summer.Add(-150 * time.Minute), berlin, "since 00:50:00 and 01:20:00"},
		{"it expired at 20:00:00 on 9 March", noon, tokyo, "it expired at 05:00:00 on 10 March"},
		{"it expired at 23:50:00 on 31 December", newYear, tokyo, "it expired at 08:50:00 on 1 January"},
		{"it expired at 20:00:00 on 9 March 2024", noon, tokyo, "it expired at 05:00:00 on 10 March 2024"},
		{"at 20:00:00 on 9 Plates", noon, tokyo, "at 20:00:00 on 9 Plates"},
		{`it says "stopped at 10:00:00" and “said "again" at 10:01:00”, since 10:00:00`, noon, tokyo, `it says "stopped at 10:00:00" and “said "again" at 10:01:00”, since 19:00:00`},
		{"Trace 8f2e4a1b7c9d3e5f: 2,847 ms, 10:30", noon, tokyo, "Trace 8f2e4a1b7c9d3e5f: 2,847 ms, 10:30"},
		{"🔥 ü since 10:00:00", noon, tokyo, "🔥 ü since 19:00:00"},
	} {
		f := upgraded(t, test.sentence, test.end)
		require.Equal(t, test.want, incident.WrittenIn(test.zone, f.Sentence, f.Moments))
		require.Equal(t, test.sentence, f.Sentence)
	}
}
