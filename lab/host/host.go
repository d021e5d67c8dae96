package host

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/faultline-investigation/faultline/lab/plugin"
)

const (
	// Address is where the page is usually served.
	Address = "127.0.0.1:3000"

	readHeaderWithin = 5 * time.Second
	endWithin        = 2 * time.Second
)

// Content is what a page is about.
type Content struct {
	// Backend answers the data sources' requests.
	Backend *plugin.Backend
	// Instances are the data sources that the page knows; the first is the one that links name.
	Instances []plugin.Instance
	// Alerts are those that fire.
	Alerts []FiringAlert
}

// Options say what is served.
type Options struct {
	Content

	// Notice is what the page's bar says now; nil for nothing.
	Notice func() Notice
	// Plugin is the folder of the built plugin, with module.js in it.
	Plugin string
	// Page is the folder of the built host page, with build/host.js in it.
	Page string
}

// Host is a page being served. Close ends it.
type Host struct {
	// URL is the address of the page's root, without a slash at its end.
	URL string

	site   *site
	server *http.Server
}

// Listen takes an address "host:port" of this machine alone, before anything that takes long is started for it. Port 0
// means any free one. The error says what to do.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is in use: stop what listens there, or choose another address, for example LISTEN=127.0.0.1:3001", address)
	}
	if err != nil {
		return nil, fmt.Errorf("the page cannot be served at %s: %w", address, err)
	}
	if at, isTCP := listener.Addr().(*net.TCPAddr); !isTCP || !at.IP.IsLoopback() {
		return nil, errors.Join(fmt.Errorf("%s can be reached from other machines: choose an address such as %s", address, Address), listener.Close())
	}
	return listener, nil
}

// Start serves the page at what Listen gave, and owns it from then on. The error says what to do.
func Start(listener net.Listener, o Options) (*Host, error) {
	site, err := newSite(o)
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("address of the page: %w", err), listener.Close())
	}
	h := &Host{URL: "http://localhost:" + port, site: site,
		server: &http.Server{Handler: guarded(port, site.handler()), ReadHeaderTimeout: readHeaderWithin}}
	go func() { _ = h.server.Serve(listener) }() // ends with Close
	return h, nil
}

// Add has the page know more data sources, which stand before those that it knows, and show these alerts in the place of the
// earlier ones. Pages that are open know them once they are loaded again.
func (h *Host) Add(c Content) error { return h.site.add(c) }

// Close ends the serving; what is still being answered gets a moment, and is then cut off.
func (h *Host) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), endWithin)
	defer cancel()
	if err := h.server.Shutdown(ctx); err == nil {
		return nil
	}
	return h.server.Close()
}
