package httpapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/source"
)

// door is the way to one store. It implements the Prometheus client's api.Client, and serves Loki and Tempo alike, so
// that every failure is sorted in one place.
type door struct {
	signal source.Signal
	name   string // as sentences call the store, for example "Loki (data source logs-1)"
	base   *url.URL
	header http.Header
	client *http.Client
	limit  int64 // bytes of one answer
}

// URL makes the address of an endpoint; it is part of the Prometheus client's interface.
func (d *door) URL(endpoint string, args map[string]string) *url.URL {
	for name, value := range args {
		endpoint = strings.ReplaceAll(endpoint, ":"+name, url.PathEscape(value))
	}
	u := *d.base
	u.Path = path.Join("/", d.base.Path, endpoint)
	return &u
}

// get asks an endpoint with query parameters and gives the body of a 2xx answer.
func (d *door) get(ctx context.Context, endpoint string, values url.Values, accept string) ([]byte, error) {
	u := d.URL(endpoint, nil)
	u.RawQuery = values.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("request for %s: %w", u, err)
	}
	req.Header.Set("Accept", accept)
	_, body, err := d.Do(ctx, req)
	return body, err
}

// Do sends a request and reads its answer within the size limit. Every error is a *source.Problem. It counts the bytes
// into the tally that ctx carries.
func (d *door) Do(ctx context.Context, req *http.Request) (*http.Response, []byte, error) {
	for name, values := range d.header {
		req.Header[name] = values
	}
	started := time.Now()
	resp, err := d.client.Do(req.WithContext(ctx))
	if err != nil {
		return nil, nil, d.broken(ctx, started, err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, d.limit+1))
	tallyOf(ctx).add(len(body))
	if err != nil {
		return resp, nil, d.broken(ctx, started, err)
	}
	if int64(len(body)) > d.limit {
		return resp, nil, d.problem(source.TooLarge, fmt.Sprintf("%s answered with more than %s.", d.name, size(d.limit)),
			"Ask about a shorter time, or raise limits.answerBytes in the data source's settings.")
	}
	if resp.StatusCode/100 != 2 {
		return resp, body, d.refused(resp.StatusCode, body)
	}
	return resp, body, nil
}

// broken sorts a failure without an answer.
func (d *door) broken(ctx context.Context, started time.Time, err error) *source.Problem {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return d.problem(source.Cancelled, "The investigation was cancelled before "+d.name+" answered.", "Start it again to look.")
	case errors.Is(ctx.Err(), context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		waited := time.Since(started).Round(100 * time.Millisecond)
		return d.problem(source.Timeout, fmt.Sprintf("%s did not answer within %s.", d.name, waited),
			"Check the store's load, or raise limits.questionTimeout in the data source's settings.")
	}
	return d.problem(source.Unreachable, fmt.Sprintf("%s could not be reached: %s.", d.name, plainCause(err)),
		"Check that it runs and that its address is right.")
}

// refused sorts an answer that is not 2xx.
func (d *door) refused(status int, body []byte) *source.Problem {
	said := saying(body)
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return d.problem(source.Refused, fmt.Sprintf("%s refused the question with %d%s.", d.name, status, said),
			"Check the token or password in the data source's settings, and that it may query this store.")
	case status == http.StatusNotFound:
		return d.problem(source.NotFound, fmt.Sprintf("%s has nothing at this address (404%s).", d.name, said),
			"Check the store's address in the data source's settings.")
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		return d.problem(source.Overloaded, fmt.Sprintf("%s is overloaded or not ready (%d%s).", d.name, status, said),
			"Try again in a moment; lower limits.concurrency in the data source's settings if it happens often.")
	case status >= http.StatusInternalServerError:
		return d.problem(source.ServerError, fmt.Sprintf("%s failed with %d%s.", d.name, status, said), "See the store's own log.")
	}
	return d.problem(source.Rejected, fmt.Sprintf("%s rejected the question with %d%s.", d.name, status, said),
		"The query stands below; try it in Explore.")
}

// malformed is the problem of an answer that is not what the API promises.
func (d *door) malformed(err error) *source.Problem {
	return d.problem(source.BadAnswer, fmt.Sprintf("%s answered with something that is not its API's format: %s.", d.name, oneLine(err.Error())),
		"Check that the address leads to the store itself and not to a login page or a proxy's error page.")
}

func (d *door) problem(kind source.ProblemKind, sentence, advice string) *source.Problem {
	return &source.Problem{Kind: kind, Signal: d.signal, Sentence: sentence, Advice: advice}
}

// plainCause is the innermost reason of a transport error: "connection refused" without addresses and verbs.
func plainCause(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return oneLine(err.Error())
		}
		err = inner
	}
}

const sayingLength = 200 // characters of a store's own words that fit a sentence

// saying is the store's own words, shortened, with a leading ": ", or nothing.
func saying(body []byte) string {
	text := strings.TrimRight(oneLine(string(body)), ".")
	if text == "" {
		return ""
	}
	if runes := []rune(text); len(runes) > sayingLength {
		text = string(runes[:sayingLength]) + "…"
	}
	return ": " + text
}

func oneLine(s string) string { return strings.Join(strings.Fields(strings.ToValidUTF8(s, "?")), " ") }

func size(bytes int64) string {
	const mebibyte = 1 << 20
	if bytes >= mebibyte {
		return fmt.Sprintf("%d MiB", bytes/mebibyte)
	}
	return fmt.Sprintf("%d bytes", bytes)
}
