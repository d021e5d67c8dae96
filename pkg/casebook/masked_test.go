package casebook_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/casebook"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestNoTextOfACaseKeepsASecretWhereverItStands(t *testing.T) {
	t.Parallel()
	const secret = "hun;ter2-secret"
	with := func(before string) string { return before + " password=" + secret }
	everyStore(t, func(t *testing.T, store casebook.Store) {
		t.Helper()
		b := over(t, store)
		c := begun(t)
		c.Subject = incident.Subject{Service: "shop", Operation: with("GET /login"), Alert: &incident.Alert{Name: with("Alert"), Labels: map[string]string{"id": with("x")}}}
		opened, err := b.Open(t.Context(), "", "prod", c, ana)
		require.NoError(t, err)
		now := time.Now()
		at := []incident.Moment{{At: now, Form: incident.TimeOfDay, Start: len(with("pin")) + len(", since "), End: len(with("pin")) + len(", since 10:30:40")}}
		_, err = b.Append(t.Context(), opened.ID, incident.NewEntry{ID: "n", Kind: incident.EntryNote, Text: with("note")}, ana)
		require.NoError(t, err)
		_, err = b.Append(t.Context(), opened.ID, incident.NewEntry{ID: "p", Kind: incident.EntryPinned, Pin: &incident.Pin{Sentence: with("pin") + ", since 10:30:40", At: now, Moments: at}}, ana)
		require.NoError(t, err)
		_, err = b.Record(t.Context(), opened.ID, incident.Entry{ID: "alert-1", Kind: incident.EntryAlert, Text: with("HighErrors"), Happened: &now})
		require.NoError(t, err)
		_, err = b.Practised(t.Context(), opened.ID, incident.ScoreSheet{Answer: incident.PracticeAnswer{ID: "s", Service: with("shop"), Why: with("why"), Asked: []string{with("step")}},
			Verdict: with("verdict"), Said: with("said")}, ben)
		require.NoError(t, err)
		saved, err := b.Read(t.Context(), opened.ID)
		require.NoError(t, err)
		document, err := json.Marshal(saved)
		require.NoError(t, err)
		for _, part := range []string{secret, "ter2", "hun"} {
			assert.NotContains(t, string(document), part)
		}
		require.Len(t, saved.Entries, 5)
		assert.Equal(t, "shop GET /login password=[masked]", saved.Entries[0].Text)
		assert.Equal(t, ana, saved.Entries[1].By)
		assert.Equal(t, "pin password=[masked], since 10:30:40", saved.Entries[2].Pin.Sentence)
		pinned := saved.Entries[2].Pin
		assert.Equal(t, "pin password=[masked], since 10:30:40 UTC", strings.Replace(incident.WrittenInUTC(pinned.Sentence, pinned.Moments), now.UTC().Format(time.TimeOnly), "10:30:40", 1))
		list, err := b.List(t.Context(), casebook.Filter{})
		require.NoError(t, err)
		assert.NotContains(t, list.Cases[0].Title, "ter2")
	})
}

func TestAWatchWritesNothingIntoACaseThatSomebodyClosed(t *testing.T) {
	t.Parallel()
	everyStore(t, func(t *testing.T, store casebook.Store) {
		t.Helper()
		b := over(t, store)
		opened, err := b.Open(t.Context(), "", "prod", begun(t), ana)
		require.NoError(t, err)
		record := func(id string, kind incident.EntryKind) incident.TakenEntry {
			taken, err := b.Record(t.Context(), opened.ID, incident.Entry{ID: id, Kind: kind, Recovery: &incident.Recovery{Since: time.Now()}})
			require.NoError(t, err)
			return taken
		}
		assert.Empty(t, record("recovered-1", incident.EntryRecovered).Entry, "no fix was applied yet")
		_, err = b.Append(t.Context(), opened.ID, incident.NewEntry{ID: "f", Kind: incident.EntryFixApplied}, ana)
		require.NoError(t, err)
		assert.Equal(t, incident.CaseRecovered, record("recovered-2", incident.EntryRecovered).State)
		_, err = b.Append(t.Context(), opened.ID, incident.NewEntry{ID: "c", Kind: incident.EntryClosed}, ana)
		require.NoError(t, err)
		taken := record("relapsed-2", incident.EntryRelapsed)
		assert.Empty(t, taken.Entry)
		assert.Equal(t, incident.CaseClosed, taken.State)
		saved, err := b.Read(t.Context(), opened.ID)
		require.NoError(t, err)
		assert.Len(t, saved.Entries, 4)
	})
}

func TestWhatSomebodyBringsIsTheirsAndReplacesNoInvestigation(t *testing.T) {
	t.Parallel()
	everyStore(t, func(t *testing.T, store casebook.Store) {
		t.Helper()
		b := over(t, store)
		found := walkthrough(t)
		found.Verdict.Level = incident.Possible
		opened, err := b.Open(t.Context(), "", "prod", found, ana)
		require.NoError(t, err)
		require.NoError(t, b.Conclude(t.Context(), opened.ID, found))
		forged := walkthrough(t)
		forged.Started = forged.Started.Add(time.Second)
		forged.Verdict = incident.Verdict{Level: incident.Likely, Sentence: "It was ben."}
		require.NoError(t, b.ConcludeFor(t.Context(), opened.ID, forged, ana))
		saved, err := b.Read(t.Context(), opened.ID)
		require.NoError(t, err)
		assert.Equal(t, found.Verdict.Sentence, saved.Case.Verdict.Sentence)
		last := saved.Last(incident.EntryInvestigated)
		assert.Equal(t, "It was ben.", last.Text)
		assert.Equal(t, ana, last.By)
	})
}
