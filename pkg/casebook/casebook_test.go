package casebook_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/faultline-investigation/faultline/pkg/casebook"
	"github.com/faultline-investigation/faultline/pkg/casebook/dashboard"
	"github.com/faultline-investigation/faultline/pkg/casebook/grafana"
	"github.com/faultline-investigation/faultline/pkg/casebook/grafana/grafanatest"
	"github.com/faultline-investigation/faultline/pkg/casebook/memory"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	ana = incident.Author{Login: "ana", Name: "Ana"}
	ben = incident.Author{Login: "ben", Name: "Ben"}
)

func walkthrough(t *testing.T) *incident.Case {
	t.Helper()
	written, err := os.ReadFile(filepath.Join("..", "incident", "testdata", "saved.v1.json"))
	require.NoError(t, err)
	s, err := incident.ReadSaved(written)
	require.NoError(t, err)
	return &s.Case
}

// begun is the case as it is when its investigation has just started.
func begun(t *testing.T) *incident.Case {
	t.Helper()
	c := walkthrough(t)
	return &incident.Case{Version: c.Version, Environment: c.Environment, Subject: c.Subject, Window: c.Window, Started: c.Started,
		Steps: []incident.StepResult{}, Verdict: incident.Verdict{Level: incident.NoClearCause, Sentence: "No verdict yet."}}
}

func note(id, text string) incident.NewEntry {
	return incident.NewEntry{ID: id, Kind: incident.EntryNote, Text: text}
}

// over makes a casebook over a store; a short look for others' writes keeps tests quick.
func over(t *testing.T, store casebook.Store) *casebook.Casebook {
	t.Helper()
	b := casebook.New(store, casebook.Options{LookEvery: 5 * time.Millisecond, GuardAfter: 20 * time.Millisecond})
	t.Cleanup(b.Close)
	return b
}

// served is a fake Grafana, and stores of several processes that keep cases in it.
func served(t *testing.T, processes int) (*grafanatest.Grafana, []casebook.Store) {
	t.Helper()
	fake := grafanatest.New()
	server := httptest.NewServer(fake)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 10}}
	t.Cleanup(func() { client.CloseIdleConnections(); server.Close() })
	var stores []casebook.Store
	for range processes {
		stores = append(stores, grafana.New(grafana.Options{URL: server.URL, Token: grafanatest.Token, Client: client,
			Source: dashboard.Source{Type: "faultline-investigation-datasource", UID: "prod"}}))
	}
	return fake, stores
}

// everyStore runs a test over each kind of store.
func everyStore(t *testing.T, test func(*testing.T, casebook.Store)) {
	t.Helper()
	t.Run("in memory", func(t *testing.T) {
		t.Parallel()
		test(t, memory.New())
	})
	t.Run("in Grafana (fake)", func(t *testing.T) {
		t.Parallel()
		_, stores := served(t, 1)
		test(t, stores[0])
	})
}

func TestACaseIsOpenedConcludedWrittenToAndClosed(t *testing.T) {
	t.Parallel()
	everyStore(t, func(t *testing.T, store casebook.Store) {
		t.Helper()
		b := over(t, store)
		ctx := t.Context()
		opened, err := b.Open(ctx, "", "prod", begun(t), ana)
		require.NoError(t, err)
		assert.Equal(t, "case-20250121-1047-", opened.ID[:19])
		assert.Equal(t, incident.CaseOpen, opened.State)
		assert.False(t, opened.Joined)
		require.NoError(t, b.Conclude(ctx, opened.ID, walkthrough(t)))
		for _, e := range []incident.NewEntry{note("n1", "**taking** this"), {ID: "f1", Kind: incident.EntryFixApplied, Text: "kubectl delete"}, {ID: "c1", Kind: incident.EntryClosed}} {
			_, err := b.Append(ctx, opened.ID, e, ben)
			require.NoError(t, err)
		}
		s, err := b.Read(ctx, opened.ID)
		require.NoError(t, err)
		assert.Equal(t, walkthrough(t), &s.Case)
		assert.Equal(t, incident.CaseClosed, s.State())
		var kinds []incident.EntryKind
		for _, e := range s.Entries {
			kinds = append(kinds, e.Kind)
		}
		assert.Equal(t, []incident.EntryKind{incident.EntryOpened, incident.EntryInvestigated, incident.EntryNote, incident.EntryFixApplied, incident.EntryClosed}, kinds)
		assert.Equal(t, ana, s.Entries[0].By)
		assert.Equal(t, ben, s.Entries[2].By)
	})
}

func TestWhoFollowsTheSameAlertMeetsInOneCase(t *testing.T) {
	t.Parallel()
	everyStore(t, func(t *testing.T, store casebook.Store) {
		t.Helper()
		b := over(t, store)
		first, err := b.Open(t.Context(), "", "prod", begun(t), ana)
		require.NoError(t, err)
		again, err := b.Open(t.Context(), "", "prod", begun(t), ben)
		require.NoError(t, err)
		assert.Equal(t, first.ID, again.ID)
		assert.True(t, again.Joined)
		later := begun(t)
		later.Window.From, later.Window.To = later.Window.From.Add(5*time.Minute), later.Window.To.Add(5*time.Minute)
		joined, err := b.Open(t.Context(), "", "prod", later, ben)
		require.NoError(t, err)
		assert.Equal(t, first.ID, joined.ID, "an overlapping window of the same subject")
		other := begun(t)
		other.Subject.Operation = "GET /"
		own, err := b.Open(t.Context(), "", "prod", other, ben)
		require.NoError(t, err)
		assert.NotEqual(t, first.ID, own.ID)
		blue, green := begun(t), begun(t)
		blue.Subject.Operation, green.Subject.Operation = "GET /a", "GET /a"
		blue.Subject.Namespace, green.Subject.Namespace = "blue", "green"
		own, err = b.Open(t.Context(), "", "prod", blue, ben)
		require.NoError(t, err)
		apart, err := b.Open(t.Context(), "", "prod", green, ben)
		require.NoError(t, err)
		assert.NotEqual(t, own.ID, apart.ID, "another service of the same name")
		_, err = b.Append(t.Context(), first.ID, incident.NewEntry{ID: "c", Kind: incident.EntryClosed}, ana)
		require.NoError(t, err)
		fresh, err := b.Open(t.Context(), "", "prod", later, ben)
		require.NoError(t, err)
		assert.NotEqual(t, first.ID, fresh.ID, "a closed case is not joined")
	})
}

func TestAnEntrySentTwiceIsKeptOnce(t *testing.T) {
	t.Parallel()
	everyStore(t, func(t *testing.T, store casebook.Store) {
		t.Helper()
		b := over(t, store)
		opened, err := b.Open(t.Context(), "mine", "prod", begun(t), ana)
		require.NoError(t, err)
		first, err := b.Append(t.Context(), opened.ID, note("n", "once"), ana)
		require.NoError(t, err)
		second, err := b.Append(t.Context(), opened.ID, note("n", "once"), ana)
		require.NoError(t, err)
		assert.Equal(t, first, second)
		s, err := b.Read(t.Context(), opened.ID)
		require.NoError(t, err)
		assert.Len(t, s.Entries, 2)
	})
}

// Two processes write to one case at once, through a Grafana whose check of versions leaves a gap, as the real one's does.
func TestFiftyAppendsAtOnceByTwoPeopleThroughTwoProcessesAreAllKeptOnce(t *testing.T) {
	t.Parallel()
	fake, stores := served(t, 2)
	fake.WriteTakes = 5 * time.Millisecond
	opened, err := over(t, stores[0]).Open(t.Context(), "busy", "prod", begun(t), ana)
	require.NoError(t, err)
	first, second := meeting(stores[0], stores[1])
	books := []*casebook.Casebook{over(t, first), over(t, second)}
	var writing sync.WaitGroup
	for i := range 50 {
		writing.Go(func() {
			_, err := books[i%2].Append(t.Context(), opened.ID, note(fmt.Sprintf("n%d", i), "text"), []incident.Author{ana, ben}[i%2])
			assert.NoError(t, err)
		})
	}
	writing.Wait()
	require.Eventually(t, func() bool {
		s, err := books[0].Read(t.Context(), opened.ID)
		return err == nil && len(s.Entries) == 51
	}, time.Minute, 10*time.Millisecond, "what another process undid is made again")
	s, err := books[1].Read(t.Context(), opened.ID)
	require.NoError(t, err)
	seen := map[string]bool{}
	for i, e := range s.Entries {
		assert.False(t, seen[e.ID], "%s is doubled", e.ID)
		seen[e.ID] = true
		assert.False(t, i > 0 && e.At.Before(s.Entries[i-1].At), "times go forwards")
	}
	assert.Positive(t, fake.Conflicts(), "the two did meet")
}

// meeting makes the first writes of two processes meet, however they are scheduled: the second waits until the first has
// read and is about to write, and the first until the second has written.
func meeting(a, b casebook.Store) (first, second casebook.Store) {
	about, written := make(chan struct{}), make(chan struct{})
	return &turned{Store: a, before: func() { close(about); <-written }}, &turned{Store: b, before: func() { <-about }, after: func() { close(written) }}
}

// turned does something before and after its first write.
type turned struct {
	casebook.Store

	first         sync.Once
	before, after func()
}

// Write implements casebook.Store.
func (s *turned) Write(ctx context.Context, c *incident.SavedCase, was casebook.Revision) error {
	isFirst := false
	s.first.Do(func() { isFirst = true })
	if isFirst {
		s.before()
	}
	err := s.Store.Write(ctx, c, was)
	if isFirst && s.after != nil {
		s.after()
	}
	return err
}

// held counts the writes of a store, and holds the first back until it is let go.
type held struct {
	casebook.Store

	writes atomic.Int64
	began  chan struct{}
	letGo  chan struct{}
}

// Write implements casebook.Store.
func (h *held) Write(ctx context.Context, s *incident.SavedCase, was casebook.Revision) error {
	if h.writes.Add(1) == 1 {
		close(h.began)
		select {
		case <-h.letGo:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return h.Store.Write(ctx, s, was)
}

// holding is a casebook with one case, over a store that holds the next write back.
func holding(t *testing.T) (*held, *casebook.Casebook, string) {
	t.Helper()
	store := memory.New()
	opened, err := over(t, store).Open(t.Context(), "busy", "prod", begun(t), ana)
	require.NoError(t, err)
	h := &held{Store: store, began: make(chan struct{}), letGo: make(chan struct{})}
	// No look whether writes are still there: it would be counted.
	b := casebook.New(h, casebook.Options{GuardAfter: time.Hour})
	t.Cleanup(b.Close)
	return h, b, opened.ID
}

func TestEntriesThatWaitForAWriteAreWrittenTogether(t *testing.T) {
	t.Parallel()
	h, b, id := holding(t)
	var writing sync.WaitGroup
	write := func(entry string) {
		writing.Go(func() {
			taken, err := b.Append(t.Context(), id, note(entry, "text of "+entry), ben)
			if !assert.NoError(t, err) { //nolint:testifylint // not the test's own goroutine
				return
			}
			assert.Equal(t, "text of "+entry, taken.Entry.Text, "each is answered with its own")
		})
	}
	write("first")
	<-h.began
	for i := range 20 {
		write(fmt.Sprintf("n%d", i))
	}
	require.Eventually(t, func() bool { return b.Waiting(id) == 20 }, time.Minute, time.Millisecond)
	close(h.letGo)
	writing.Wait()
	assert.EqualValues(t, 2, h.writes.Load())
	s, err := b.Read(t.Context(), id)
	require.NoError(t, err)
	assert.Len(t, s.Entries, 22)
}

// narrow has room for a log of so many entries.
type narrow struct {
	casebook.Store

	most int
}

// Write implements casebook.Store.
func (n narrow) Write(ctx context.Context, s *incident.SavedCase, was casebook.Revision) error {
	if len(s.Entries) > n.most {
		return &casebook.Failure{Kind: casebook.TooLarge, Sentence: "The case is full."}
	}
	return n.Store.Write(ctx, s, was)
}

func TestWhatIsTooLargeTakesNobodyAlong(t *testing.T) {
	t.Parallel()
	h, b, id := holding(t)
	h.Store = narrow{h.Store, 4} // opened, first, and two more
	var taken, refused atomic.Int64
	var writing sync.WaitGroup
	write := func(entry string) {
		writing.Go(func() {
			if _, err := b.Append(t.Context(), id, note(entry, "text"), ben); err == nil {
				taken.Add(1)
			} else {
				assert.ErrorContains(t, err, "The case is full.")
				refused.Add(1)
			}
		})
	}
	write("first")
	<-h.began
	for i := range 3 {
		write(fmt.Sprintf("n%d", i))
	}
	require.Eventually(t, func() bool { return b.Waiting(id) == 3 }, time.Minute, time.Millisecond)
	close(h.letGo)
	writing.Wait()
	assert.EqualValues(t, 3, taken.Load())
	assert.EqualValues(t, 1, refused.Load())
}

func TestWhoGivesUpTakesNobodyAlong(t *testing.T) {
	t.Parallel()
	h, b, id := holding(t)
	impatient, giveUp := context.WithCancel(t.Context())
	var writing sync.WaitGroup
	writing.Go(func() {
		_, err := b.Append(impatient, id, note("impatient", "text"), ana)
		assert.ErrorIs(t, err, context.Canceled)
	})
	<-h.began
	writing.Go(func() {
		_, err := b.Append(t.Context(), id, note("patient", "text"), ben)
		assert.NoError(t, err)
	})
	require.Eventually(t, func() bool { return b.Waiting(id) == 1 }, time.Minute, time.Millisecond)
	giveUp()
	writing.Wait()
	s, err := b.Read(t.Context(), id)
	require.NoError(t, err)
	assert.Equal(t, "patient", s.Entries[len(s.Entries)-1].ID)
}

func TestAColleaguesEntryAppearsHoweverItWasWritten(t *testing.T) {
	t.Parallel()
	_, stores := served(t, 2)
	here, elsewhere := over(t, stores[0]), over(t, stores[1])
	opened, err := here.Open(t.Context(), "shared", "prod", begun(t), ana)
	require.NoError(t, err)
	events := make(chan incident.CaseEvent, 100)
	ctx, leave := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		ended <- here.Follow(ctx, opened.ID, ana, func(e incident.CaseEvent) { events <- e })
	}()
	first := <-events
	assert.Equal(t, incident.CaseIs, first.Type)
	assert.Equal(t, []incident.Author{ana}, (<-events).Here)
	_, err = here.Append(t.Context(), opened.ID, note("n1", "same process"), ben)
	require.NoError(t, err)
	assert.Equal(t, "same process", (<-events).Entry.Text)
	_, err = elsewhere.Append(t.Context(), opened.ID, note("n2", "another process"), ben)
	require.NoError(t, err)
	assert.Equal(t, "another process", (<-events).Entry.Text)
	require.NoError(t, elsewhere.Conclude(t.Context(), opened.ID, walkthrough(t)))
	whole := <-events
	assert.Equal(t, incident.CaseIs, whole.Type, "the findings have changed")
	assert.Equal(t, walkthrough(t), &whole.Saved.Case)
	here.PublishWatch(opened.ID, incident.WatchState{Stage: incident.StageHolding})
	assert.Equal(t, incident.StageHolding, (<-events).Watch.Stage)
	leave()
	require.NoError(t, <-ended)
}

func TestAFollowerIsToldWhenTheCaseIsDeleted(t *testing.T) {
	t.Parallel()
	everyStore(t, func(t *testing.T, store casebook.Store) {
		t.Helper()
		b := over(t, store)
		opened, err := b.Open(t.Context(), "gone", "prod", begun(t), ana)
		require.NoError(t, err)
		events, ended := make(chan incident.CaseEvent, 10), make(chan error, 1)
		go func() {
			ended <- b.Follow(t.Context(), opened.ID, ana, func(e incident.CaseEvent) { events <- e })
		}()
		<-events
		<-events
		require.NoError(t, b.Delete(t.Context(), opened.ID))
		assert.Equal(t, incident.CaseGone, (<-events).Type)
		require.NoError(t, <-ended)
		_, err = b.Read(t.Context(), opened.ID)
		require.EqualError(t, err, "There is no case gone. It may have been deleted: see the list of cases.")
	})
}

func TestCasesAreFoundByServiceStateVerdictAndText(t *testing.T) {
	t.Parallel()
	everyStore(t, func(t *testing.T, store casebook.Store) {
		t.Helper()
		b := over(t, store)
		known, err := b.Open(t.Context(), "", "prod", begun(t), ana)
		require.NoError(t, err)
		require.NoError(t, b.Conclude(t.Context(), known.ID, walkthrough(t)))
		other := begun(t)
		other.Subject.Service, other.Window.To = "search-service", other.Window.To.Add(time.Hour)
		second, err := b.Open(t.Context(), "", "prod", other, ana)
		require.NoError(t, err)
		_, err = b.Append(t.Context(), second.ID, incident.NewEntry{ID: "c", Kind: incident.EntryClosed}, ana)
		require.NoError(t, err)
		for name, c := range map[string]struct {
			filter casebook.Filter
			want   []string
		}{
			"all":     {casebook.Filter{}, []string{second.ID, known.ID}},
			"service": {casebook.Filter{Service: "order-service"}, []string{known.ID}},
			"state":   {casebook.Filter{State: incident.CaseClosed}, []string{second.ID}},
			"verdict": {casebook.Filter{Verdict: incident.Likely}, []string{known.ID}},
			"text":    {casebook.Filter{Text: "coredns"}, []string{known.ID}},
			"nothing": {casebook.Filter{Service: "order"}, nil},
		} {
			list, err := b.List(t.Context(), c.filter)
			require.NoError(t, err)
			var got []string
			for _, s := range list.Cases {
				got = append(got, s.ID)
			}
			assert.Equal(t, c.want, got, name)
		}
		list, err := b.List(t.Context(), casebook.Filter{Limit: 1})
		require.NoError(t, err)
		assert.Len(t, list.Cases, 1)
		assert.True(t, list.More)
		assert.Equal(t, incident.CaseClosed, list.Cases[0].State)
		assert.Equal(t, "search-service", list.Cases[0].Service)
	})
}

func TestAnEntryThatMakesNoSenseIsRefusedWithASentence(t *testing.T) {
	t.Parallel()
	b := over(t, memory.New())
	opened, err := b.Open(t.Context(), "x", "prod", begun(t), ana)
	require.NoError(t, err)
	tomorrow := time.Now().Add(24 * time.Hour)
	for says, e := range map[string]incident.NewEntry{
		"The entry's id is not of letters":       {ID: "a b", Kind: incident.EntryNote, Text: "t"},
		`no entries of the kind "recovered"`:     {ID: "a", Kind: incident.EntryRecovered},
		`no entries of the kind "guess"`:         {ID: "a", Kind: "guess"},
		"The entry is empty.":                    {ID: "a", Kind: incident.EntryNote},
		"The entry names no step.":               {ID: "a", Kind: incident.EntryTicked},
		"A step is skipped with its key and a":   {ID: "a", Kind: incident.EntrySkipped, Step: "impact/latency"},
		"which lies in the future. Check the":    {ID: "a", Kind: incident.EntryFixApplied, Happened: &tomorrow},
		"at a time that makes no sense":          {ID: "a", Kind: incident.EntryPinned, Pin: &incident.Pin{Sentence: "x", At: time.Unix(1, 0)}},
		"those that Faultline gives its own":     {ID: "recovered-1", Kind: incident.EntryNote, Text: "t"},
		"The key of the step is longer than 256": {ID: "a", Kind: incident.EntryTicked, Step: strings.Repeat("x", 257)},
		"The entry pins nothing.":                {ID: "a", Kind: incident.EntryPinned},
		"The pinned sentence has 3000 bytes":     {ID: "a", Kind: incident.EntryPinned, Pin: &incident.Pin{Sentence: strings.Repeat("x", 3000), At: time.Now()}},
		"The moments of the pinned sentence do":  {ID: "a", Kind: incident.EntryPinned, Pin: &incident.Pin{Sentence: "x", At: time.Now(), Moments: []incident.Moment{{Start: 1, End: 9}}}},
		"The entry has 32769 bytes of text; it ": {ID: "a", Kind: incident.EntryNote, Text: string(make([]byte, 32769))},
	} {
		_, err := b.Append(t.Context(), opened.ID, e, ana)
		require.ErrorContains(t, err, says)
	}
	_, err = b.Append(t.Context(), "nowhere", note("a", "t"), ana)
	require.ErrorContains(t, err, "There is no case nowhere.")
}

func TestSecretsThatPeopleTypeAreMaskedToo(t *testing.T) {
	t.Parallel()
	b := over(t, memory.New())
	opened, err := b.Open(t.Context(), "x", "prod", begun(t), ana)
	require.NoError(t, err)
	taken, err := b.Append(t.Context(), opened.ID, note("a", "logged in with password=hunter2"), ana)
	require.NoError(t, err)
	assert.Equal(t, "logged in with password=[masked]", taken.Entry.Text)
}

func TestWhatGrafanaRefusesIsSaidInASentence(t *testing.T) {
	t.Parallel()
	for status, says := range map[int]string{
		http.StatusForbidden:             "Grafana does not let the token do that: refused for the test. Give the service account whose token is set the role Editor",
		http.StatusUnauthorized:          "Grafana refused the token.",
		http.StatusRequestEntityTooLarge: "larger than what Grafana, or a proxy before it, takes. Raise the proxy's limit",
	} {
		fake, stores := served(t, 1)
		fake.Refuse = func(r *http.Request) int {
			if r.Method == http.MethodPost {
				return status
			}
			return 0
		}
		_, err := over(t, stores[0]).Open(t.Context(), "x", "prod", begun(t), ana)
		require.ErrorContains(t, err, says)
	}
}

func TestWhatGrafanaRefusesByWhatItRemembersIsTriedOnceMore(t *testing.T) {
	t.Parallel()
	fake, stores := served(t, 1)
	var reloads atomic.Int32
	fake.Refuse = func(r *http.Request) int {
		if r.URL.Path == "/api/access-control/user/permissions" && r.URL.Query().Get("reloadcache") == "true" {
			reloads.Add(1)
		}
		if r.URL.Path == "/api/dashboards/db" && reloads.Load() == 0 { // the folder is younger than what is remembered
			return http.StatusForbidden
		}
		return 0
	}
	_, err := over(t, stores[0]).Open(t.Context(), "x", "prod", begun(t), ana)
	require.NoError(t, err)
	require.EqualValues(t, 1, reloads.Load())
}

func TestAMomentWithoutGrafanaLosesNothing(t *testing.T) {
	t.Parallel()
	fake, stores := served(t, 1)
	b := over(t, stores[0])
	opened, err := b.Open(t.Context(), "x", "prod", begun(t), ana)
	require.NoError(t, err)
	var mu sync.Mutex
	failures := 5
	fake.Refuse = func(*http.Request) int {
		mu.Lock()
		defer mu.Unlock()
		if failures--; failures >= 0 {
			return http.StatusBadGateway
		}
		return 0
	}
	_, err = b.Append(t.Context(), opened.ID, note("a", "t"), ana)
	require.NoError(t, err)
}

func TestTheDashboardOfACaseHoldsItsEvidenceAndOneRegionMarksIt(t *testing.T) {
	t.Parallel()
	fake, stores := served(t, 1)
	b := over(t, stores[0])
	opened, err := b.Open(t.Context(), "", "prod", begun(t), ana)
	require.NoError(t, err)
	require.NoError(t, b.Conclude(t.Context(), opened.ID, walkthrough(t)))
	_, err = b.Append(t.Context(), opened.ID, incident.NewEntry{ID: "c", Kind: incident.EntryClosed}, ana)
	require.NoError(t, err)
	saved, there := fake.Dashboard(opened.ID)
	require.True(t, there)
	assert.Equal(t, []any{"faultline-case", "service:order-service", "verdict:likely", "state:closed", "source:prod"}, saved["tags"])
	assert.Equal(t, "2025-01-21 10:47 order-service POST /api/checkout: Likely: network policy restrict-coredns cut CoreDNS off", saved["title"])
	kinds := map[any]int{}
	for _, p := range saved["panels"].([]any) {
		kinds[p.(map[string]any)["type"]]++
	}
	assert.Positive(t, kinds["timeseries"])
	assert.Positive(t, kinds["logs"])
	assert.Equal(t, 1, kinds["traces"])
	assert.Positive(t, kinds["table"])
	require.Len(t, fake.Annotations(), 1)
	region := fake.Annotations()[0]
	assert.Contains(t, region["text"], "restrict-coredns")
	assert.Less(t, region["time"], region["timeEnd"])
}

func TestACaseOfSomebodysOwnIDIsListedWithItsTime(t *testing.T) {
	t.Parallel()
	everyStore(t, func(t *testing.T, store casebook.Store) {
		t.Helper()
		book := over(t, store)
		c := begun(t)
		_, err := book.Open(t.Context(), "an-own-id", "prod", c, ana)
		require.NoError(t, err)
		list, err := book.List(t.Context(), casebook.Filter{})
		require.NoError(t, err)
		require.Len(t, list.Cases, 1)
		assert.False(t, list.Cases[0].Opened.IsZero())
	})
}
