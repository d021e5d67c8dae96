// Package sourcetest damages what stores answer, in every way in which stores, proxies and attackers do, and has it read by what reads
// stores. Only tests import it.
package sourcetest

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/httpapi"
)

// Served is what a store sends for a query: a status and a body, which may never end.
type Served struct {
	Status int
	Body   io.Reader
}

// Fault damages what a store would send.
type Fault func(ctx context.Context, kind source.Kind, body []byte) Served

// Damaged answers queries with what real stores answered. Those of one kind, or of all kinds where it is empty, go through a fault
// and through the whole of what reads stores.
type Damaged struct {
	Truth source.Querier
	Kind  source.Kind
	Fault Fault
}

// Ask implements source.Querier.
func (d Damaged) Ask(ctx context.Context, q source.Question) source.Answer {
	truth := d.Truth.Ask(ctx, q)
	if truth.Problem != nil || q.Kind == source.StatusPage || d.Kind != "" && d.Kind != q.Kind {
		return truth
	}
	return Read(ctx, q, truth.DataSource, func(r *http.Request) Served { return d.Fault(r.Context(), q.Kind, Native(truth)) })
}

// Read asks a query of a store that answers every request so.
func Read(ctx context.Context, q source.Question, name string, serve func(*http.Request) Served) source.Answer {
	store := httpapi.Store{URL: "http://store.example", Name: name}
	querier, err := httpapi.New(httpapi.Options{Metrics: store, Logs: store, Traces: store, Grafana: store, AnswerBytes: 4 << 20,
		Client: &http.Client{Transport: transport(serve)}})
	if err != nil {
		panic(err)
	}
	return querier.Ask(ctx, q)
}

// transport answers requests without a network.
type transport func(*http.Request) Served

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	s := t(r)
	return &http.Response{StatusCode: s.Status, Status: http.StatusText(s.Status), Header: http.Header{}, Body: io.NopCloser(s.Body), ContentLength: -1, Request: r}, nil
}

// Whole is no fault.
func Whole(_ context.Context, _ source.Kind, body []byte) Served {
	return Served{http.StatusOK, bytes.NewReader(body)}
}
