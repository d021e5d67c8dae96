package grafana_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/casebook"
	"github.com/faultline-investigation/faultline/pkg/casebook/dashboard"
	"github.com/faultline-investigation/faultline/pkg/casebook/grafana"
	"github.com/faultline-investigation/faultline/pkg/defect/provoke"
	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// saying answers every request with a status and a body.
type saying struct {
	status int
	body   []byte
}

// RoundTrip implements http.RoundTripper.
func (s saying) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: s.status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(s.body)), Request: r}, nil
}

// FuzzStore hears whatever stands where Grafana is said to be, with a value replaced: what a store of cases was asked for is there, or a sentence
// and an advice say why not.
func FuzzStore(f *testing.F) {
	written, err := os.ReadFile("../../incident/testdata/saved.v2.json")
	require.NoError(f, err)
	saved, err := incident.ReadSaved(written)
	require.NoError(f, err)
	board, err := json.Marshal(map[string]any{"meta": map[string]any{"version": 3}, "dashboard": map[string]any{"uid": "x", "panels": []any{map[string]any{"targets": []any{
		map[string]any{"refId": "document", "document": json.RawMessage(`{"version":2,"id":"x","case":{"subject":{"service":"a"}},"entries":[{"kind":"opened"}]}`)}}}}}})
	require.NoError(f, err)
	bodies := [][]byte{board, []byte(`[{"uid":"x","title":"2026-01-02 10:00 order-service","tags":["faultline-case","service:order-service",""],"url":"/d/x"}]`),
		[]byte(`[{"id":1,"tags":["faultline-case"],"time":1,"timeEnd":2,"text":"x"}]`), []byte(`{"uid":"f","title":"Investigations"}`), []byte(`{"message":"no folder"}`), []byte(`<html>`)}
	for i, body := range bodies {
		for j, status := range []uint16{200, 400, 403, 404, 412, 500} {
			f.Add(uint8(i+j), status, body, uint16(3*j), []byte(`[null,{}]`)) // #nosec G115 -- a few
		}
	}
	f.Fuzz(func(t *testing.T, what uint8, status uint16, body []byte, place uint16, value []byte) {
		answer := saying{200 + int(status)%400, provoke.Replaced(body, int(place), value)}
		store := grafana.New(grafana.Options{URL: "http://grafana.example", Token: "t", Client: &http.Client{Transport: answer,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, Source: dashboard.Source{Type: "t", UID: "u"}})
		err := asking(t, store, int(what), saved)
		if err == nil {
			return
		}
		failed := failure.Of(err)
		require.NotNil(t, failed, "%v", err)
		require.NotEmpty(t, failed.Sentence)
		require.NotEmpty(t, failed.Advice)
	})
}

// asking asks a store for one of the things that it does.
func asking(t *testing.T, store *grafana.Store, what int, saved *incident.SavedCase) error {
	t.Helper()
	switch ctx := t.Context(); what % 6 {
	case 0:
		s, _, err := store.Read(ctx, "x")
		require.Equal(t, err == nil, s != nil)
		return err
	case 1:
		listed, err := store.List(ctx, casebook.Filter{Limit: 10})
		require.NotNil(t, listed.Cases)
		return err
	case 2:
		_, err := store.Revision(ctx, "x")
		return err
	case 3:
		_, err := store.Exists(ctx, "x")
		return err
	case 4:
		return store.Write(ctx, saved, "3")
	default:
		return store.Mark(ctx, saved)
	}
}
