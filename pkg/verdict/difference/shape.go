package difference

import (
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
)

// PeerCalls says how often a request calls a peer, and what one call takes; without a full stop.
func PeerCalls(o *incident.OwnTime, p incident.Peer) string {
	calls := fmt.Sprintf("%s of %s calls %s %s times a request", o.Operation, o.Service, PeerName(p), numbers.Count(p.Calls.Now))
	if p.Each.Before <= 0 {
		return fmt.Sprintf("%s, and did not before: each call takes %s", calls, milliseconds(p.Each.Now))
	}
	return fmt.Sprintf("%s, normally %s; each call takes %s, normally %s", calls, numbers.Count(p.Calls.Before), milliseconds(p.Each.Now), milliseconds(p.Each.Before))
}

// Chained says that calls run one after another; without a full stop.
func Chained(o *incident.OwnTime) string {
	return fmt.Sprintf("%s of %s makes its calls one after another: %s at a time, normally %s", o.Operation, o.Service, numbers.Count(o.Abreast.Now), numbers.Count(o.Abreast.Before))
}

// Idle says how much time lies in no call; without a full stop.
func Idle(o *incident.OwnTime) string {
	return fmt.Sprintf("%s of %s spends %s a request in none of its calls, normally %s: its own work, a wait for a lock, a connection or a processor, or calls without a span",
		o.Operation, o.Service, milliseconds(o.Idle.Now), milliseconds(o.Idle.Before))
}
