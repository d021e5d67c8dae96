package lab

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Await returns once every address answers 200, which is how servers say that they are ready. It tries as long as within.
func Await(ctx context.Context, within time.Duration, addresses ...string) error {
	for _, address := range addresses {
		_, err := backoff.Retry(ctx, func() (struct{}, error) { return struct{}{}, ready(ctx, address) },
			backoff.WithMaxElapsedTime(within), backoff.WithBackOff(backoff.NewConstantBackOff(time.Second)))
		if err != nil {
			return fmt.Errorf("%s is not ready: %w", address, err)
		}
	}
	return nil
}

func ready(ctx context.Context, address string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return backoff.Permanent(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers with status %d", response.StatusCode)
	}
	return nil
}
