package casebook_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/casebook"
	"github.com/faultline-investigation/faultline/pkg/casebook/memory"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// unhurried is a casebook that does not read its large case over and over while the test fills it.
func unhurried(t *testing.T, store casebook.Store) *casebook.Casebook {
	t.Helper()
	b := casebook.New(store, casebook.Options{GuardAfter: time.Hour})
	t.Cleanup(b.Close)
	return b
}

// add writes an entry of that many bytes, past the casebook.
func add(t *testing.T, store casebook.Store, id string, size int) {
	t.Helper()
	s, revision, err := store.Read(t.Context(), id)
	require.NoError(t, err)
	s.Entries = append(s.Entries, incident.Entry{ID: fmt.Sprint("much-", len(s.Entries)), At: time.Now().UTC(), By: ben, Kind: incident.EntryNote, Text: strings.Repeat("x", size)})
	require.NoError(t, store.Write(t.Context(), s, revision))
}

// fill writes notes into a case until no more fit, down to the last byte of text; it gives the refusal of the last.
func fill(t *testing.T, store casebook.Store, b *casebook.Casebook, id string, size int) *casebook.Failure {
	t.Helper()
	add(t, store, id, size)
	fits := regexp.MustCompile(`can have (\d+) bytes`)
	text, n := strings.Repeat("é", 16<<10-1), 0
	for {
		n++
		_, err := b.Append(t.Context(), id, note(fmt.Sprintf("filling-%d", n), text), ben)
		if err == nil {
			continue
		}
		var full *casebook.Failure
		require.ErrorAs(t, err, &full)
		require.Equal(t, casebook.TooLarge, full.Kind)
		said := fits.FindStringSubmatch(full.Sentence)
		if said == nil {
			return full
		}
		room, err := strconv.Atoi(said[1])
		require.NoError(t, err)
		require.Less(t, room, len(text))
		text = strings.Repeat("x", room)
		_, err = b.Append(t.Context(), id, note(fmt.Sprintf("fitting-%d", n), text), ben)
		require.NoError(t, err, "the number that is said to fit does fit")
	}
}

func TestAFullCaseCanStillBeHandedOverFixedReopenedAndClosed(t *testing.T) {
	t.Parallel()
	everyStore(t, func(t *testing.T, store casebook.Store) {
		t.Helper()
		b := unhurried(t, store)
		opened, err := b.Open(t.Context(), "", "prod", begun(t), ana)
		require.NoError(t, err)
		require.NoError(t, b.Conclude(t.Context(), opened.ID, walkthrough(t)))
		full := fill(t, store, b, opened.ID, 1<<20)
		assert.Contains(t, full.Sentence, "no more notes fit")
		assert.Contains(t, full.Advice, "Close it")
		for i, kind := range []incident.EntryKind{incident.EntryHandedOver, incident.EntryFixApplied, incident.EntryClosed, incident.EntryReopened, incident.EntryClosed} {
			taken, err := b.Append(t.Context(), opened.ID, incident.NewEntry{ID: fmt.Sprintf("state-%d", i), Kind: kind, Text: strings.Repeat("why ", 1000)}, ana)
			require.NoError(t, err, kind)
			require.Equal(t, kind, taken.Entry.Kind)
		}
		_, err = b.Append(t.Context(), opened.ID, incident.NewEntry{ID: "long", Kind: incident.EntryHandedOver, Text: strings.Repeat("why ", 2000)}, ana)
		require.ErrorContains(t, err, "can have 4096 bytes of text, and this one has 8000")
		s, err := b.Read(t.Context(), opened.ID)
		require.NoError(t, err)
		assert.Equal(t, incident.CaseClosed, s.State())
	})
}

func TestACaseThatNothingFitsIntoAnyMoreCanBeClosed(t *testing.T) {
	t.Parallel()
	store := memory.New()
	b := unhurried(t, store)
	opened, err := b.Open(t.Context(), "", "prod", begun(t), ana)
	require.NoError(t, err)
	fill(t, store, b, opened.ID, 1600<<10)
	add(t, store, opened.ID, 430<<10) // of the space that is kept, and of that for findings
	for i := 0; ; i++ {
		if _, err = b.Append(t.Context(), opened.ID, incident.NewEntry{ID: fmt.Sprintf("over-%d", i), Kind: incident.EntryHandedOver, Text: strings.Repeat("x", 4<<10)}, ana); err != nil {
			break
		}
	}
	require.ErrorContains(t, err, "bytes of text")
	_, err = b.Append(t.Context(), opened.ID, incident.NewEntry{ID: "end", Kind: incident.EntryClosed, Text: "done"}, ana)
	require.NoError(t, err)
}

func TestWhatAnInvestigationFoundFitsIntoACaseFullOfNotes(t *testing.T) {
	t.Parallel()
	store := memory.New()
	b := unhurried(t, store)
	opened, err := b.Open(t.Context(), "", "prod", begun(t), ana)
	require.NoError(t, err)
	fill(t, store, b, opened.ID, 1600<<10)
	c := walkthrough(t)
	for i := range c.Steps[0].Findings { // more evidence than there is space for
		c.Steps[0].Findings[i].Evidence.Lines = []incident.Line{{Time: time.Now(), Text: strings.Repeat("line ", 400<<10)}}
	}
	require.NoError(t, b.Conclude(t.Context(), opened.ID, c))
	s, err := b.Read(t.Context(), opened.ID)
	require.NoError(t, err)
	assert.Equal(t, c.Verdict.Sentence, s.Case.Verdict.Sentence)
	assert.Len(t, s.Case.Steps, len(c.Steps))
	assert.NotEmpty(t, s.Frozen.Left)
	_, err = b.Append(t.Context(), opened.ID, incident.NewEntry{ID: "end", Kind: incident.EntryClosed}, ana)
	require.NoError(t, err)
}
