package stack

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	probeEvery   = 50 * time.Millisecond
	probeTimeout = 2 * time.Second
	probeAnswer  = 1 << 20 // bytes read of an answer at most
)

// probe is one request a ready server answers as expected.
type probe struct {
	what, method, url string
	accepts           func(status int, body []byte) bool
}

func isOK(status int, _ []byte) bool { return status == http.StatusOK }

// isUnprocessable is what Loki says to a push without lines once it takes pushes at all.
func isUnprocessable(status int, _ []byte) bool { return status == http.StatusUnprocessableEntity }

// hasActiveMember reads a ring's page: pushes go to its active members, and fail while it has none.
func hasActiveMember(status int, body []byte) bool {
	var ring struct {
		Shards []struct {
			State string `json:"state"`
		} `json:"shards"`
	}
	if status != http.StatusOK || json.Unmarshal(body, &ring) != nil {
		return false
	}
	for _, member := range ring.Shards {
		if member.State == "ACTIVE" {
			return true
		}
	}
	return false
}

// awaitReady returns once every probe was accepted, or with the reason why that will not be.
func (s *Server) awaitReady(ctx context.Context, probes []probe, within time.Duration) error {
	expired, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	// No connection outlives its request: an open one would hold up the server's end.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: probeTimeout}
	said := "" // by the server last; that the time is over is no answer of its
	for len(probes) > 0 {
		answer, accepted := probes[0].ask(expired, client)
		if accepted {
			probes, said = probes[1:], ""
			continue
		}
		if said == "" || expired.Err() == nil {
			said = answer
		}
		select {
		case <-s.exited:
			return s.failure
		case <-ctx.Done():
			return fmt.Errorf("starting %s was interrupted: %w", s.Name, context.Cause(ctx))
		case <-expired.Done():
			return s.notReady(within, probes[0].what+": "+said)
		case <-time.After(probeEvery):
		}
	}
	return nil
}

func (s *Server) notReady(within time.Duration, said string) error {
	return &Failure{
		Sentence: fmt.Sprintf("%s was not ready after %s (%s); give a slow machine longer with Options.ReadyWithin, or see why below.",
			s.Name, within, said),
		Tail: s.Tail(tailOfFailure),
	}
}

// ask returns what the server answered, in few words, and whether that is what a ready one answers.
func (p probe) ask(ctx context.Context, client *http.Client) (string, bool) {
	request, err := http.NewRequestWithContext(ctx, p.method, p.url, http.NoBody)
	if err != nil {
		return err.Error(), false
	}
	request.Header.Set("Content-Type", "application/x-protobuf")
	request.Header.Set("Accept", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return err.Error(), false
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, probeAnswer))
	if err != nil {
		return err.Error(), false
	}
	words := strings.Join(strings.Fields(string(body[:min(len(body), 200)])), " ")
	return fmt.Sprintf("%s %s", response.Status, words), p.accepts(response.StatusCode, body)
}
