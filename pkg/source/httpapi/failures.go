package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/source"
)

const checkAddress = "Check the store's address in the data source's settings."

// broken sorts a failure without a whole answer; what says what the store did not do.
func (d *door) broken(ctx context.Context, started time.Time, what string, err error) *source.Problem {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return d.problem(source.Canceled, "The investigation was canceled before "+d.name+" answered.", "Start it again to look.")
	case errors.Is(ctx.Err(), context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		waited := time.Since(started).Round(time.Millisecond)
		if waited > time.Second {
			waited = waited.Round(100 * time.Millisecond)
		}
		return d.problem(source.Timeout, fmt.Sprintf("%s did not answer within %s.", d.name, waited),
			"Check the store's load, or raise limits.questionTimeout in the data source's settings.")
	}
	return d.problem(source.Unreachable, fmt.Sprintf("%s %s: %s.", d.name, what, source.Reason(err)),
		"Check that it runs and that its address is right.")
}

// refused sorts an answer that is not 2xx.
func (d *door) refused(resp *http.Response, body []byte) *source.Problem {
	status, said := resp.StatusCode, saying(body)
	switch {
	case status/100 == 3:
		return d.problem(source.BadAnswer, fmt.Sprintf("%s answered with a redirect (%d)%s.", d.name, status, destination(resp)),
			"Set the store's address to where it finally leads; a redirect to a login page means that the token or password is missing or wrong.")
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return d.problem(source.Refused, fmt.Sprintf("%s refused the question with %d%s.", d.name, status, said),
			"Check the token or password in the data source's settings, and that it may query this store.")
	case (status == http.StatusNotFound || status == http.StatusNotImplemented) && notEverywhere(resp) != "":
		return d.problem(source.NotFound, fmt.Sprintf("%s has no %s at this address (%d%s).", d.name, notEverywhere(resp), status, said),
			checkAddress+" Some stores that answer Prometheus' API keep none, and then there is nothing to do.")
	case status == http.StatusNotFound:
		return d.problem(source.NotFound, fmt.Sprintf("%s has nothing at this address (404%s).", d.name, said), checkAddress)
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		return d.problem(source.Overloaded, fmt.Sprintf("%s is overloaded or not ready (%d%s).", d.name, status, said),
			"Try again in a moment; lower limits.concurrency in the data source's settings if it happens often.")
	case status == http.StatusBadGateway:
		return d.problem(source.Unreachable, fmt.Sprintf("The proxy before %s could not reach it (502%s).", d.name, said),
			"Check that the store runs, and its address in its own data source's settings.")
	case status == http.StatusGatewayTimeout:
		return d.problem(source.Timeout, fmt.Sprintf("The proxy before %s gave up waiting for it (504%s).", d.name, said),
			"Check the store's load, and the proxy's own time limit.")
	case status >= http.StatusInternalServerError:
		return d.problem(source.ServerError, fmt.Sprintf("%s failed with %d%s.", d.name, status, said), "See the store's own log.")
	}
	return d.rejected(fmt.Sprintf(" with %d%s", status, said))
}

// notEverywhere is what an address of the store's API is for, where stores that speak the same API may lack it; else empty.
func notEverywhere(resp *http.Response) string {
	if resp.Request == nil || resp.Request.URL == nil {
		return ""
	}
	switch path := resp.Request.URL.Path; {
	case strings.HasSuffix(path, exemplarsPath):
		return "exemplars"
	case strings.HasSuffix(path, rulesPath):
		return "alert rules"
	}
	return ""
}

func (d *door) rejected(how string) *source.Problem {
	return d.problem(source.Rejected, fmt.Sprintf("%s rejected the question%s.", d.name, how), "The query stands below; try it in Explore.")
}

// malformed is the problem of an answer that is not what the API promises.
func (d *door) malformed(err error) *source.Problem {
	return d.problem(source.BadAnswer, fmt.Sprintf("%s answered with something that is not its API's format: %s.", d.name, source.Shortened(source.OneLine(err.Error()))),
		"Check that the address leads to the store itself and not to a login page or a proxy's error page.")
}

// successful checks that a 2xx answer of Prometheus or Loki claims success, else one such as {} would pass for an empty
// result.
func (d *door) successful(body []byte) error {
	var envelope struct {
		Status string `json:"status"`
	}
	if err := json.Unmarshal(body, &envelope); err != nil {
		return d.malformed(err)
	}
	switch envelope.Status {
	case "success":
		return nil
	case "error":
		return d.rejected(saying(body))
	}
	return d.malformed(fmt.Errorf("the status is %q and not success", envelope.Status))
}

func (d *door) problem(kind source.ProblemKind, sentence, advice string) *source.Problem {
	return &source.Problem{Kind: kind, Signal: d.signal, Sentence: sentence, Advice: advice}
}

// destination is where a redirect leads, with a leading " to ". Its query is left out: it may hold what is nobody's business.
func destination(resp *http.Response) string {
	to, err := resp.Location()
	if err != nil {
		return ""
	}
	return " " + source.Shortened(source.OneLine(fmt.Sprintf("to %s://%s%s", to.Scheme, to.Host, to.EscapedPath())))
}

// saying is the store's own words, shortened, with a leading ": ", or nothing. Of a JSON object it is the message alone;
// of a web page it is nothing.
func saying(body []byte) string {
	text := string(body)
	var object struct{ Error, Message string }
	if json.Unmarshal(body, &object) == nil && object.Error+object.Message != "" {
		text = object.Error
		if text == "" {
			text = object.Message
		}
	}
	text = strings.TrimRight(source.OneLine(text), ".")
	if text == "" || isPage(body) {
		return ""
	}
	return ": " + source.Shortened(text)
}

// isPage tells HTML and XML from anything that a store answers with.
func isPage(body []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) }

func size(bytes int64) string {
	const mebibyte = 1 << 20
	if bytes >= mebibyte {
		return fmt.Sprintf("%d MiB", bytes/mebibyte)
	}
	return fmt.Sprintf("%d bytes", bytes)
}
