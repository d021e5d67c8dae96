package incident_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

func document(t *testing.T, version int) []byte {
	t.Helper()
	written, err := os.ReadFile(filepath.Join("testdata", fmt.Sprintf("saved.v%d.json", version)))
	require.NoError(t, err)
	return written
}

func TestEveryVersionOfTheSavedCaseCanStillBeRead(t *testing.T) {
	t.Parallel()
	for version := 1; version <= incident.SavedVersion; version++ {
		s, err := incident.ReadSaved(document(t, version))
		require.NoError(t, err)
		assert.Equal(t, incident.SavedVersion, s.Version)
		assert.Equal(t, "order-service", s.Case.Subject.Service)
		assert.Equal(t, "Likely: network policy restrict-coredns cut CoreDNS off.", s.Case.Verdict.Sentence)
		assert.Equal(t, incident.CaseOpen, s.State(), "its last entry reopened it")
		require.Len(t, s.Entries, len(incident.EntryKinds()), "one of every kind")
		for i, kind := range incident.EntryKinds() {
			assert.Equal(t, kind, s.Entries[i].Kind)
		}
		require.NotNil(t, s.Last(incident.EntryRecovered).Recovery)
		assert.Equal(t, []float64{0.073, 0.021, 0.003, 0.001}, s.Last(incident.EntryRecovered).Recovery.Readings[0].Path)
	}
}

func TestASavedCaseSurvivesWritingAndReading(t *testing.T) {
	t.Parallel()
	first, err := incident.ReadSaved(document(t, incident.SavedVersion))
	require.NoError(t, err)
	written, err := json.Marshal(first)
	require.NoError(t, err)
	second, err := incident.ReadSaved(written)
	require.NoError(t, err)
	assert.Equal(t, first, second)
	var compact bytes.Buffer
	require.NoError(t, json.Compact(&compact, document(t, incident.SavedVersion)))
	assert.Equal(t, compact.String(), string(written), "nothing of the document is dropped and nothing is added")
}

func TestWhatADifferenceIsAboutIsReadFromOldTexts(t *testing.T) {
	t.Parallel()
	var old map[string]any
	require.NoError(t, json.Unmarshal(document(t, 2), &old))
	evidence := []any{}
	for _, d := range [][2]string{{"calls", "bank charge it"}, {"refusals", "GET /me/{id} of 401"}, {"refusals", "odd"}, {"errors", "GET /"}, {"own latency", "GET / b"},
		{"operation", "settle"}, {"log pattern", "info main.go:43"}, {"error lines", "no room"}, {"cpu", "container_cpu_usage"}, {"edge latency", ""}} {
		evidence = append(evidence, map[string]any{"kind": d[0], "what": d[1]})
	}
	facts := old["case"].(map[string]any)["facts"].(map[string]any)
	facts["ranking"] = map[string]any{"services": []any{map[string]any{"service": "stock", "evidence": evidence}}}
	facts["witness"] = map[string]any{"service": "stock", "kind": "calls", "what": "bank charge it", "now": 0.8, "before": 0.1, "outcome": "confirms"}
	written, err := json.Marshal(old)
	require.NoError(t, err)
	s, err := incident.ReadSaved(written)
	require.NoError(t, err)
	var about []incident.Aspect
	for _, d := range s.Case.Facts.Ranking.Services[0].Evidence {
		about = append(about, d.About)
	}
	require.Equal(t, []incident.Aspect{{Callee: "bank", Operation: "charge it"}, {Operation: "GET /me/{id} of", Status: 401}, {Operation: "odd"}, {Operation: "GET /"},
		{Operation: "GET / b"}, {Operation: "settle"}, {Line: "info main.go:43"}, {Line: "no room"}, {Metric: "container_cpu_usage"}, {}}, about)
	require.Equal(t, []incident.Witness{{Service: "stock", Kind: "calls", About: incident.Aspect{Callee: "bank", Operation: "charge it"}, Outcome: incident.WitnessConfirms,
		Counted: incident.CountedTraces}}, s.Case.Facts.Witness.Counts)
}

func TestADocumentThatIsNoSavedCaseIsNamed(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		`not JSON`:                    "the document is no saved case: invalid character",
		`{}`:                          "the document is no saved case: it has version 0",
		`{"version":1,"entries":"x"}`: "the saved case cannot be read: ",
	} {
		_, err := incident.ReadSaved([]byte(text))
		require.ErrorContains(t, err, says)
	}
	_, err := incident.ReadSaved([]byte(`{"version":99,"new":"thing"}`))
	var newer *incident.NewerVersion
	require.ErrorAs(t, err, &newer)
	require.EqualError(t, err, "This case was written by a newer Faultline (version 99 of the document, known here is 3). Update Faultline to work on it.")
}

func TestTheStateOfACaseIsWhatItsLogSays(t *testing.T) {
	t.Parallel()
	var log []incident.Entry
	for _, step := range []struct {
		kind incident.EntryKind
		want incident.CaseState
	}{
		{incident.EntryOpened, incident.CaseOpen},
		{incident.EntryNote, incident.CaseOpen},
		{incident.EntryFixApplied, incident.CaseWatched},
		{incident.EntryTicked, incident.CaseWatched},
		{incident.EntryRecovered, incident.CaseRecovered},
		{incident.EntryRelapsed, incident.CaseOpen},
		{incident.EntryFixApplied, incident.CaseWatched},
		{incident.EntryRecovered, incident.CaseRecovered},
		{incident.EntryClosed, incident.CaseClosed},
		{incident.EntryNote, incident.CaseClosed},
		{incident.EntryReopened, incident.CaseOpen},
	} {
		log = append(log, incident.Entry{Kind: step.kind})
		assert.Equal(t, step.want, incident.StateOf(log), "after %q", step.kind)
	}
	assert.Equal(t, incident.CaseOpen, incident.StateOf(nil))
}

func TestAnEntryStandsWhereItHappened(t *testing.T) {
	t.Parallel()
	ten := time.Date(2026, 1, 2, 10, 0, 0, 0, time.UTC)
	earlier := ten.Add(-time.Minute)
	assert.Equal(t, ten, incident.Entry{At: ten}.When())
	assert.Equal(t, earlier, incident.Entry{At: ten, Happened: &earlier}.When())
}
