// Package reach says which network addresses a connection may lead to. It looks at the address that a name was resolved to, so that no
// name leads elsewhere.
package reach

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// Errors of connections that are refused.
var (
	ErrPrivate   = errors.New("it leads into a private network")
	ErrLinkLocal = errors.New("it leads to a link-local address, where cloud providers keep credentials")
)

// special are networks that are nobody's public address and that netip does not know as such: shared address space (RFC
// 6598), protocol assignments, benchmarks, reserved, and the translation of IPv4 addresses.
var special = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("::/96"), netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16")}

// metadata are addresses outside the link-local networks at which cloud providers answer with credentials.
var metadata = []netip.Addr{netip.MustParseAddr("fd00:ec2::254"), netip.MustParseAddr("100.100.100.200")}

// Public says whether an address is everyone's.
func Public(a netip.Addr) bool {
	a = a.Unmap()
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return a.IsGlobalUnicast() && !a.IsPrivate() && !a.IsLoopback() && !a.IsLinkLocalUnicast()
}

// Control decides about a connection before it is made, as a net.Dialer asks.
type Control func(network, address string, conn syscall.RawConn) error

// PublicOnly is a Control that refuses what is not Public with ErrPrivate.
func PublicOnly(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !Public(at.Addr()) {
		return ErrPrivate
	}
	return nil
}

// NotLinkLocal is a Control for servers of one's own network: it refuses with ErrLinkLocal the addresses at which a cloud's machines get
// their credentials, and those of no server.
func NotLinkLocal(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return ErrLinkLocal
	}
	a := at.Addr().Unmap().WithZone("")
	if a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() {
		return ErrLinkLocal
	}
	for _, m := range metadata {
		if a == m {
			return ErrLinkLocal
		}
	}
	return nil
}

// Proxied says whether requests to an address go through a proxy of the process's environment, which then decides where they lead. An
// address that says itself that it is private does not.
func Proxied(u *url.URL) bool {
	at, notIP := netip.ParseAddr(u.Hostname())
	proxy, err := http.ProxyFromEnvironment(&http.Request{URL: u})
	return err == nil && proxy != nil && (notIP != nil || Public(at))
}

// Transport makes connections that control allows; with proxy, through the proxy of the process's environment, and control sees the proxy's
// address then.
func Transport(dialTimeout time.Duration, control Control, proxy bool) *http.Transport {
	t := &http.Transport{DialContext: (&net.Dialer{Timeout: dialTimeout, Control: control}).DialContext, TLSHandshakeTimeout: dialTimeout,
		DisableKeepAlives: true} // requests come once in a while
	if proxy {
		t.Proxy = http.ProxyFromEnvironment
	}
	return t
}

// NoRedirect is the CheckRedirect of clients that follow no redirect.
func NoRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
