package grafana

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/faultline-investigation/faultline/pkg/casebook"
)

const (
	callTimeout  = 20 * time.Second
	mostAnswer   = 16 << 20
	mostRefusal  = 64 << 10
	advicesToken = "Give the service account whose token is set the role Editor in this organization."
)

// answerError is an answer with a status other than 2xx.
type answerError struct {
	status  int
	message string
}

// Error makes an answerError an error.
func (a *answerError) Error() string {
	return fmt.Sprintf("Grafana answered with status %d: %s", a.status, a.message)
}

// call sends a request with a JSON body and reads a JSON answer; either may be nil. The error is an *answerError that
// nobody has made a sentence of yet, or a *casebook.Failure.
func (g *Store) call(ctx context.Context, method, path string, body, into any) error {
	answer, err := g.open(ctx, method, path, body)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Close() }()
	if into == nil {
		_, err = io.Copy(io.Discard, io.LimitReader(answer, mostAnswer)) // so that the connection can be used again
	} else {
		err = json.NewDecoder(io.LimitReader(answer, mostAnswer)).Decode(into)
	}
	if err != nil {
		return notGrafana(err)
	}
	return nil
}

// closing ends a request's time when its answer's body is closed.
type closing struct {
	io.ReadCloser

	cancel context.CancelFunc
}

// Close closes the body.
func (c closing) Close() error {
	defer c.cancel()
	return c.ReadCloser.Close()
}

// permissions is where Grafana reads anew what the token may do, and remembers it for everybody of its role.
const permissions = "/api/access-control/user/permissions?reloadcache=true"

// open sends a request, and once more when Grafana refuses it by what it remembered of the role's permissions: it does so for
// a minute, and the folder of the cases may be younger, made with the token of another environment.
func (g *Store) open(ctx context.Context, method, path string, body any) (io.ReadCloser, error) {
	answer, err := g.attempt(ctx, method, path, body)
	var refused *answerError
	if !errors.As(err, &refused) || refused.status != http.StatusForbidden {
		return answer, err
	}
	reloaded, failed := g.attempt(ctx, http.MethodGet, permissions, nil)
	if failed != nil {
		return nil, err
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(reloaded, mostAnswer)) // so that the connection can be used again
	_ = reloaded.Close()
	return g.attempt(ctx, method, path, body)
}

// attempt sends a request, which is not broken off when the one who caused it leaves: Grafana logs several errors for each that
// is, and none takes long.
func (g *Store) attempt(ctx context.Context, method, path string, body any) (io.ReadCloser, error) {
	var content io.Reader = http.NoBody
	if body != nil {
		written, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("encoding a request to Grafana: %w", err)
		}
		content = bytes.NewReader(written)
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("asking Grafana: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
	req, err := http.NewRequestWithContext(ctx, method, g.o.URL+path, content)
	if err != nil {
		cancel()
		return nil, fmt.Errorf("address of Grafana: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+g.o.Token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := g.o.Client.Do(req)
	if err != nil {
		cancel()
		return nil, &casebook.Failure{Kind: casebook.Unavailable, Sentence: fmt.Sprintf("Grafana did not answer at %s.", g.o.URL),
			Advice: "Check that it runs, and grafanaUrl in the data source's settings."}
	}
	if resp.StatusCode/100 == http.StatusOK/100 {
		return closing{resp.Body, cancel}, nil
	}
	defer cancel()
	defer func() { _ = resp.Body.Close() }()
	var said struct {
		Message string `json:"message"`
	}
	_ = json.NewDecoder(io.LimitReader(resp.Body, mostRefusal)).Decode(&said) // without a message the status has to do
	return nil, &answerError{status: resp.StatusCode, message: said.Message}
}

// missing makes a sentence of what Grafana said about one case.
func missing(err error, id string) error {
	var answer *answerError
	if errors.As(err, &answer) && answer.status == http.StatusNotFound {
		return casebook.Missing(id)
	}
	return explain(err)
}

// explain makes a *casebook.Failure of an *answerError.
func explain(err error) error {
	var answer *answerError
	if !errors.As(err, &answer) {
		return err
	}
	switch {
	case answer.status == http.StatusUnauthorized:
		return &casebook.Failure{Kind: casebook.Refused, Sentence: "Grafana refused the token.", Advice: "It may have expired or been deleted: set a new one in the data source's settings."}
	case answer.status == http.StatusForbidden:
		return &casebook.Failure{Kind: casebook.Refused, Sentence: "Grafana does not let the token do that: " + said(answer) + ".", Advice: advicesToken}
	case answer.status == http.StatusRequestEntityTooLarge:
		return &casebook.Failure{Kind: casebook.TooLarge, Sentence: "The case is larger than what Grafana, or a proxy before it, takes.", Advice: "Raise the proxy's limit for request bodies to 8 MiB."}
	case answer.status == http.StatusTooManyRequests, answer.status >= http.StatusInternalServerError:
		return &casebook.Failure{Kind: casebook.Unavailable, Sentence: fmt.Sprintf("Grafana failed with status %d: %s.", answer.status, said(answer)), Advice: "Try again; its log says more."}
	default:
		return &casebook.Failure{Kind: casebook.Refused, Sentence: fmt.Sprintf("Grafana refused with status %d: %s.", answer.status, said(answer)), Advice: "Check grafanaUrl in the data source's settings."}
	}
}

func said(a *answerError) string {
	if a.message == "" {
		return "no reason given"
	}
	return a.message
}

func notGrafana(err error) error {
	return &casebook.Failure{Kind: casebook.Unavailable, Sentence: fmt.Sprintf("What answered is not as Grafana answers: %s.", err), Advice: "Check grafanaUrl in the data source's settings."}
}
