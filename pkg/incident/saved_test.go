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
	require.EqualError(t, err, "This case was written by a newer Faultline (version 99 of the document, known here is 2). Update Faultline to work on it.")
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
