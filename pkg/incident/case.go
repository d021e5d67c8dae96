package incident

import "time"

// DocumentVersion is the version of the case document that this build writes.
const DocumentVersion = 3

// Case is one investigation, running or done: the document that is streamed, printed and saved.
type Case struct {
	Version     int          `json:"version"`
	Environment string       `json:"environment,omitempty"` // name of the data source instance that looked
	Subject     Subject      `json:"subject"`
	Window      Window       `json:"window"`
	Started     time.Time    `json:"started"`
	Naming      Naming       `json:"naming,omitzero"` // what the environment's settings say about names
	Steps       []StepResult `json:"steps"`           // in the order of the phases, whatever order they ended in
	Facts       Facts        `json:"facts"`           // what the steps learned, for the steps after them and for the reader
	Verdict     Verdict      `json:"verdict"`
	Cost        Cost         `json:"cost"`
	Knowledge   Knowledge    `json:"-"` // from the environment's settings
}

// Subject is what an investigation is about: one service, and one of its operations where that is known; and which of several
// services of this name.
type Subject struct {
	Scope

	Service   string `json:"service"`
	Operation string `json:"operation,omitempty"` // as spans name it, for example "POST /api/checkout"
	Alert     *Alert `json:"alert,omitempty"`     // the alert that asks, where one does
}

// Window is a half-open interval of time, From included and To not.
type Window struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Length is how long the window is; negative when it is the wrong way round.
func (w Window) Length() time.Duration { return w.To.Sub(w.From) }

// IsZero says that no window was set.
func (w Window) IsZero() bool { return w.From.IsZero() && w.To.IsZero() }

// Contains says whether t lies in the window.
func (w Window) Contains(t time.Time) bool { return !t.Before(w.From) && t.Before(w.To) }

// Last is the final part of the window, no longer than d.
func (w Window) Last(d time.Duration) Window {
	from := w.To.Add(-d)
	if from.Before(w.From) {
		from = w.From
	}
	return Window{From: from, To: w.To}
}

// Cost is what an investigation asked of the stores.
type Cost struct {
	Queries              int   `json:"queries"`
	Milliseconds         int64 `json:"milliseconds"`         // wall time of the whole run
	UpstreamMilliseconds int64 `json:"upstreamMilliseconds"` // of which at least one question was waiting for a store
	// ChainMilliseconds is how long the stores took for the longest chain of questions that need each other: a run cannot be
	// shorter. It is known once the run has ended.
	ChainMilliseconds int64 `json:"chainMilliseconds,omitempty"`
	Bytes             int64 `json:"bytes"` // size of the stores' answers
	Read              Read  `json:"read,omitzero"`
}

// Phase is one of the five parts of an investigation.
type Phase string

// The five phases, in the order in which a person walks them.
const (
	PhaseImpact   Phase = "impact"
	PhaseExample  Phase = "example"
	PhaseLogs     Phase = "logs"
	PhaseCause    Phase = "cause"
	PhaseRecovery Phase = "recovery"
)

// Phases lists the phases in order.
func Phases() []Phase {
	return []Phase{PhaseImpact, PhaseExample, PhaseLogs, PhaseCause, PhaseRecovery}
}

// Title is the phase's question, as a person would ask it.
func (p Phase) Title() string {
	return map[Phase]string{
		PhaseImpact:   "Impact: how bad, since when, where?",
		PhaseExample:  "Example: show me one",
		PhaseLogs:     "Logs: why, in its own words",
		PhaseCause:    "Cause: ours or theirs, and what changed?",
		PhaseRecovery: "Recovery: fix and prove it",
	}[p]
}

// Budget is the time a practised person needs for the phase.
func (p Phase) Budget() time.Duration {
	return map[Phase]time.Duration{
		PhaseImpact:   2 * time.Minute,
		PhaseExample:  3 * time.Minute,
		PhaseLogs:     2 * time.Minute,
		PhaseCause:    3 * time.Minute,
		PhaseRecovery: 5 * time.Minute,
	}[p]
}
