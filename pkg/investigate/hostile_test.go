package investigate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/httpapi"
)

// served is what a store sends for a query: a status and a body, which may never end.
type served struct {
	status int
	body   io.Reader
}

// fault damages what a store would send.
type fault func(ctx context.Context, kind source.Kind, body []byte) served

// damaged answers queries with what real stores answered. Those of one kind, or of all kinds where it is empty, go through a fault
// and through the whole of what reads stores.
type damaged struct {
	truth source.Querier
	kind  source.Kind
	fault fault
}

// Ask implements source.Querier.
func (d damaged) Ask(ctx context.Context, q source.Question) source.Answer {
	truth := d.truth.Ask(ctx, q)
	if truth.Problem != nil || q.Kind == source.StatusPage || d.kind != "" && d.kind != q.Kind {
		return truth
	}
	store := httpapi.Store{URL: "http://store.example", Name: truth.DataSource}
	querier, err := httpapi.New(httpapi.Options{Metrics: store, Logs: store, Traces: store, Grafana: store, AnswerBytes: 4 << 20,
		Client: &http.Client{Transport: transport(func(r *http.Request) served { return d.fault(r.Context(), q.Kind, native(truth)) })}})
	if err != nil {
		panic(err)
	}
	return querier.Ask(ctx, q)
}

// transport answers requests without a network.
type transport func(*http.Request) served

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	s := t(r)
	return &http.Response{StatusCode: s.status, Status: http.StatusText(s.status), Header: http.Header{}, Body: io.NopCloser(s.body), ContentLength: -1, Request: r}, nil
}

func whole(_ context.Context, _ source.Kind, body []byte) served {
	return served{http.StatusOK, bytes.NewReader(body)}
}

func TestWhatStoresAnsweredIsReadTheSameInTheirOwnWords(t *testing.T) {
	t.Parallel()
	request, recording := walkthrough(t)
	once := plain(t, request, recording)
	again := plain(t, request, damaged{truth: recording, fault: whole})
	require.JSONEq(t, withoutCosts(t, once), withoutCosts(t, again))
}

// withoutCosts leaves out what differs between a recording and what is read anew: sizes and times of answers, and that a search had found
// more than lay in its window.
func withoutCosts(t *testing.T, document string) string {
	t.Helper()
	var tree any
	decoder := json.NewDecoder(strings.NewReader(document))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&tree))
	var clean func(node any)
	clean = func(node any) {
		switch node := node.(type) {
		case object:
			for _, cost := range []string{"bytes", "milliseconds", "chainMilliseconds", "upstreamMilliseconds", "cost", "truncated"} {
				delete(node, cost)
			}
			for _, value := range node {
				clean(value)
			}
		case []any:
			for _, value := range node {
				clean(value)
			}
		}
	}
	clean(tree)
	written, err := json.Marshal(tree)
	require.NoError(t, err)
	return string(written)
}
