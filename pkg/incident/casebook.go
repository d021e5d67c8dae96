package incident

import "time"

// CaseSummary is a case as a list shows it.
type CaseSummary struct {
	ID      string    `json:"id"`
	Title   string    `json:"title"`
	Service string    `json:"service"`
	Verdict Level     `json:"verdict"`
	State   CaseState `json:"state"`
	Opened  time.Time `json:"opened"`
	URL     string    `json:"url,omitempty"` // of its dashboard, below Grafana's own address; empty where there is none
}

// CaseList is the answer of GET cases.
type CaseList struct {
	Cases []CaseSummary `json:"cases"` // the newest first
	More  bool          `json:"more"`  // there are more than were asked for
	// Lasting says that cases are kept in Grafana; otherwise they are gone when the backend ends.
	Lasting bool `json:"lasting"`
}

// NewCase is the body of POST cases. An ID of the sender's own choice makes sending it again harmless.
type NewCase struct {
	ID   string `json:"id,omitempty"`
	Case Case   `json:"case"`
}

// OpenedCase is the answer of POST cases.
type OpenedCase struct {
	ID     string    `json:"id"`
	State  CaseState `json:"state"`
	Joined bool      `json:"joined"` // it was there already
	// Lasting says that it is kept in Grafana; otherwise it is gone when the backend ends.
	Lasting bool `json:"lasting"`
}

// NewEntry is the body of POST cases/{id}/entries. The same ID sent again is kept once, and answered as if it were new.
type NewEntry struct {
	ID       string     `json:"id"`
	Kind     EntryKind  `json:"kind"`
	Text     string     `json:"text,omitempty"`
	Step     string     `json:"step,omitempty"`
	Happened *time.Time `json:"happened,omitempty"`
	Pin      *Pin       `json:"pin,omitempty"`
}

// TakenEntry is the answer of POST cases/{id}/entries.
type TakenEntry struct {
	Entry Entry     `json:"entry"`
	State CaseState `json:"state"`
}

// CaseEventType says what a line of GET cases/{id}/events reports.
type CaseEventType string

// The types of a case's events. A client ignores types it does not know.
const (
	CaseIs    CaseEventType = "case"    // the whole case; first, and again when its findings have changed
	CaseEntry CaseEventType = "entry"   // somebody wrote an entry
	CaseHere  CaseEventType = "here"    // who is looking at the case
	CaseWatch CaseEventType = "watch"   // how far the recovery is
	CaseAlive CaseEventType = "alive"   // nothing, while nothing else is sent
	CaseGone  CaseEventType = "deleted" // an administrator deleted the case; last
)

// CaseEvent is a line of GET cases/{id}/events.
type CaseEvent struct {
	Type  CaseEventType `json:"type"`
	Saved *SavedCase    `json:"saved,omitempty"` // with case
	Entry *Entry        `json:"entry,omitempty"` // with entry
	State CaseState     `json:"state,omitempty"` // with case and entry
	Here  []Author      `json:"here,omitempty"`  // with here: ordered by login
	Watch *WatchState   `json:"watch,omitempty"` // with watch
}

// WatchState is how far a recovery is, at one moment.
type WatchState struct {
	Since    time.Time   `json:"since"` // when the fix was applied
	At       time.Time   `json:"at"`    // of these readings
	Stage    WatchStage  `json:"stage"`
	Sentence string      `json:"sentence"`
	Criteria []Criterion `json:"criteria"`
	// HeldSince is when the last of the criteria began to hold; nil while one of them does not.
	HeldSince *time.Time `json:"heldSince,omitempty"`
	HoldFor   float64    `json:"holdFor"` // s for which all must hold
}

// WatchStage is a part of watching a recovery.
type WatchStage string

// The stages, in their order.
const (
	StageWaiting  WatchStage = "waiting"  // some numbers are not back yet
	StageHolding  WatchStage = "holding"  // all are back, and have to stay for the hold time
	StageGuarding WatchStage = "guarding" // recovered; watched for a relapse for a second hold time
	StageOver     WatchStage = "over"     // recovered, and it stayed so
	StageRelapsed WatchStage = "relapsed" // they left again after the recovery
	StageBlind    WatchStage = "blind"    // nothing could be looked at; the sentence says why
)

// WatchStages lists the stages.
func WatchStages() []WatchStage {
	return []WatchStage{StageWaiting, StageHolding, StageGuarding, StageOver, StageRelapsed, StageBlind}
}

// Criterion is one number that has to come back, and how far it is.
type Criterion struct {
	ID      string  `json:"id"`   // of the exit criterion
	Name    string  `json:"name"` // for people
	Unit    Unit    `json:"unit"`
	Outcome Outcome `json:"outcome"`          // clear when it is back, found when it is not, not checked when nobody can tell
	Reason  string  `json:"reason,omitempty"` // with not checked: why
	Before  float64 `json:"before"`
	Now     float64 `json:"now"`
	Limit   float64 `json:"limit"`
	// Floor says that Now has to be at least Limit, and not at most: so it is with traffic.
	Floor bool       `json:"floor,omitempty"`
	Since *time.Time `json:"since,omitempty"` // with clear: since when
	Query string     `json:"query"`
}

// CasesBefore is the answer of GET cases/{id}/before: earlier cases of the same environment that were like it.
type CasesBefore struct {
	Cases    []CaseBefore `json:"cases"`    // the most alike first
	Compared int          `json:"compared"` // how many earlier cases were looked at
	// Unread is how many could not be read; they are not among the compared.
	Unread int `json:"unread"`
	// More says that there are older ones still, which nobody looked at.
	More bool `json:"more"`
}

// CaseBefore is an earlier case, why it is like the one of now, and how it ended.
type CaseBefore struct {
	Case      CaseSummary `json:"case"`
	Score     float64     `json:"score"`             // 0 to 1; only the order has a meaning
	Because   []string    `json:"because"`           // a sentence for everything that they share
	Cause     string      `json:"cause"`             // its verdict
	Moments   []Moment    `json:"moments,omitempty"` // of Cause, in their order
	Fix       *AppliedFix `json:"fix,omitempty"`
	Recovered bool        `json:"recovered"`      // the recovery was confirmed, and lasted
	Took      float64     `json:"took,omitempty"` // s; 0 when nobody knows
	How       string      `json:"how,omitempty"`  // how Took was computed
}

// AppliedFix is what somebody did against an incident.
type AppliedFix struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Text string    `json:"text"` // Markdown, as it was typed; may be empty
}
