package casebook_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/casebook"
	"github.com/faultline-investigation/faultline/pkg/casebook/dashboard"
	"github.com/faultline-investigation/faultline/pkg/casebook/grafana"
	"github.com/faultline-investigation/faultline/pkg/casebook/grafana/grafanatest"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// closed writes a closed case whose window ended then, and gives its id.
func closed(t *testing.T, store casebook.Store, ended time.Time, more ...incident.EntryKind) string {
	t.Helper()
	return closedLater(t, store, ended, ended, more...)
}

// closedLater writes one that was closed at another time than its window ended.
func closedLater(t *testing.T, store casebook.Store, ended, at time.Time, more ...incident.EntryKind) string {
	t.Helper()
	c := begun(t)
	c.Window = incident.Window{From: ended.Add(-time.Hour), To: ended}
	s := &incident.SavedCase{Version: incident.SavedVersion, ID: casebook.IDOf("prod", c), Case: *c}
	for _, kind := range append([]incident.EntryKind{incident.EntryOpened, incident.EntryClosed}, more...) {
		s.Entries = append(s.Entries, incident.Entry{ID: string(kind), At: at, By: ana, Kind: kind})
	}
	require.NoError(t, store.Write(t.Context(), s, ""))
	return s.ID
}

// sweeping opens a case in a casebook that keeps closed ones for a day.
func sweeping(t *testing.T, store casebook.Store) {
	t.Helper()
	keeping := casebook.New(store, casebook.Options{Retention: 24 * time.Hour})
	t.Cleanup(keeping.Close)
	c := begun(t)
	c.Subject.Service = "another" // whose case none of those that are there is, so that it is opened and not joined
	c.Window = incident.Window{From: time.Now().Add(-time.Hour), To: time.Now()}
	_, err := keeping.Open(t.Context(), "", "prod", c, ana)
	require.NoError(t, err)
}

func goneSoon(t *testing.T, store casebook.Store, id string) {
	t.Helper()
	require.Eventually(t, func() bool {
		there, err := store.Exists(t.Context(), id)
		return err == nil && !there
	}, 10*time.Second, 5*time.Millisecond)
}

func stays(t *testing.T, store casebook.Store, id, why string) {
	t.Helper()
	there, err := store.Exists(t.Context(), id)
	require.NoError(t, err)
	assert.True(t, there, why)
}

func TestTheOldestClosedCasesAreDeletedHoweverManyThereAre(t *testing.T) {
	t.Parallel()
	everyStore(t, func(t *testing.T, store casebook.Store) {
		t.Helper()
		now := time.Now()
		oldest := closed(t, store, now.AddDate(0, 0, -40))
		reopened := closed(t, store, now.AddDate(0, 0, -39), incident.EntryReopened)
		last := closed(t, store, now.AddDate(0, 0, -2))
		var young string
		for i := range 105 {
			young = closed(t, store, now.Add(-time.Duration(i)*time.Minute))
		}
		sweeping(t, store)
		goneSoon(t, store, oldest)
		goneSoon(t, store, last)
		stays(t, store, reopened, "it is open")
		stays(t, store, young, "its time has not come")
	})
}

func TestOnlyClosedCasesOfTheEnvironmentAreDeletedInItsName(t *testing.T) {
	t.Parallel()
	fake, stores := served(t, 1)
	old := time.Now().AddDate(0, 0, -40)
	other := closed(t, environmentOf(t, fake, "staging"), old)
	mine := closed(t, stores[0], old.Add(time.Hour))
	fake.Put("anything", map[string]any{"uid": "anything", "title": old.Format("2006-01-02 15:04") + " sales",
		"tags": []any{"faultline-case", "state:closed", "source:prod"}, "panels": []any{}})
	sweeping(t, stores[0])
	goneSoon(t, stores[0], mine)
	stays(t, stores[0], other, "it is another environment's")
	stays(t, stores[0], "anything", "it is no case, whatever its tags say")
}

func TestACopyUnderATitleOfItsOwnIsNotSwept(t *testing.T) {
	t.Parallel()
	fake, stores := served(t, 1)
	mine := closed(t, stores[0], time.Now().AddDate(0, 0, -40))
	original, there := fake.Dashboard(mine)
	require.True(t, there)
	copied := map[string]any{}
	for key, value := range original {
		copied[key] = value
	}
	copied["uid"], copied["title"] = "for-the-review", "Checkout, for the review"
	fake.Put("for-the-review", copied)
	sweeping(t, stores[0])
	goneSoon(t, stores[0], mine)
	stays(t, stores[0], "for-the-review", "somebody made it on purpose")
}

func TestACopyUnderTheTitleOfItsCaseIsNotSwept(t *testing.T) {
	t.Parallel()
	fake, stores := served(t, 1)
	mine := closed(t, stores[0], time.Now().AddDate(0, 0, -40))
	original, there := fake.Dashboard(mine)
	require.True(t, there)
	for _, uid := range []string{"kept", casebook.IDOf("staging", begun(t))} {
		copied := map[string]any{}
		for key, value := range original {
			copied[key] = value
		}
		copied["uid"] = uid
		fake.Put(uid, copied)
	}
	sweeping(t, stores[0])
	goneSoon(t, stores[0], mine)
	stays(t, stores[0], "kept", "somebody made it on purpose")
	stays(t, stores[0], casebook.IDOf("staging", begun(t)), "it carries another case's id")
}

func TestTheTimeOfACaseCountsFromItsClosing(t *testing.T) {
	t.Parallel()
	everyStore(t, func(t *testing.T, store casebook.Store) {
		t.Helper()
		now := time.Now()
		long := closedLater(t, store, now.AddDate(0, 0, -40), now.Add(-time.Hour))
		for i := range 60 { // more than are read at one time, and before the one that is due
			closedLater(t, store, now.AddDate(0, 0, -39).Add(time.Duration(i)*time.Minute), now.Add(-time.Hour))
		}
		due := closedLater(t, store, now.AddDate(0, 0, -30), now.AddDate(0, 0, -3))
		clock := now
		keeping := casebook.New(store, casebook.Options{Retention: 48 * time.Hour, Now: func() time.Time { return clock }})
		t.Cleanup(keeping.Close)
		for i := range 2 { // days, of which the first finds only cases that stay
			c := begun(t)
			c.Subject.Service = fmt.Sprint("another ", i)
			_, err := keeping.Open(t.Context(), "", "prod", c, ana)
			require.NoError(t, err)
			keeping.Swept()
			clock = clock.Add(24*time.Hour + time.Minute)
		}
		stays(t, store, long, "it was closed an hour ago")
		goneSoon(t, store, due)
	})
}

func TestADashboardThatIsNoCaseCannotBeDeletedAsOne(t *testing.T) {
	t.Parallel()
	fake, stores := served(t, 1)
	fake.Put("sales", map[string]any{"uid": "sales", "title": "Sales", "panels": []any{}})
	err := over(t, stores[0]).Delete(t.Context(), "sales")
	var failure *casebook.Failure
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, casebook.Unreadable, failure.Kind)
	stays(t, stores[0], "sales", "it is no case")
}

func TestEnvironmentsOfOneOrganizationListTheirOwnCases(t *testing.T) {
	t.Parallel()
	fake, stores := served(t, 1)
	staging := environmentOf(t, fake, "staging")
	for i, store := range []casebook.Store{stores[0], staging} {
		closed(t, store, time.Now().Add(-time.Duration(i)*time.Hour))
	}
	for i, store := range []casebook.Store{stores[0], staging} {
		list, err := over(t, store).List(t.Context(), casebook.Filter{})
		require.NoError(t, err)
		require.Len(t, list.Cases, 1, fmt.Sprint(i))
	}
}

// environmentOf is another data source's store in the same organization.
func environmentOf(t *testing.T, fake *grafanatest.Grafana, uid string) casebook.Store {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 10}}
	t.Cleanup(client.CloseIdleConnections)
	return grafana.New(grafana.Options{URL: at(t, fake), Token: grafanatest.Token, Client: client,
		Source: dashboard.Source{Type: "faultline-investigation-datasource", UID: uid}})
}

// at is the address of a server.
func at(t *testing.T, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}
