package statuspage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/reach"
)

const (
	mostBytes     = 2 << 20 // of one page
	mostRedirects = 3
	dialTimeout   = 5 * time.Second
)

// clientOf makes a client that follows no redirect by itself. Where it may connect to is up to control; without one to the proxy, if
// there is any: with a proxy between, nobody could tell where a connection leads.
func clientOf(control reach.Control) *http.Client {
	return &http.Client{Transport: reach.Transport(dialTimeout, control, control == nil), CheckRedirect: reach.NoRedirect}
}

var errRedirected = errors.New("it redirects into a private network")

// reader reads the pages of one question.
type reader struct {
	querier *Querier
	first   *http.Client    // for the address of the settings
	ctx     context.Context //nolint:containedctx // a reader lives as long as its question
	bytes   int64

	warnings []string // why the answer may lack something
}

// get reads an address, and what it redirects to.
func (r *reader) get(address string) (code int, body []byte, err error) {
	client := r.first
	for followed := range mostRedirects + 1 {
		resp, body, err := r.once(client, address) //nolint:bodyclose // once has closed it
		if errors.Is(err, reach.ErrPrivate) && followed > 0 {
			err = errRedirected
		}
		if err != nil {
			return 0, nil, err
		}
		to := redirectOf(resp)
		if to == nil {
			return resp.StatusCode, body, nil
		}
		if to.Scheme != "https" && (to.Scheme != "http" || resp.Request.URL.Scheme == "https") {
			return 0, nil, fmt.Errorf("its redirect to %s is not followed: it is not encrypted", to.Host)
		}
		address, client = to.String(), r.querier.outside
	}
	return 0, nil, fmt.Errorf("it redirects more than %d times", mostRedirects)
}

// redirectOf is where an answer leads on to; nil where it does not.
func redirectOf(resp *http.Response) *url.URL {
	to, err := resp.Location()
	if resp.StatusCode/100 != 3 || err != nil {
		return nil
	}
	return to
}

// once sends one request; the response's body has been read and closed.
func (r *reader) once(client *http.Client, address string) (*http.Response, []byte, error) {
	req, err := http.NewRequestWithContext(r.ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("its address: %w", err)
	}
	req.Header.Set("User-Agent", "Faultline")
	resp, err := client.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, mostBytes+1))
	r.bytes += int64(len(body))
	switch {
	case err != nil:
		return nil, nil, err
	case len(body) > mostBytes:
		return nil, nil, fmt.Errorf("it is larger than %d MiB", mostBytes>>20)
	}
	return resp, body, nil
}

// problemOf says why a page could not be read.
func problemOf(ctx context.Context, host string, err error) *source.Problem {
	problem := &source.Problem{Kind: source.Unreachable, Signal: source.Externals,
		Sentence: fmt.Sprintf("The status page %s could not be read: %s.", host, source.Reason(err)),
		Advice:   "Open it in a browser, and check its address under externals in the data source's settings."}
	switch {
	case errors.Is(err, reach.ErrPrivate):
		problem.Kind = source.BadAnswer
		problem.Sentence = fmt.Sprintf("The status page %s is at a private address, and was not queried.", host)
		problem.Advice = "If it is a page of your own network, set \"internal\": true beside its statusPage under externals in the data source's settings."
	case errors.Is(err, errRedirected):
		problem.Kind = source.BadAnswer
		problem.Sentence = fmt.Sprintf("The status page %s redirects into a private network, which is not followed.", host)
		problem.Advice = "Set statusPage under externals in the data source's settings to where it finally leads."
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		problem.Kind, problem.Sentence = source.Timeout, fmt.Sprintf("The status page %s did not answer in time.", host)
	case ctx.Err() != nil:
		problem.Kind, problem.Sentence, problem.Advice = source.Canceled, "The investigation was canceled.", "Start it again to look."
	}
	return problem
}
