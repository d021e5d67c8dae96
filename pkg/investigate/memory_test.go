package investigate_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/sourcetest"
)

// stores answer over HTTP, as slowly as stores do, what real ones answered to the walkthrough.
type stores struct {
	truth source.Querier
	mu    sync.Mutex
	sent  map[string][]byte
}

// body is what a store sends for a query; nil where it is none of a store, or was not answered.
func (s *stores) body(ctx context.Context, q source.Question) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := fmt.Sprint(q.Kind, q.Text, q.Window, q.Step, q.Limit, q.Spans)
	if _, known := s.sent[key]; !known {
		s.sent[key] = nil
		if truth := s.truth.Ask(ctx, q); truth.Problem == nil && q.Kind != source.StatusPage {
			s.sent[key] = sourcetest.Native(truth)
		}
	}
	return s.sent[key]
}

// Ask implements source.Querier.
func (s *stores) Ask(ctx context.Context, q source.Question) source.Answer {
	body := s.body(ctx, q)
	if body == nil {
		return s.truth.Ask(ctx, q)
	}
	return sourcetest.Read(ctx, q, "store", func(*http.Request) sourcetest.Served {
		time.Sleep(50 * time.Millisecond)
		return sourcetest.Served{Status: http.StatusOK, Body: bytes.NewReader(body)}
	})
}

const (
	runsAtOnce = 20
	mostLive   = 192 << 20 // bytes; with what has not been collected yet the process stays within 256 MiB
	mostLeft   = 8 << 20   // that the cases take which are kept
)

//nolint:paralleltest // what the whole process holds is measured, so that no other test may run
func TestTwentyRunsTogetherStayWithinTheirMemory(t *testing.T) {
	request, recording := walkthrough(t)
	sent := &stores{truth: recording, sent: map[string][]byte{}}
	investigated := func() *incident.Case {
		c, err := investigate.Run(t.Context(), request, sent, investigate.Options{Limits: unhurried()}, func(investigate.Event) {})
		require.NoError(t, err)
		return c
	}
	investigated() // so that all that the stores send is there before
	defer debug.SetGCPercent(debug.SetGCPercent(20))
	before := liveNow()
	cases := make([]*incident.Case, runsAtOnce)
	var running sync.WaitGroup
	for i := range cases {
		running.Go(func() { cases[i] = investigated() })
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		running.Wait()
	}()
	peak := int64(0)
	for over := false; !over; {
		select {
		case <-ended:
			over = true
		case <-time.After(5 * time.Millisecond):
		}
		peak = max(peak, live()-before)
	}
	left := liveNow() - before
	t.Logf("at most %d MiB while %d ran, and %d MiB after them", peak>>20, len(cases), left>>20)
	require.Less(t, peak, int64(mostLive))
	require.Less(t, left, int64(mostLeft))
	for _, c := range cases {
		require.NotEmpty(t, c.Verdict.Candidates)
	}
}

// live is how many bytes were in use when garbage was collected last.
func live() int64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64()) // #nosec G115 -- sizes
}

func liveNow() int64 {
	runtime.GC()
	return live()
}
