package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

func TestStoresSayHowMuchTheyReadToAnswer(t *testing.T) {
	t.Parallel()
	lines, _ := asked(t, logLines, "loki-lines.json")
	assert.Equal(t, incident.Read{LogBytes: 563720}, lines.Read)
	counted, _ := asked(t, logCount, "loki-count.json")
	assert.Equal(t, incident.Read{LogBytes: 2457894}, counted.Read)
	found, _ := asked(t, traceSearch, "tempo-search.json")
	assert.Equal(t, incident.Read{TraceBytes: 3268176}, found.Read)
	plain, _ := asked(t, ranged, "prometheus-range.json")
	assert.Zero(t, plain.Read, "this one says nothing")
	assert.Equal(t, lines.Read, lines.Query().Read)
	assert.Equal(t, incident.Read{LogBytes: 3021614, TraceBytes: 3268176}, lines.Read.And(counted.Read).And(found.Read))
}

func TestAnAnswerIsGoodWhateverItSaysOfItsReading(t *testing.T) {
	t.Parallel()
	for stats, samples := range map[string]int64{
		`{"timings": {}, "samples": {"totalQueryableSamples": 8120, "peakSamples": 50}}`: 8120,
		`{"samples": {"totalQueryableSamples": "8120"}}`:                                 8120,
		`{"samples": {"totalQueryableSamples": -1}}`:                                     0,
		`{"samples": []}`:               0,
		`null`:                          0,
		`{"seriesFetched": "2"}`:        0,
		`[1, 2]`:                        0,
		`{"samples": {"total": "8e9"}}`: 0,
	} {
		s := server(t, func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"status": "success", "data": {"resultType": "matrix", "stats": ` + stats + `, "result": [{"metric": {}, "values": [[1795417680, "1"]]}]}}`))
		})
		answer := querierAt(t, s.URL).Ask(t.Context(), source.Question{Kind: source.Range, Text: "up", Window: ranged.Window, Step: ranged.Step})
		require.Nil(t, answer.Problem, stats)
		require.Len(t, answer.Series, 1, stats)
		require.Equal(t, incident.Read{Samples: samples}, answer.Read, stats)
	}
}
