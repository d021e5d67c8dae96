package lab

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

const (
	settleWithin = time.Minute
	settleEvery  = 200 * time.Millisecond
	liveTraces   = "tempo_ingester_live_traces"
)

// settle waits until everything that was pushed can be searched: Tempo keeps a trace out of searches as long as it counts
// it among the live ones.
func (l *Lab) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, settleWithin)
	defer cancel()
	ticker := time.NewTicker(settleEvery)
	defer ticker.Stop()
	for {
		live, err := gauge(ctx, l.Stack.Tempo.URL+"/metrics", liveTraces)
		if err == nil && live == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("tempo still holds %.0f traces back from searches: %w", live, ctx.Err())
		case <-ticker.C:
		}
	}
}

// gauge reads one gauge of a server's own metrics, all its series added up; a metric that is not there yet is zero.
func gauge(ctx context.Context, url, name string) (float64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, fmt.Errorf("metrics of %s: %w", url, err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, fmt.Errorf("metrics of %s: %w", url, err)
	}
	defer func() { _ = resp.Body.Close() }()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(resp.Body)
	if err != nil {
		return 0, fmt.Errorf("metrics of %s: %w", url, err)
	}
	sum := 0.0
	for _, m := range families[name].GetMetric() {
		sum += m.GetGauge().GetValue()
	}
	return sum, nil
}
