// Package standin stands in for what lies outside and cannot run in a lab: the status pages of others.
package standin

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"time"
)

// StatusPage is a status page on this machine that answers as Statuspage's second API does. It tells that all is well.
type StatusPage struct {
	URL    string
	server *http.Server
	done   chan struct{} // closed when it serves no more
}

// ServeStatusPage starts a page. Close ends it.
func ServeStatusPage(ctx context.Context) (*StatusPage, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("the stand-in for a status page could not be started: %w", err)
	}
	page := &StatusPage{URL: "http://" + listener.Addr().String(), done: make(chan struct{})}
	page.server = &http.Server{Handler: pages(), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		defer close(page.done)
		_ = page.server.Serve(listener) // ends with Close, and has nothing else to say
	}()
	return page, nil
}

// Close ends the page.
func (p *StatusPage) Close() error {
	err := p.server.Close()
	<-p.done
	return err
}

func pages() http.Handler {
	status := map[string]any{"indicator": "none", "description": "All Systems Operational"}
	answer := func(body map[string]any) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(body) // who has gone away needs no answer
		}
	}
	mux := http.NewServeMux()
	mux.Handle("GET /api/v2/summary.json", answer(map[string]any{"status": status, "incidents": []any{}}))
	mux.Handle("GET /api/v2/incidents.json", answer(map[string]any{"incidents": []any{}}))
	return mux
}
