// Package storm finds the smallest set of causes that explains alerts that fire together. It is pure: it is given the alerts, the calls
// between services and the causes that investigations named, and asks nothing.
//
// Example: front calls cart, cart calls stock, and all three have an alert since 10:05. An investigation of stock, the deepest of them,
// names stock's disk, busy since 10:04. front and cart reach stock by calls that became slow, and their alerts began after 10:04: one
// cause explains three alerts. An alert of mail, which calls neither, stays unexplained.
//
// An alert of a service is explained by a cause when both hold:
//
//   - Path. The service is one of the cause's own, or reaches one of them by at most MostCalls calls, of which none is known to be as it
//     was before (Unchanged). Where a service is itself one of a cause's, or calls known to be worse lead there, the alerts of the service
//     are explained by such causes alone.
//   - Order. With the alert beginning within [a, A] and the cause within [c, C]: A >= c-Slack and a <= C+Later. An alert or a cause
//     whose beginning is not known has no order, and nothing is explained by it.
//
// Of the causes the smallest set is chosen that explains every alert that any of them explains. This is the minimal set cover of
// diagnosis from first principles (R. Reiter, "A theory of diagnosis from first principles", Artificial Intelligence 32, 1987), solved
// exactly for at most MostCauses causes. Among sets of one size the surer one is chosen, by level, and then the one that began first.
package storm

import (
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// The bounds of an explanation.
const (
	// Slack is by how much an alert may seem to begin before its cause: rules are evaluated, and metrics sampled, once a minute or so.
	Slack = 2 * time.Minute
	// Later is how long after its cause an alert may begin; what begins later is another incident's.
	Later = time.Hour
	// MostCalls is how many calls in a row a failure is followed.
	MostCalls = 8
	// MostCauses is of how many causes the smallest set is looked for.
	MostCauses = 12
)

// Alert is an alert that fires.
type Alert struct {
	ID      string
	Service string         // as the call graph names it; empty where the alert names none
	Scope   incident.Scope // of the service, as far as the alert says it
	Began   incident.Window
}

// State is how the calls of one service to another compare with before.
type State string

// The states.
const (
	Worse      State = "worse"      // more of them fail, or more of them are slow
	Unchanged  State = "unchanged"  // neither, in enough calls to tell
	Unmeasured State = "unmeasured" // too few calls, or nothing measures them
)

// Call says that a service calls another.
type Call struct {
	Caller string `json:"caller"`
	Callee string `json:"callee"`
	State  State  `json:"state"`
}

// Cause is what an investigation named.
type Cause struct {
	ID string
	// Services are those at which the cause shows: the culprit's, or those whose own investigation named it where that has no place on the
	// graph.
	Services []string
	Scope    incident.Scope
	Level    incident.Level
	Began    incident.Window // zero where it is not known
}

// Explained is an alert with a cause that explains it.
type Explained struct {
	Alert string   `json:"alert"`
	Cause string   `json:"cause"`
	Path  []string `json:"path"` // services from the alert's own to one of the cause's
	// Measured says that every call of the path is known to be worse than before.
	Measured bool `json:"measured"`
}

// Reason is why a cause does not explain an alert.
type Reason string

// The reasons, from the one that comes nearest to an explanation.
const (
	Earlier     Reason = "began before"      // the alert began before every cause that it has a path to
	MuchLater   Reason = "began much later"  // more than Later after it
	Unordered   Reason = "order not known"   // it is not known when the alert, or the cause, began
	OtherSystem Reason = "other system"      // the path leads to a service of the same name in another environment or cluster
	CallsNormal Reason = "calls are normal"  // all paths hold calls that are as before
	NoPath      Reason = "no path"           // it calls none of the causes' services, directly or through others
	NoCause     Reason = "no cause found"    // no investigation named any
	NoService   Reason = "no service"        // the alert names none
	NotInGraph  Reason = "not in call graph" // nobody was seen to call the service, and it calls nobody
)

// Unexplained is an alert that no cause explains, or that cannot be placed.
type Unexplained struct {
	Alert  string `json:"alert"`
	Reason Reason `json:"reason"`
}

// Answer is what became of each alert: each is in one of the three lists, in Explained once for each cause that explains it.
type Answer struct {
	Causes      []string // ids of those chosen, the one that explains most first
	Explained   []Explained
	Unexplained []Unexplained
	Unplaced    []Unexplained
}
