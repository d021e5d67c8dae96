package relay

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"text/template"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/reach"
)

const (
	attemptWithin = 4 * time.Second // one request to a receiver
	dialWithin    = 3 * time.Second
	firstRetry    = 200 * time.Millisecond
	longestRetry  = 2 * time.Second
	mostAnswer    = 64 << 10 // bytes of a receiver's answer that are read, so that its connection ends in good order
)

// target is a receiver that can be sent to.
type target struct {
	Receiver

	address       string
	authorization string // of the header; empty for none
	template      *template.Template
	client        *http.Client
}

func newTarget(r Receiver, secrets map[string]string) (*target, error) {
	t := &target{Receiver: r, address: r.URL, authorization: secrets[AuthorizationSecret(r.Name)]}
	if secret := secrets[URLSecret(r.Name)]; secret != "" {
		t.address = secret
	}
	u, err := url.Parse(t.address)
	if err != nil {
		return nil, fmt.Errorf("the address of the receiver %s cannot be read", r.Name)
	}
	control, proxy := reach.Control(reach.PublicOnly), false
	if r.Internal || reach.Proxied(u) { // a proxy decides itself where its connections lead
		control, proxy = reach.NotLinkLocal, true
	}
	// A redirect could carry alerts and credentials to whom they are not meant for.
	t.client = &http.Client{Transport: reach.Transport(dialWithin, control, proxy), CheckRedirect: reach.NoRedirect}
	if r.Type == JSON {
		if t.template, err = newTemplate(r.Template); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (t *target) written(o outgoing) ([]byte, error) {
	switch t.Type {
	case Slack:
		return o.slack()
	case JSON:
		return fill(t.template, o.data())
	default:
		return o.webhook()
	}
}

// send sends a message until the receiver accepts it, refuses it for good, or ctx ends. The error names why it was not accepted; it
// holds nothing of the address but its host and path.
func (t *target) send(ctx context.Context, o outgoing) error {
	body, err := t.written(o)
	if err != nil {
		return fmt.Errorf("its message could not be written: %w", err)
	}
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = firstRetry, longestRetry
	var last error
	_, err = backoff.Retry(ctx, func() (struct{}, error) {
		err := t.attempt(ctx, body, o)
		if err != nil && (last == nil || ctx.Err() == nil) { // that the time is over is no reason of the receiver's
			last = err
		}
		return struct{}{}, err
	}, backoff.WithBackOff(pause), backoff.WithMaxElapsedTime(0))
	if err == nil {
		return nil
	}
	return last
}

// attempt sends once. Errors that sending again cannot mend are permanent.
func (t *target) attempt(ctx context.Context, body []byte, o outgoing) error {
	ctx, cancel := context.WithTimeout(ctx, attemptWithin)
	defer cancel()
	resp, err := t.post(ctx, body, o)
	switch {
	case errors.Is(err, reach.ErrPrivate):
		return backoff.Permanent(errors.New(`it is at a private address: set "internal": true beside its url if it is a server of your own network`))
	case errors.Is(err, reach.ErrLinkLocal):
		return backoff.Permanent(reach.ErrLinkLocal)
	case errors.Is(err, context.DeadlineExceeded):
		return errors.New("it did not answer in time")
	case err != nil:
		return errors.New(source.Reason(err))
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, mostAnswer))
	return verdictOf(resp)
}

func (t *target) post(ctx context.Context, body []byte, o outgoing) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Faultline")
	req.Header.Set("Idempotency-Key", o.idempotencyKey())
	if t.authorization != "" {
		req.Header.Set("Authorization", t.authorization)
	}
	return t.client.Do(req)
}

// verdictOf is nil where a receiver has accepted.
func verdictOf(resp *http.Response) error {
	switch code := resp.StatusCode; {
	case code/100 == 2:
		return nil
	case code/100 == 3:
		return backoff.Permanent(fmt.Errorf("it redirects (status %d), which is not followed: set the address that it leads to", code))
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable:
		if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && seconds > 0 {
			return fmt.Errorf("it answered with status %d, %w", code, &backoff.RetryAfterError{Duration: time.Duration(seconds) * time.Second})
		}
		return fmt.Errorf("it answered with status %d", code)
	case code/100 == 5 || code == http.StatusRequestTimeout || code == http.StatusTooEarly:
		return fmt.Errorf("it answered with status %d", code)
	default:
		return backoff.Permanent(fmt.Errorf("it refused with status %d", code))
	}
}
