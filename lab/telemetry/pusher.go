package telemetry

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/klauspost/compress/gzip"
	"golang.org/x/sync/errgroup"
)

// retryFor is how long a store may answer "not now" before a push fails.
const retryFor = 20 * time.Second

// Pusher sends telemetry to the stores.
type Pusher struct {
	endpoints Endpoints
	client    *http.Client
}

// NewPusher makes a pusher. Close it to give its connections back.
func NewPusher(endpoints Endpoints) *Pusher {
	transport := &http.Transport{MaxIdleConnsPerHost: 4, IdleConnTimeout: 30 * time.Second}
	return &Pusher{
		endpoints: endpoints,
		client:    &http.Client{Transport: transport, Timeout: time.Minute},
	}
}

// Close closes idle connections.
func (p *Pusher) Close() { p.client.CloseIdleConnections() }

// Push sends a batch, the three signals at the same time. The parts of a signal that is too large for one request follow each
// other, as the stores want a series in order of time. The error names the store's address and holds its answer.
func (p *Pusher) Push(ctx context.Context, batch Batch) (Volume, error) {
	group, ctx := errgroup.WithContext(ctx)
	var metrics, verbatim, logs, traces Volume
	points := batch.Metrics.DataPointCount()
	scraped := takeVerbatim(batch.Metrics)
	group.Go(func() (err error) {
		verbatim, err = p.pushVerbatim(ctx, p.endpoints.Metrics, scraped)
		return err
	})
	group.Go(func() (err error) {
		metrics, err = push(ctx, p, "metrics", p.endpoints.Metrics, metricPayloads, batch.Metrics)
		metrics.Points = points
		return err
	})
	group.Go(func() (err error) {
		logs, err = push(ctx, p, "logs", p.endpoints.Logs, logPayloads, batch.Logs)
		logs.Lines = batch.Logs.LogRecordCount()
		return err
	})
	group.Go(func() (err error) {
		traces, err = push(ctx, p, "traces", p.endpoints.Traces, tracePayloads, batch.Traces)
		traces.Traces, traces.Spans = len(TracesOf(batch.Traces)), batch.Traces.SpanCount()
		return err
	})
	if err := group.Wait(); err != nil {
		return Volume{}, err
	}
	metrics.add(verbatim)
	metrics.add(logs)
	metrics.add(traces)
	return metrics, nil
}

func push[T any](ctx context.Context, p *Pusher, signal, url string, how payloads[T], data T) (Volume, error) {
	volume := Volume{}
	if url == "" || how.groups(data) == 0 {
		return volume, nil
	}
	bodies, err := how.split(data)
	if err != nil {
		return volume, err
	}
	for _, body := range bodies {
		if err := p.post(ctx, signal, url, body); err != nil {
			return volume, err
		}
		volume.Requests++
		volume.Bytes += len(body)
	}
	return volume, nil
}

// post compresses one request and sends it, and again while the store says it is busy or does not listen yet.
func (p *Pusher) post(ctx context.Context, signal, url string, body []byte) error {
	packed := &bytes.Buffer{}
	writer, err := gzip.NewWriterLevel(packed, gzip.BestSpeed)
	if err != nil {
		return err
	}
	if _, err := writer.Write(body); err != nil {
		return err
	}
	if err := writer.Close(); err != nil {
		return err
	}
	return p.send(ctx, signal, url, "gzip", packed.Bytes())
}

// send sends what is compressed already.
func (p *Pusher) send(ctx context.Context, signal, url, encoding string, packed []byte) error {
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		return struct{}{}, p.attempt(ctx, url, encoding, packed)
	}, backoff.WithMaxElapsedTime(retryFor))
	if err != nil {
		return fmt.Errorf("push %s to %s: %w", signal, url, err)
	}
	return nil
}

// attempt sends one request once. Errors that will not go away are marked as permanent.
func (p *Pusher) attempt(ctx context.Context, url, encoding string, packed []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(packed))
	if err != nil {
		return backoff.Permanent(err)
	}
	request.Header.Set("Content-Type", "application/x-protobuf")
	request.Header.Set("Content-Encoding", encoding)
	response, err := p.client.Do(request)
	if err != nil && ctx.Err() != nil {
		return backoff.Permanent(ctx.Err()) // whoever stopped it needs no advice
	}
	if err != nil {
		return backoff.Permanent(fmt.Errorf("no answer, check that the store runs and the address is right: %w", err))
	}
	defer response.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(response.Body, 2048)) // what can be read of a refusal is enough
	switch {
	case response.StatusCode < 300:
		return nil
	case response.StatusCode == http.StatusTooManyRequests || response.StatusCode == http.StatusServiceUnavailable:
		busy := refusal(response.StatusCode, answer)
		if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil {
			return fmt.Errorf("%w (%w)", busy, backoff.RetryAfter(seconds))
		}
		return busy
	default:
		return backoff.Permanent(refusal(response.StatusCode, answer))
	}
}

// Refusal is a store's answer that it does not take what was sent.
type Refusal struct {
	Status int // HTTP
	Reason string
}

// Error says what the store answered.
func (r *Refusal) Error() string {
	return fmt.Sprintf("the store answered %d %s: %s", r.Status, http.StatusText(r.Status), r.Reason)
}

func refusal(status int, answer []byte) error {
	text := strings.TrimSpace(strings.ToValidUTF8(string(answer), "?"))
	if text == "" {
		text = "no reason given"
	}
	return &Refusal{status, text}
}
