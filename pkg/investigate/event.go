package investigate

import "github.com/faultline-investigation/faultline/pkg/incident"

// EventType says what an event reports.
type EventType string

// The types of event, in the order in which a run sends them: Started once, StepEnded for every step, Done once.
const (
	Started   EventType = "started"
	StepEnded EventType = "step"
	Done      EventType = "done"
)

// Event is one message of a run.
type Event struct {
	Type EventType            `json:"type"`
	Case *incident.Case       `json:"case,omitempty"` // with Started: without steps; with Done: everything
	Plan []PlannedStep        `json:"plan,omitempty"` // with Started: the steps to come, in order
	Step *incident.StepResult `json:"step,omitempty"` // with StepEnded
	Cost *incident.Cost       `json:"cost,omitempty"` // with StepEnded: so far
}

// PlannedStep names a step before it has run.
type PlannedStep struct {
	Phase incident.Phase `json:"phase"`
	ID    string         `json:"id"`
	Title string         `json:"title"`
}
