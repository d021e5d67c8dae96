package grafana

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	answerWithin = 30 * time.Second
	answerBytes  = 1 << 20
)

// Client speaks to a Grafana's HTTP API as one of its people.
type Client struct {
	URL      string // without a slash at its end
	User     string
	Password string
}

// Refused is an answer with a status other than 2xx.
type Refused struct {
	Method, Path string
	Status       int
	Message      string
}

// Error makes a Refused an error.
func (e *Refused) Error() string {
	return fmt.Sprintf("grafana answered %s %s with %d: %s", e.Method, e.Path, e.Status, e.Message)
}

// Do asks in an organization; zero means whichever the user is in. A value given as answer is filled in. An answer with a
// status other than 2xx is a *Refused.
func (c *Client) Do(ctx context.Context, organization int64, method, path string, body, answer any) error {
	return c.ask(ctx, method, path, body, answer, func(r *http.Request) {
		r.SetBasicAuth(c.User, c.Password)
		if organization != 0 {
			r.Header.Set("X-Grafana-Org-Id", strconv.FormatInt(organization, 10))
		}
	})
}

// as asks with a service account's token instead of the administrator's password.
func (c *Client) as(ctx context.Context, token, method, path string, answer any) error {
	return c.ask(ctx, method, path, nil, answer, func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) })
}

func (c *Client) ask(ctx context.Context, method, path string, body, answer any, identify func(*http.Request)) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	sent := []byte{}
	if body != nil {
		var err error
		if sent, err = json.Marshal(body); err != nil {
			return fmt.Errorf("body for %s: %w", path, err)
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(c.URL, "/")+path, bytes.NewReader(sent))
	if err != nil {
		return fmt.Errorf("address of Grafana: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	identify(request)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("grafana did not answer %s: %w", path, err)
	}
	defer func() { _ = response.Body.Close() }()
	said, err := io.ReadAll(io.LimitReader(response.Body, answerBytes))
	if err != nil {
		return fmt.Errorf("grafana's answer to %s broke off: %w", path, err)
	}
	if response.StatusCode/100 != 2 {
		return &Refused{Method: method, Path: path, Status: response.StatusCode, Message: messageOf(said)}
	}
	if answer == nil {
		return nil
	}
	if err := json.Unmarshal(said, answer); err != nil {
		return fmt.Errorf("grafana's answer to %s cannot be read: %w", path, err)
	}
	return nil
}

// messageOf is what a refusal says, without what surrounds it.
func messageOf(said []byte) string {
	var refusal struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(said, &refusal) == nil && refusal.Message != "" {
		return refusal.Message
	}
	return strings.TrimSpace(string(said))
}
