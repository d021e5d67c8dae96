package grafana

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

const pageBytes = 1 << 20

// Pager stands in for what wakes a person: it takes the webhook of Grafana's notifications and writes what it would show.
type Pager struct {
	// URL is the address to post to.
	URL string

	server *http.Server
}

// Listen starts a pager at an address "host:port". Close ends it.
func Listen(ctx context.Context, address string, out io.Writer) (*Pager, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("the pager cannot listen at %s: %w", address, err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /notifications", func(w http.ResponseWriter, r *http.Request) {
		var page struct {
			Title   string `json:"title"`
			Message string `json:"message"`
		}
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, pageBytes)).Decode(&page); err != nil {
			http.Error(w, "this is no notification: "+err.Error(), http.StatusBadRequest)
			return
		}
		_, _ = fmt.Fprintf(out, "Notification: %s\n%s\n", page.Title, page.Message)
	})
	p := &Pager{URL: "http://" + listener.Addr().String() + "/notifications",
		server: &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}}
	go func() { _ = p.server.Serve(listener) }() // ends with Close
	return p, nil
}

// Close ends the pager.
func (p *Pager) Close() error { return p.server.Close() }
