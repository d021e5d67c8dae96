package runs_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/runs"
)

// story is an investigation that tells that it has begun, and ends when it is let go or nobody wants it any more.
type story struct {
	begun   atomic.Int32
	letGo   chan struct{}
	ended   chan error // why each ended
	started chan struct{}
}

func newStory() *story {
	return &story{letGo: make(chan struct{}), ended: make(chan error, 100), started: make(chan struct{}, 100)}
}

func (s *story) run(ctx context.Context, notify func(investigate.Event)) (*incident.Case, error) {
	s.begun.Add(1)
	notify(investigate.Event{Type: investigate.Started})
	select {
	case <-s.letGo:
	case <-ctx.Done():
	}
	s.ended <- ctx.Err()
	notify(investigate.Event{Type: investigate.Done})
	return &incident.Case{}, nil
}

// follow has somebody follow it, and returns once they do.
func (s *story) follow(of context.Context, t *testing.T, shared *runs.Shared, organization int64, request investigate.Request) <-chan error {
	t.Helper()
	left := make(chan error, 1)
	go func() {
		_, err := shared.Follow(of, organization, request, s.run, func(e investigate.Event) {
			if e.Type == investigate.Started {
				s.started <- struct{}{}
			}
		})
		left <- err
	}()
	<-s.started
	return left
}

func TestATeamThatOpensTheSameLinkFollowsOneInvestigation(t *testing.T) {
	t.Parallel()
	s, shared := newStory(), &runs.Shared{}
	var team []<-chan error
	for i := range 20 {
		team = append(team, s.follow(t.Context(), t, shared, 1, about("order", noon.Add(time.Duration(i)*time.Second))))
	}
	close(s.letGo)
	for _, member := range team {
		require.NoError(t, <-member)
	}
	require.EqualValues(t, 1, s.begun.Load())
	require.NoError(t, <-s.follow(t.Context(), t, shared, 1, about("order", noon)))
	require.EqualValues(t, 2, s.begun.Load(), "who asks again wants to know how it is now")
}

func TestWhatIsFollowedTogetherEndsWithTheLastWhoLeaves(t *testing.T) {
	t.Parallel()
	s, shared := newStory(), &runs.Shared{}
	first, firstLeaves := context.WithCancel(t.Context())
	last, lastLeaves := context.WithCancel(t.Context())
	one, other := s.follow(first, t, shared, 1, about("order", noon)), s.follow(last, t, shared, 1, about("order", noon))
	firstLeaves()
	require.ErrorIs(t, <-one, context.Canceled)
	require.Empty(t, s.ended, "somebody follows it still")
	lastLeaves()
	require.ErrorIs(t, <-other, context.Canceled)
	require.ErrorIs(t, <-s.ended, context.Canceled)
}

func TestOtherQuestionsAndOtherOrganizationsAreInvestigationsOfTheirOwn(t *testing.T) {
	t.Parallel()
	s, shared := newStory(), &runs.Shared{}
	impact := about("order", noon)
	impact.Phases = []incident.Phase{incident.PhaseImpact}
	var all []<-chan error
	for _, c := range []struct {
		organization int64
		request      investigate.Request
	}{{1, about("order", noon)}, {2, about("order", noon)}, {1, about("payment", noon)}, {1, about("order", noon.Add(time.Hour))}, {1, impact}} {
		all = append(all, s.follow(t.Context(), t, shared, c.organization, c.request))
	}
	close(s.letGo)
	for _, one := range all {
		require.NoError(t, <-one)
	}
	require.EqualValues(t, 5, s.begun.Load())
}

func TestTooManyInvestigationsAtOnceAreRefusedWithWhatToDo(t *testing.T) {
	t.Parallel()
	s, shared := newStory(), &runs.Shared{}
	var begun []<-chan error
	for i := range 12 {
		begun = append(begun, s.follow(t.Context(), t, shared, 1, about("order", noon.Add(time.Duration(i)*time.Hour))))
	}
	_, err := shared.Follow(t.Context(), 1, about("payment", noon), s.run, func(investigate.Event) {})
	var refused *failure.Failure
	require.ErrorAs(t, err, &refused)
	require.Contains(t, refused.Sentence, "12 others are under way")
	joined := s.follow(t.Context(), t, shared, 1, about("order", noon))
	close(s.letGo)
	for _, one := range append(begun, joined) {
		require.NoError(t, <-one)
	}
}

func TestAnInvestigationThatPanicsFailsForAllWhoFollowIt(t *testing.T) {
	t.Parallel()
	shared := &runs.Shared{}
	for range 20 { // more than may be under way
		_, err := shared.Follow(t.Context(), 1, about("shop", noon), func(context.Context, func(investigate.Event)) (*incident.Case, error) {
			panic("on purpose")
		}, func(investigate.Event) {})
		require.ErrorContains(t, err, "on purpose")
	}
}
