package recorded_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/defect/provoke"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/recorded"
)

// FuzzRecordings reads whatever file is given for a recording, as it is and with a value of its answer replaced: it is refused in words, or
// every answer can be written, and says that it failed where it holds nothing.
func FuzzRecordings(f *testing.F) {
	for _, querier := range []store{numbers(7), failing} {
		var file bytes.Buffer
		recorder := recorded.Record(querier, &file)
		recorder.Ask(f.Context(), rate)
		require.NoError(f, recorder.Close())
		head, answer, several := bytes.Cut(file.Bytes(), []byte("\n"))
		require.True(f, several)
		for place, value := range []string{`null`, `[null]`, `-1`, `"x"`, ``} {
			f.Add(head, answer, uint16(5*place), []byte(value)) // #nosec G115 -- a few
		}
	}
	f.Fuzz(func(t *testing.T, head, answer []byte, place uint16, value []byte) {
		file := bytes.Join([][]byte{head, provoke.Replaced(answer, int(place), value), answer}, []byte("\n"))
		recording, err := recorded.Read(bytes.NewReader(file))
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		for _, q := range []source.Question{rate, {Name: "other", Kind: source.Lines, Text: "x", Window: hour}} {
			answer := recording.Ask(t.Context(), q)
			require.Equal(t, q, answer.Question)
			if answer.Problem != nil {
				continue
			}
			_, err := json.Marshal(answer)
			require.NoError(t, err)
		}
	})
}
