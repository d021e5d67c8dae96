package phase

import (
	"net/netip"
	"net/url"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Host is where a client's span was going, without port; empty where the span does not say.
func Host(span incident.Span) string {
	for _, attribute := range []string{"url.full", "http.url"} {
		if u, err := url.Parse(span.Attributes[attribute]); err == nil && u.Hostname() != "" {
			return u.Hostname()
		}
	}
	for _, attribute := range []string{"server.address", "net.peer.name", "http.host", "peer.service"} {
		if host := span.Attributes[attribute]; host != "" {
			return host
		}
	}
	return ""
}

// Outside says whether a host's name is one of the public internet, as far as a name can tell: it has a dot, and does not
// end as names within clusters and offices do.
func Outside(host string) bool {
	if at, err := netip.ParseAddr(host); err == nil {
		return at.IsGlobalUnicast() && !at.IsPrivate()
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if !strings.Contains(host, ".") {
		return false
	}
	for _, inner := range []string{".svc", ".local", ".internal", ".lan", ".home", ".corp", ".localhost", ".intranet", ".consul", ".arpa"} {
		if strings.HasSuffix(host, inner) || strings.Contains(host, ".svc.") {
			return false
		}
	}
	return true
}
