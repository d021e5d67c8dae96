package telemetry_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/telemetry"
)

func TestLiveTelemetryFollowsTheClockUntilItIsStopped(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	ctx, stop := context.WithCancel(t.Context())
	now, tick, ended := noon.Add(3*time.Second), make(chan time.Time), make(chan error)
	clock := telemetry.Clock{Now: func() time.Time { return now }, Tick: tick}
	go func() {
		ended <- telemetry.LiveBy(ctx, clock, &clockwork{cursor: noon}, s.endpoints(), func(err error) { t.Error(err) })
	}()
	// A tick is only taken once the push before it has ended; after the second nothing is on its way.
	for range 2 {
		tick <- noon
	}
	stop()
	require.NoError(t, <-ended)
	s.mu.Lock()
	defer s.mu.Unlock()
	require.Len(t, s.lines, 3)
}

func TestAPushThatFailsDoesNotEndTheLiveTelemetry(t *testing.T) {
	t.Parallel()
	broken := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) }))
	defer broken.Close()
	ctx, stop := context.WithCancel(t.Context())
	tick, ended, failures := make(chan time.Time), make(chan error), make(chan error, 8)
	now := noon
	clock := telemetry.Clock{Now: func() time.Time { now = now.Add(time.Second); return now }, Tick: tick}
	go func() {
		ended <- telemetry.LiveBy(ctx, clock, &clockwork{cursor: noon}, telemetry.Endpoints{Logs: broken.URL}, func(err error) { failures <- err })
	}()
	tick <- noon
	tick <- noon
	stop()
	require.NoError(t, <-ended)
	require.ErrorContains(t, <-failures, "no reason given")
	require.ErrorContains(t, <-failures, "no reason given")
}
