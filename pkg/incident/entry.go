package incident

import "time"

// Entry is one line of a case's log: what somebody did or said, and when.
type Entry struct {
	// ID is chosen by the writer, so that an entry that is sent twice is kept once: letters, digits and hyphens, at most 64.
	ID      string    `json:"id"`
	At      time.Time `json:"at"` // when it was taken into the log
	By      Author    `json:"by"`
	Kind    EntryKind `json:"kind"`
	Text    string    `json:"text,omitempty"`    // Markdown, as it was typed
	Moments []Moment  `json:"moments,omitempty"` // of a text that nobody typed, in their order
	Step    string    `json:"step,omitempty"`    // key of the step that is ticked, skipped, reopened or pinned
	// Happened is when it happened, where that is not when it was written down.
	Happened *time.Time  `json:"happened,omitempty"`
	Pin      *Pin        `json:"pin,omitempty"`      // with pinned
	Recovery *Recovery   `json:"recovery,omitempty"` // with recovered and relapsed
	Practice *ScoreSheet `json:"practice,omitempty"` // with practised
	Verdict  string      `json:"verdict,omitempty"`  // with investigated: the verdict's id
}

// When is the time by which the entry stands in a timeline.
func (e Entry) When() time.Time {
	if e.Happened != nil {
		return *e.Happened
	}
	return e.At
}

// Author is who wrote an entry.
type Author struct {
	Login string `json:"login"` // empty for Faultline itself
	Name  string `json:"name"`
}

// Itself is the author of what nobody typed.
func Itself() Author { return Author{Name: "Faultline"} }

// Pin is a finding that somebody put on the timeline.
type Pin struct {
	Step     string    `json:"step"`
	ID       string    `json:"id"` // of what is pinned, within the step: a finding's, or that of a change, a span or a line
	Sentence string    `json:"sentence"`
	Moments  []Moment  `json:"moments,omitempty"` // of the sentence, in their order
	At       time.Time `json:"at"`                // what the finding speaks of
}

// Recovery is what a watch has to say when the numbers have come back, or have left again.
type Recovery struct {
	Since    time.Time `json:"since"` // when the criteria began to hold, or ceased to
	Readings []Reading `json:"readings"`
}

// Reading is one number before the fix and after.
type Reading struct {
	ID     string  `json:"id"`   // of the exit criterion
	Name   string  `json:"name"` // for people
	Unit   Unit    `json:"unit"`
	Before float64 `json:"before"` // the worst since the fix, or what the investigation found
	After  float64 `json:"after"`
	Limit  float64 `json:"limit"`  // at most this much counts as back
	Normal float64 `json:"normal"` // what it was before the incident
	// Path is the number at even steps from Before to After.
	Path []float64 `json:"path,omitempty"`
}

// EntryKind says what an entry reports.
type EntryKind string

// The kinds of entry.
const (
	EntryOpened       EntryKind = "opened"
	EntryAlert        EntryKind = "alert fired"  // Text is the alert's name, Happened when it began
	EntryInvestigated EntryKind = "investigated" // an investigation of it came to its end; Text is the verdict's sentence
	EntryNote         EntryKind = "note"
	EntryTicked       EntryKind = "ticked"
	EntrySkipped      EntryKind = "skipped" // Text is the reason
	EntryUnticked     EntryKind = "step reopened"
	EntryPhaseDone    EntryKind = "phase done" // Text is the phase
	EntryPinned       EntryKind = "pinned"
	EntryFixApplied   EntryKind = "fix applied"
	EntryRecovered    EntryKind = "recovered" // by the watch
	EntryRelapsed     EntryKind = "relapsed"  // by the watch
	EntryHandedOver   EntryKind = "handed over"
	EntryClosed       EntryKind = "closed"
	EntryReopened     EntryKind = "reopened"
	EntryPractised    EntryKind = "practised" // Text is the score; it is no part of what happened
)

// EntryKinds lists the kinds of entry.
func EntryKinds() []EntryKind {
	return []EntryKind{EntryOpened, EntryAlert, EntryInvestigated, EntryNote, EntryTicked, EntrySkipped, EntryUnticked, EntryPhaseDone, EntryPinned,
		EntryFixApplied, EntryRecovered, EntryRelapsed, EntryHandedOver, EntryClosed, EntryReopened, EntryPractised}
}

// ByPeople says whether people write entries of the kind; the others are Faultline's own.
func (k EntryKind) ByPeople() bool {
	switch k {
	case EntryNote, EntryTicked, EntrySkipped, EntryUnticked, EntryPhaseDone, EntryPinned, EntryFixApplied, EntryHandedOver, EntryClosed, EntryReopened:
		return true
	default:
		return false
	}
}

// leadsTo is the state that an entry of the kind puts its case into.
func (k EntryKind) leadsTo() (CaseState, bool) {
	switch k {
	case EntryOpened, EntryReopened, EntryRelapsed:
		return CaseOpen, true
	case EntryFixApplied:
		return CaseWatched, true
	case EntryRecovered:
		return CaseRecovered, true
	case EntryClosed:
		return CaseClosed, true
	default:
		return "", false
	}
}
