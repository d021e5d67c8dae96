package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/faultline-investigation/faultline/pkg/source"
)

// door is the way to one store, of whichever kind, so that every failure is sorted in one place.
type door struct {
	signal source.Signal
	name   string // as sentences call the store, for example "Loki (data source logs-1)"
	base   *url.URL
	header http.Header
	client *http.Client
	limit  int64 // bytes of one answer
}

// address is where an endpoint is.
func (d *door) address(endpoint string) *url.URL { return d.base.JoinPath(endpoint) }

// get asks an endpoint with query parameters and gives the body of a 2xx answer; with an error of another status, that
// answer's body.
func (d *door) get(ctx context.Context, endpoint string, values url.Values, accept string) ([]byte, error) {
	u := d.address(endpoint)
	u.RawQuery = values.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("request for %s: %w", u, err)
	}
	req.Header.Set("Accept", accept)
	_, body, err := d.Do(ctx, req) //nolint:bodyclose // Do has read and closed it
	return body, err
}

// Do sends a request and reads its answer within the size limit. Every error is a *source.Problem. It counts the bytes
// into the tally that ctx carries. An answer that breaks off is asked for once more: a proxy on the way, such as Grafana's,
// may close a connection now and then while all is well with the store.
func (d *door) Do(ctx context.Context, req *http.Request) (*http.Response, []byte, error) {
	for name, values := range d.header {
		req.Header[name] = values
	}
	started := time.Now()
	resp, body, err := d.sendAgain(ctx, req)
	switch {
	case errors.Is(err, errCrowded):
		return resp, nil, d.problem(source.Overloaded, fmt.Sprintf("The answer of %s was not read: %s.", d.name, err), "Try again in a moment, or investigate a shorter window.")
	case resp == nil:
		return nil, nil, d.broken(ctx, started, "could not be reached", err)
	case err != nil:
		return resp, nil, d.broken(ctx, started, "broke off its answer", err)
	}
	if int64(len(body)) > d.limit {
		return resp, nil, d.problem(source.TooLarge, fmt.Sprintf("%s answered with more than %s.", d.name, size(d.limit)),
			"Ask about a shorter time, or raise limits.answerBytes in the data source's settings.")
	}
	if resp.StatusCode/100 != 2 {
		return resp, body, d.refused(resp, body)
	}
	if isPage(body) {
		return resp, nil, d.malformed(errors.New("it is a web page"))
	}
	if isJSON(body) {
		if err := bounded(body); err != nil {
			return resp, nil, d.malformed(err)
		}
	}
	return resp, body, nil
}

// sendAgain sends a request, and once more where its answer breaks off. An answer that is to be decoded then has its place for that.
func (d *door) sendAgain(ctx context.Context, req *http.Request) (*http.Response, []byte, error) {
	resp, body, err := d.send(ctx, req)
	if resp != nil && err != nil && ctx.Err() == nil && rewound(req) {
		resp, body, err = d.send(ctx, req)
	}
	if err == nil && resp.StatusCode/100 == 2 {
		err = awaitDecoding(ctx, len(body))
	}
	return resp, body, err
}

// send sends a request once. An error with a response is one of reading it.
func (d *door) send(ctx context.Context, req *http.Request) (*http.Response, []byte, error) {
	resp, err := d.client.Do(req.WithContext(ctx)) // #nosec G704 -- whoever configures the data source names its servers
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := readBody(ctx, resp.Body, d.limit)
	tallyOf(ctx).add(len(body))
	return resp, body, err
}

// rewound makes a request ready to be sent again, and says whether it could.
func rewound(req *http.Request) bool {
	if req.Body == nil || req.Body == http.NoBody {
		return true
	}
	if req.GetBody == nil {
		return false
	}
	body, err := req.GetBody()
	req.Body = body
	return err == nil
}
