package lab

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/faultline-investigation/faultline/lab/telemetry"
)

const (
	// tracesCreated counts the traces that Tempo's ingester took out of the live ones, which a search does not see.
	tracesCreated = "tempo_ingester_traces_created_total"
	// blocksFlushed counts the blocks that are complete and written. While a block is being completed, a search of it may find less
	// than it holds.
	blocksFlushed = "tempo_ingester_blocks_flushed_total"
	// blocksWaiting is how many blocks wait for that.
	blocksWaiting = "tempo_ingester_flush_queue_length"
)

// settledWithin is how long a busy Tempo may take for what was pushed.
const settledWithin = 2 * time.Minute

// Settling is a Tempo that traces are being pushed to.
type Settling struct {
	tempo  string
	before int // traces that it had made searchable
	blocks int // that it had written
	pushed int // traces in slices, since then
	cut    int // blocks that ended with them
}

// Unsettled is to be asked for before traces are pushed. Tempo is its address.
func Unsettled(ctx context.Context, tempo string) (*Settling, error) {
	s := &Settling{tempo: tempo}
	counted, err := s.counted(ctx)
	s.before, s.blocks = counted[tracesCreated], counted[blocksFlushed]
	return s, err
}

// Pushed ends Tempo's block after a slice of history, so that no block holds more time than that: as in a store that has run for
// days, a search then opens the blocks of its own time and no others. All spans of the slice's traces have to be in it.
func (s *Settling) Pushed(ctx context.Context, _ float64, slice telemetry.Volume) error {
	if slice.Traces == 0 {
		return nil
	}
	s.pushed += slice.Traces
	s.cut++
	return s.endBlock(ctx, s.pushed)
}

// Settle returns once so many traces that were pushed can be searched. Tempo keeps a trace out of searches as long as it
// expects more of its spans; it is told here that no more will come.
func (s *Settling) Settle(ctx context.Context, traces int) error {
	if err := s.endBlock(ctx, traces); err != nil {
		return err
	}
	return s.await(ctx, func(counted map[string]int) error {
		if traces > 0 && (counted[blocksFlushed] < s.blocks+max(1, s.cut) || counted[blocksWaiting] > 0) {
			return fmt.Errorf("tempo has not written what it was sent: look at its log, or use a less busy machine")
		}
		return nil
	})
}

// endBlock has Tempo end its block, once so many traces are in it or in those before it. Traces that it was just then taking out of
// the live ones by itself are waited for: it answers while they are still on their way, and may have had no other to end a block with.
func (s *Settling) endBlock(ctx context.Context, traces int) error {
	if err := s.flush(ctx); err != nil {
		return err
	}
	if err := s.await(ctx, func(counted map[string]int) error {
		if has := counted[tracesCreated] - s.before; has < traces {
			return fmt.Errorf("%d of %d traces that Tempo was sent can be searched: look at its log, or use a less busy machine", has, traces)
		}
		return nil
	}); err != nil {
		return err
	}
	return s.flush(ctx) // the last of them are written, but not all of them are in a block that has ended
}

// await asks Tempo for its counts until they are as they should be.
func (s *Settling) await(ctx context.Context, lacks func(counted map[string]int) error) error {
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		counted, err := s.counted(ctx)
		if err != nil {
			return struct{}{}, backoff.Permanent(err)
		}
		return struct{}{}, lacks(counted)
	}, backoff.WithMaxElapsedTime(settledWithin), backoff.WithBackOff(backoff.NewConstantBackOff(200*time.Millisecond)))
	return err
}

func (s *Settling) flush(ctx context.Context) error {
	resp, err := s.ask(ctx, http.MethodPost, "/flush")
	if err != nil {
		return fmt.Errorf("flushing Tempo: %w", err)
	}
	return resp.Body.Close()
}

// counted is what Tempo counted since it was started, over all tenants; there is nothing before the first span.
func (s *Settling) counted(ctx context.Context) (map[string]int, error) {
	resp, err := s.ask(ctx, http.MethodGet, "/metrics")
	if err != nil {
		return nil, fmt.Errorf("reading Tempo's own metrics: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("reading Tempo's own metrics: %w", err)
	}
	counted := map[string]int{}
	for _, name := range []string{tracesCreated, blocksFlushed, blocksWaiting} {
		for _, tenant := range families[name].GetMetric() {
			counted[name] += int(tenant.GetCounter().GetValue() + tenant.GetGauge().GetValue())
		}
	}
	return counted, nil
}

func (s *Settling) ask(ctx context.Context, method, path string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.tempo+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode/100 != 2 {
		_ = resp.Body.Close()
		return nil, fmt.Errorf("it answered with status %d", resp.StatusCode)
	}
	return resp, nil
}
