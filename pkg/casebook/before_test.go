package casebook_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/casebook"
	"github.com/faultline-investigation/faultline/pkg/casebook/memory"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// kept saves a case whose investigation ended so many days before the walkthrough's, and gives its id.
func kept(t *testing.T, b *casebook.Casebook, days int, change func(*incident.Case)) string {
	t.Helper()
	c := walkthrough(t)
	c.Window.From, c.Window.To = c.Window.From.AddDate(0, 0, -days), c.Window.To.AddDate(0, 0, -days)
	change(c)
	opened, err := b.Open(t.Context(), "", "prod", c, ana)
	require.NoError(t, err)
	require.False(t, opened.Joined)
	require.NoError(t, b.Conclude(t.Context(), opened.ID, c))
	return opened.ID
}

func asItIs(*incident.Case) {}

func TestACaseShowsWhichEarlierOnesWereLikeItWhyAndWhatFixedThem(t *testing.T) {
	t.Parallel()
	everyStore(t, func(t *testing.T, store casebook.Store) {
		t.Helper()
		b := over(t, store)
		again := kept(t, b, 30, asItIs)
		_, err := b.Append(t.Context(), again, incident.NewEntry{ID: "f", Kind: incident.EntryFixApplied, Text: "kubectl delete networkpolicy"}, ben)
		require.NoError(t, err)
		unlike := func(c *incident.Case) {
			c.Facts.Culprit, c.Facts.Pattern, c.Facts.Lookups, c.Facts.Pool = nil, nil, nil, nil
			c.Verdict = incident.Verdict{Level: incident.NoClearCause}
		}
		kept(t, b, 20, unlike)
		elsewhere := kept(t, b, 10, func(c *incident.Case) {
			unlike(c)
			c.Subject = incident.Subject{Service: "search-api"}
			c.Verdict = walkthrough(t).Verdict
		})
		now := kept(t, b, 0, asItIs)
		kept(t, b, -1, asItIs) // later

		found, err := b.Before(t.Context(), now)
		require.NoError(t, err)
		assert.Equal(t, 3, found.Compared)
		assert.False(t, found.More)
		require.Len(t, found.Cases, 2)
		first := found.Cases[0]
		assert.Equal(t, again, first.Case.ID)
		assert.InDelta(t, 1, first.Score, 0)
		assert.Contains(t, first.Because, "The same cause: networkpolicy/restrict-coredns of coredns.")
		assert.Equal(t, "Likely: network policy restrict-coredns cut CoreDNS off.", first.Cause)
		assert.Equal(t, "kubectl delete networkpolicy", first.Fix.Text)
		assert.Equal(t, "Ben", first.Fix.By)
		assert.Equal(t, elsewhere, found.Cases[1].Case.ID, "another service that suffered from the same cause")
		assert.Nil(t, found.Cases[1].Fix)
	})
}

// damaged cannot read one of its cases.
type damaged struct {
	casebook.Store

	id string
}

// Read implements casebook.Store.
func (d damaged) Read(ctx context.Context, id string) (*incident.SavedCase, casebook.Revision, error) {
	if id == d.id {
		return nil, "", &casebook.Failure{Kind: casebook.Unreadable, Sentence: "It is damaged."}
	}
	return d.Store.Read(ctx, id)
}

func TestAnEarlierCaseThatCannotBeReadIsCountedAndHidesNoOther(t *testing.T) {
	t.Parallel()
	everyStore(t, func(t *testing.T, store casebook.Store) {
		t.Helper()
		b := over(t, store)
		good := kept(t, b, 3, asItIs)
		bad := kept(t, b, 2, asItIs)
		now := kept(t, b, 0, asItIs)
		found, err := over(t, damaged{store, bad}).Before(t.Context(), now)
		require.NoError(t, err)
		assert.Equal(t, 1, found.Compared)
		assert.Equal(t, 1, found.Unread)
		require.Len(t, found.Cases, 1)
		assert.Equal(t, good, found.Cases[0].Case.ID)
	})
}

func TestOfManyEarlierCasesThoseOfTheSameServiceAreComparedFirst(t *testing.T) {
	t.Parallel()
	b := over(t, memory.New())
	old := kept(t, b, 400, asItIs)
	for day := range 45 {
		c := begun(t)
		c.Subject.Service = "search-api"
		c.Window.From, c.Window.To = c.Window.From.AddDate(0, 0, -day-1), c.Window.To.AddDate(0, 0, -day-1)
		_, err := b.Open(t.Context(), "", "prod", c, ana)
		require.NoError(t, err)
	}
	now := kept(t, b, 0, asItIs)
	found, err := b.Before(t.Context(), now)
	require.NoError(t, err)
	assert.Equal(t, 40, found.Compared)
	assert.True(t, found.More, "some were not looked at")
	require.Len(t, found.Cases, 1)
	assert.Equal(t, old, found.Cases[0].Case.ID)
	assert.Equal(t, 400*24*time.Hour, casebook.TimeOf(now).Sub(casebook.TimeOf(old)))
}
