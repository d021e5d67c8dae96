package lab

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// tempoTick is longer than the period at which Tempo cuts idle traces by itself; see lab/stack/tempo/tempo.yaml.
const tempoTick = 1500 * time.Millisecond

// Settle makes everything that was pushed searchable: Tempo keeps a trace out of searches as long as it waits for more of
// its spans, and is told here that no more will come. A cut that it had begun by itself has ended a tick later.
func Settle(ctx context.Context, tempo string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, tempo+"/flush", nil)
	if err != nil {
		return fmt.Errorf("flushing Tempo: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("flushing Tempo: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("tempo refused to flush: status %d", resp.StatusCode)
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(tempoTick):
		return nil
	}
}
