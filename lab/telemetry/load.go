package telemetry

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"golang.org/x/sync/errgroup"
)

// slice is how much history is generated and pushed at a time. Shorter slices need more requests, longer ones more memory.
const slice = 5 * time.Minute

// Pushed is told after each slice of history: how far it has got, from 0 to 1, and what that slice held. Its error ends the loading.
type Pushed func(ctx context.Context, done float64, slice Volume) error

// Load pushes the history of a source, from where it begins up to its alert. Slices go out in order of time, while the next is
// being generated. Pushed may be nil.
func Load(ctx context.Context, source Source, endpoints Endpoints, pushed Pushed) (Volume, error) {
	pusher := NewPusher(endpoints)
	defer pusher.Close()
	group, ctx := errgroup.WithContext(ctx)
	batches := make(chan Batch)
	group.Go(func() error {
		defer close(batches)
		for at := source.Begin(); at.Before(source.Alert()); at = at.Add(slice) {
			select {
			case batches <- source.Generate(earlier(at.Add(slice), source.Alert())):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	total, sent := Volume{}, 0
	group.Go(func() error {
		count := float64((source.Alert().Sub(source.Begin()) + slice - 1) / slice)
		for batch := range batches {
			volume, err := pusher.Push(ctx, batch)
			if err != nil {
				return err
			}
			total.add(volume)
			sent++
			if pushed == nil {
				continue
			}
			if err := pushed(ctx, float64(sent)/count, volume); err != nil {
				return err
			}
		}
		return nil
	})
	err := group.Wait()
	return total, err
}

// MetricsOf is a source of which only the metrics are written.
func MetricsOf(source Source) Source { return metricsOnly{source} }

type metricsOnly struct{ Source }

// Generate implements Source.
func (m metricsOnly) Generate(until time.Time) Batch {
	return Batch{Traces: ptrace.NewTraces(), Metrics: m.Source.Generate(until).Metrics, Logs: plog.NewLogs()}
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
