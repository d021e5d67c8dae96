package lab

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// tracesCreated counts the traces that Tempo's ingester took out of the live ones, which a search does not see.
const tracesCreated = "tempo_ingester_traces_created_total"

// settledWithin is how long a busy Tempo may take for what was pushed.
const settledWithin = 2 * time.Minute

// Settling is a Tempo that traces are being pushed to.
type Settling struct {
	tempo  string
	before int // traces that it had made searchable
}

// Unsettled is to be asked for before traces are pushed. Tempo is its address.
func Unsettled(ctx context.Context, tempo string) (Settling, error) {
	s := Settling{tempo: tempo}
	var err error
	s.before, err = s.created(ctx)
	return s, err
}

// Settle returns once so many traces that were pushed can be searched. Tempo keeps a trace out of searches as long as it
// expects more of its spans; it is told here that no more will come. Traces that it was just then taking out by itself are
// waited for: it answers while they are still on their way.
func (s Settling) Settle(ctx context.Context, traces int) error {
	if err := s.flush(ctx); err != nil {
		return err
	}
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		created, err := s.created(ctx)
		if err != nil {
			return struct{}{}, backoff.Permanent(err)
		}
		if has := created - s.before; has < traces {
			return struct{}{}, fmt.Errorf("%d of %d traces that Tempo was sent can be searched: look at its log, or use a less busy machine", has, traces)
		}
		return struct{}{}, nil
	}, backoff.WithMaxElapsedTime(settledWithin), backoff.WithBackOff(backoff.NewConstantBackOff(200*time.Millisecond)))
	if err != nil {
		return err
	}
	return s.flush(ctx) // the last of them are written, but not all of them are in a file yet
}

func (s Settling) flush(ctx context.Context) error {
	resp, err := s.ask(ctx, http.MethodPost, "/flush")
	if err != nil {
		return fmt.Errorf("flushing Tempo: %w", err)
	}
	return resp.Body.Close()
}

// created is how many traces Tempo made searchable since it was started.
func (s Settling) created(ctx context.Context) (int, error) {
	resp, err := s.ask(ctx, http.MethodGet, "/metrics")
	if err != nil {
		return 0, fmt.Errorf("reading Tempo's own metrics: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(resp.Body)
	if err != nil {
		return 0, fmt.Errorf("reading Tempo's own metrics: %w", err)
	}
	created := 0.0
	for _, tenant := range families[tracesCreated].GetMetric() { // none before the first span
		created += tenant.GetCounter().GetValue()
	}
	return int(created), nil
}

func (s Settling) ask(ctx context.Context, method, path string) (*http.Response, error) {
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
