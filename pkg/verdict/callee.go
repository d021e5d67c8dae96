package verdict

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// calledRow is the row of the dependency table that stands for what the culprit calls and nothing traces further, under whatever name the
// metrics keep it; nil where none does, or several might.
func calledRow(c *incident.Case) *incident.Dependency {
	if c.Facts.Culprit == nil || c.Facts.Culprit.External == "" || c.Facts.Dependencies == nil {
		return nil
	}
	names := convention.CalledNames(c.Facts.Culprit.Span)
	var found *incident.Dependency
	for i := range c.Facts.Dependencies.Rows {
		row := &c.Facts.Dependencies.Rows[i]
		called, _ := convention.CalledService(row.Service)
		if !slices.Contains(names, row.Service) && !slices.Contains(names, called) {
			continue
		}
		if found != nil {
			return nil
		}
		found = row
	}
	return found
}

// calledAs is the host that the culprit calls, with the name that the dependency table has for it where that is another one.
func calledAs(c *incident.Case) string {
	host := c.Facts.Culprit.External
	row := calledRow(c)
	if row == nil || row.Service == host {
		return host
	}
	return fmt.Sprintf("%s (%s in the dependency table)", host, row.Service)
}

// blamedPeer is what the culprit calls and nothing traces further, where the call itself shows that this, or the way to it, is the reason
// rather than the caller; and how it fails, empty where it is slow. False where the caller is as likely the reason: an error that was
// answered, a name that does not resolve, credentials, a pool of its own.
func blamedPeer(c *incident.Case) (peer incident.Peer, how convention.CallFailure, blamed bool) {
	culprit := c.Facts.Culprit
	if culprit == nil || culprit.Refused != "" || waitsForLock(c) {
		return peer, "", false
	}
	peer, called := calledPeer(&c.Facts)
	if !called {
		return peer, "", false
	}
	if !culprit.Span.Failed {
		return peer, "", c.Facts.Latency != nil && c.Facts.Latency.Worse
	}
	if how = convention.FailureOf(culprit.Span); how == "" && culprit.Timeout {
		how = convention.TimedOut
	}
	return peer, how, how.LiesAtCallee()
}

// calledPeer is the database, queue, service or host that the culprit calls and that has no span in the trace; false where it calls none.
func calledPeer(f *incident.Facts) (incident.Peer, bool) {
	span, peer := f.Culprit.Span, incident.Peer{Type: incident.PeerHost, Name: f.Culprit.External}
	if span.Kind != incident.KindClient && span.Kind != incident.KindProducer {
		return peer, false
	}
	if name, known := convention.CalledService(peer.Name); known {
		peer.Name = name
	}
	system, _ := convention.Database(span)
	queue := span.Attributes["messaging.system"]
	switch {
	case system != "":
		peer.Type, peer.System = incident.PeerDatabase, system
		peer.Name = cmp.Or(peer.Name, span.Attributes["db.namespace"], span.Attributes["db.name"], system)
	case queue != "":
		peer.Type, peer.System = incident.PeerQueue, queue
		peer.Name = cmp.Or(peer.Name, span.Attributes["messaging.destination.name"], span.Attributes["messaging.destination"], queue)
	default:
		if callee := SilentCallee(f); callee != "" {
			peer.Type, peer.Name = incident.PeerService, callee
		}
	}
	return peer, peer.Name != ""
}

// SilentCallee is the service of ours that the failing call went to and that has no span in the trace; empty where the trace
// ends elsewhere, or in a host outside.
func SilentCallee(f *incident.Facts) string {
	short, _, _ := strings.Cut(f.FailedHost(), ".")
	if short == "" || f.Callees == nil {
		return ""
	}
	for _, callee := range f.Callees.Services {
		if cluster.SameWorkload(callee, short) {
			return callee
		}
	}
	return ""
}
