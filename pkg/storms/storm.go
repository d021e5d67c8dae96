// Package storms gives alerts that fire together one answer: it reads what fires, places the alerts on the graph of calls, investigates
// the deepest services with alerts, and looks for the smallest set of causes that explains them (package storm).
package storms

import (
	"time"

	"github.com/faultline-investigation/faultline/pkg/firing"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/storm"
)

// Storm is what is known of the alerts of one moment.
type Storm struct {
	At       time.Time      `json:"at"`
	Sentence string         `json:"sentence"` // how many alerts how many causes explain
	Alerts   []firing.Alert `json:"alerts"`   // ordered by name and labels
	LeftOut  int            `json:"leftOut"`  // alerts beyond the most that are looked at
	Causes   []Cause        `json:"causes"`   // chosen ones, the one that explains most first
	// Explained has an entry for each alert and each cause that explains it.
	Explained []storm.Explained `json:"explained"`
	// Unexplained are alerts that no cause explains, Unplaced those that have no place on the call graph.
	Unexplained []Unexplained `json:"unexplained"`
	Unplaced    []Unexplained `json:"unplaced"`
	// Calls are those between services that have alerts or lie on the path of one.
	Calls        []storm.Call     `json:"calls"`
	Investigated []Investigated   `json:"investigated"` // in the order in which they were begun
	Problems     []string         `json:"problems"`     // why alerts or calls may be missing, a sentence each
	Queries      []incident.Query `json:"queries"`      // beside those of the investigations
	Done         bool             `json:"done"`
	Milliseconds int64            `json:"milliseconds"` // since it was asked for
}

// Cause is one of the causes, as an investigation named it; or a service at which alerts begin, whose investigation named no cause.
type Cause struct {
	ID       string            `json:"id"`
	Level    incident.Level    `json:"level"`
	Sentence string            `json:"sentence"`
	Moments  []incident.Moment `json:"moments,omitempty"` // of the sentence, in their order
	Service  string            `json:"service"`           // the culprit
	Kind     string            `json:"kind,omitempty"`    // of cause; empty where none is named
	Owner    string            `json:"owner,omitempty"`
	Services []string          `json:"services"` // at which it shows on the call graph
	Began    incident.Window   `json:"began"`
	Chain    []incident.Link   `json:"chain"`
	From     Investigated      `json:"from"` // the investigation that says it
	Case     *incident.Case    `json:"-"`    // what it found; nil where it has not ended
}

// Investigated is one investigation.
type Investigated struct {
	Subject  incident.Subject `json:"subject"`
	Window   incident.Window  `json:"window"`
	State    State            `json:"state"`
	Level    incident.Level   `json:"level,omitempty"`
	Sentence string           `json:"sentence,omitempty"` // its verdict, or why it has none
}

// State is how far an investigation has come.
type State string

// The states.
const (
	Running State = "running"
	Ended   State = "done"
	Failed  State = "failed"
)

// Unexplained is an alert without a cause, and why.
type Unexplained struct {
	storm.Unexplained

	Sentence string `json:"sentence"`
}

// sentences say why for people.
var sentences = map[storm.Reason]string{
	storm.Earlier:     "It began before every cause that it has a path to.",
	storm.MuchLater:   "It began more than an hour after the cause that it has a path to.",
	storm.Unordered:   "It is not known when it began, so the order in time cannot be told.",
	storm.OtherSystem: "The cause is in another namespace, environment or cluster.",
	storm.CallsNormal: "The calls between its service and the causes are as they were before.",
	storm.NoPath:      "Its service does not call any service of a cause, directly or through others.",
	storm.NoCause:     "No investigation found a cause.",
	storm.NoService:   "Its labels name no service.",
	storm.NotInGraph:  "Neither metrics of calls nor traces show its service calling another one or being called.",
}
