package runs_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/runs"
	"github.com/faultline-investigation/faultline/pkg/source"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// stores are no stores: they count what they are asked, and answer once they are opened, that nothing is there.
type stores struct {
	asked  atomic.Int32
	closed chan struct{} // nil: open
	ours   int64         // the organization they belong to
}

func (*stores) Name() string                  { return "Production" }
func (*stores) Naming() incident.Naming       { return incident.Naming{} }
func (*stores) Knowledge() incident.Knowledge { return incident.Knowledge{} }
func (*stores) Limits() investigate.Limits    { return investigate.DefaultLimits() }
func (s *stores) Querier(_ context.Context, organization int64) (source.Querier, error) {
	if organization != s.ours {
		return nil, errors.New("not yours")
	}
	return s, nil
}

func (s *stores) Ask(ctx context.Context, q source.Question) source.Answer {
	s.asked.Add(1)
	if s.closed != nil {
		select {
		case <-s.closed:
		case <-ctx.Done():
		}
	}
	return source.Answer{Question: q}
}

func started(t *testing.T, s *stores) *runs.Runs {
	t.Helper()
	s.ours = 1
	all := runs.New(s)
	t.Cleanup(all.Close)
	return all
}

func about(service string, to time.Time) investigate.Request {
	return investigate.Request{Subject: incident.Subject{Service: service}, Window: incident.Window{From: to.Add(-time.Hour), To: to}}
}

func TestWhoeverAsksForTheSameSharesOneInvestigation(t *testing.T) {
	t.Parallel()
	s := &stores{}
	all := started(t, s)
	var first atomic.Pointer[incident.Case]
	var panels sync.WaitGroup
	for i := range 8 {
		panels.Go(func() {
			run, err := all.Start(t.Context(), 1, about("order", noon.Add(time.Duration(i)*time.Second)))
			if !assert.NoError(t, err) { //nolint:testifylint // another goroutine must not end the test
				return
			}
			c, err := run.Wait(t.Context())
			assert.NoError(t, err) //nolint:testifylint // as above
			first.CompareAndSwap(nil, c)
			assert.Same(t, first.Load(), c)
		})
	}
	panels.Wait()
	once := s.asked.Load()
	require.Positive(t, once)
	assert.Equal(t, "Production", first.Load().Environment)
	assert.WithinDuration(t, noon, first.Load().Window.To, 8*time.Second)

	for _, other := range []investigate.Request{about("payment", noon), about("order", noon.Add(time.Minute))} {
		run, err := all.Start(t.Context(), 1, other)
		require.NoError(t, err)
		c, err := run.Wait(t.Context())
		require.NoError(t, err)
		assert.NotSame(t, first.Load(), c)
	}
	assert.Greater(t, s.asked.Load(), once)
}

func TestAnInvestigationGoesOnWhenWhoBeganItLeaves(t *testing.T) {
	t.Parallel()
	s := &stores{closed: make(chan struct{})}
	all := started(t, s)
	ctx, leave := context.WithCancel(t.Context())
	run, err := all.Start(ctx, 1, about("order", noon))
	require.NoError(t, err)
	leave()
	_, err = run.Wait(ctx)
	require.ErrorIs(t, err, context.Canceled)
	assert.False(t, run.Done())
	close(s.closed)
	c, err := run.Wait(t.Context())
	require.NoError(t, err)
	assert.NotEmpty(t, c.Steps)
	assert.True(t, run.Done())
}

func TestWhoComesLateSeesEveryEventFromTheFirst(t *testing.T) {
	t.Parallel()
	all := started(t, &stores{})
	run, err := all.Start(t.Context(), 1, about("order", noon))
	require.NoError(t, err)
	c, err := run.Wait(t.Context())
	require.NoError(t, err)
	var types []investigate.EventType
	again, err := run.Follow(t.Context(), func(e investigate.Event) { types = append(types, e.Type) })
	require.NoError(t, err)
	assert.Same(t, c, again)
	assert.Equal(t, investigate.Started, types[0])
	assert.Equal(t, investigate.Done, types[len(types)-1])
	ended := slices.DeleteFunc(types[1:len(types)-1], func(e investigate.EventType) bool { return e == investigate.Running })
	assert.Len(t, ended, len(c.Steps))
}

func TestAnotherOrganizationSeesNothingOfAnInvestigation(t *testing.T) {
	t.Parallel()
	all := started(t, &stores{})
	run, err := all.Start(t.Context(), 1, about("order", noon))
	require.NoError(t, err)
	_, err = run.Wait(t.Context())
	require.NoError(t, err)
	_, err = all.Start(t.Context(), 2, about("order", noon))
	require.EqualError(t, err, "not yours")
}

func TestARequestThatCannotBeInvestigatedSaysWhy(t *testing.T) {
	t.Parallel()
	run, err := started(t, &stores{}).Start(t.Context(), 1, about("", noon))
	require.NoError(t, err)
	_, err = run.Wait(t.Context())
	var invalid *failure.Failure
	require.ErrorAs(t, err, &invalid)
}

func TestWhatNobodyWaitsForAnyMoreIsNotBegun(t *testing.T) {
	t.Parallel()
	s := &stores{closed: make(chan struct{})}
	all := started(t, s)
	for i := range 3 { // as many as there are places
		_, err := all.Start(t.Context(), 1, about("order", noon.Add(time.Duration(i)*time.Minute)))
		require.NoError(t, err)
	}
	require.Eventually(t, func() bool { return s.asked.Load() >= 3 }, 10*time.Second, time.Millisecond)
	ctx, leave := context.WithCancel(t.Context())
	given, err := all.Start(t.Context(), 1, about("given-up", noon))
	require.NoError(t, err)
	leave()
	_, err = given.Wait(ctx)
	require.ErrorIs(t, err, context.Canceled)
	close(s.closed)
	require.Eventually(t, given.Done, 10*time.Second, time.Millisecond)
	assert.True(t, given.Failed())
	_, err = given.Wait(t.Context())
	var waited *failure.Failure
	require.ErrorAs(t, err, &waited)
	again, err := all.Start(t.Context(), 1, about("given-up", noon))
	require.NoError(t, err)
	c, err := again.Wait(t.Context())
	require.NoError(t, err, "who asks again gets an investigation")
	assert.NotEmpty(t, c.Steps)
}

func TestClosingEndsWhatIsUnderWayAndWhatWaits(t *testing.T) {
	t.Parallel()
	s := &stores{closed: make(chan struct{})}
	all := started(t, s)
	var waiting []*runs.Run
	for i := range 6 {
		run, err := all.Start(t.Context(), 1, about("order", noon.Add(time.Duration(i)*time.Minute)))
		require.NoError(t, err)
		waiting = append(waiting, run)
	}
	all.Close()
	for _, run := range waiting {
		_, _ = run.Wait(t.Context())
		assert.True(t, run.Done())
	}
}

// wild panics while it is asked where it could look.
type wild struct{ stores }

func (*wild) Querier(context.Context, int64) (source.Querier, error) { return nil, nil } //nolint:nilnil // so that whoever asks it panics

func (*wild) Limits() investigate.Limits { panic("on purpose") }

func TestAnInvestigationThatPanicsFailsAndGivesItsPlaceBack(t *testing.T) {
	t.Parallel()
	all := runs.New(&wild{})
	t.Cleanup(all.Close)
	for i := range 10 { // more than there are places
		run, err := all.Start(t.Context(), 1, about("shop", noon.Add(time.Duration(i)*time.Hour)))
		require.NoError(t, err)
		_, err = run.Wait(t.Context())
		require.ErrorContains(t, err, "on purpose")
		require.True(t, run.Failed())
	}
}
