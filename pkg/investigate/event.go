package investigate

import "github.com/faultline-investigation/faultline/pkg/incident"

// EventType says what an event reports.
type EventType string

// The types of event: Started comes first and once, then Running and StepEnded as it happens, and Done last and once.
const (
	Started   EventType = "started"
	Running   EventType = "running"
	StepEnded EventType = "step"
	Done      EventType = "done"
)

// Event is one message of a run.
type Event struct {
	Type EventType      `json:"type"`
	Case *incident.Case `json:"case,omitempty"` // with Started: without steps; with Done: everything
	Plan []PlannedStep  `json:"plan,omitempty"` // with Started: the steps to come, in order
	// Investigation, with Started, is the id that lines in the log and the trace have.
	Investigation string               `json:"investigation,omitempty"`
	Keys          []string             `json:"keys,omitempty"` // with Running: of the steps that wait for an answer from now on
	Step          *incident.StepResult `json:"step,omitempty"` // with StepEnded
	Cost          *incident.Cost       `json:"cost,omitempty"` // with StepEnded: so far
	// Facts, with StepEnded, are those that the step learned and no others; nil where it learned none. The example is left
	// out: it is as long as its trace, which stands in the step's finding already.
	Facts *incident.Facts `json:"facts,omitempty"`
}

// PlannedStep names a step before it has run.
type PlannedStep struct {
	Phase incident.Phase `json:"phase"`
	ID    string         `json:"id"`
	Title string         `json:"title"`
}
