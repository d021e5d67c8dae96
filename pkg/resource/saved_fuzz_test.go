package resource_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/casebook/dashboard"
	"github.com/faultline-investigation/faultline/pkg/casebook/freeze"
	"github.com/faultline-investigation/faultline/pkg/defect/provoke"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// FuzzSavedCases reads the document that a dashboard holds, which whoever may edit the dashboard can change, with a value replaced: it is
// refused in a sentence, or else read, frozen, written as a dashboard, read again as the same, and reported.
func FuzzSavedCases(f *testing.F) {
	first, err := os.ReadFile("../incident/testdata/saved.v1.json")
	require.NoError(f, err)
	documents := [][]byte{first, savedCase(f)}
	for version := range documents {
		for place, value := range []string{`null`, `[null]`, `-1`, `1e300`, `"x"`, `"0001-01-01T00:00:00Z"`, `{"kind":"note"}`, ``} {
			f.Add(version == 0, uint16(97*place+version), []byte(value), uint16(311*place), []byte(value)) // #nosec G115 -- a few
		}
	}
	f.Fuzz(func(t *testing.T, old bool, place uint16, value []byte, second uint16, other []byte) {
		document := documents[1]
		if old {
			document = documents[0]
		}
		soundDocument(t, provoke.Replaced(provoke.Replaced(document, int(place), value), int(second), other))
	})
}

func soundDocument(t *testing.T, document []byte) {
	t.Helper()
	s, err := incident.ReadSaved(document)
	if err != nil {
		require.NotEmpty(t, err.Error())
		return
	}
	kept, _, err := freeze.Case(&s.Case, nil, time.Unix(0, 0))
	require.NoError(t, err)
	s.Case = kept
	board, err := json.Marshal(dashboard.Of(s, dashboard.Source{Type: "t", UID: "u"}, 0))
	require.NoError(t, err)
	again, err := dashboard.Read(board)
	require.NoError(t, err)
	was, err := json.Marshal(s)
	require.NoError(t, err)
	is, err := json.Marshal(again)
	require.NoError(t, err)
	require.JSONEq(t, string(was), string(is))
	for name, text := range outputs(t, s) {
		require.True(t, utf8.ValidString(text), name)
	}
}
