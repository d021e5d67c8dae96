package incident

import (
	"encoding/json"
	"fmt"
	"time"
)

// SavedVersion is the version of the saved case document that this build writes.
const SavedVersion = 3

// SavedCase is a case as it is kept: what was found, frozen, and the log of what people did. The log is append-only, and
// the case's state is what its entries say (see StateOf).
type SavedCase struct {
	Version int     `json:"version"`
	ID      string  `json:"id"`   // letters, digits and hyphens, at most 40; also the uid of its dashboard
	Case    Case    `json:"case"` // with the evidence that its findings rest on
	Entries []Entry `json:"entries"`
	Frozen  Frozen  `json:"frozen,omitzero"`
	// Copied says that the document carries the id of another case: somebody has copied its dashboard, and owns the copy.
	Copied bool `json:"-"`
}

// Frozen says what became of the evidence on its way into the saved case.
type Frozen struct {
	At     time.Time `json:"at"`
	Masked int       `json:"masked"` // secrets that were replaced
	// Left names what was thinned or left out so that the case stays within its size, a sentence each.
	Left []string `json:"left,omitempty"`
}

// CaseState is where a case is on its way from the alert to the end.
type CaseState string

// The states of a case.
const (
	CaseOpen      CaseState = "open"      // somebody is looking, or should be
	CaseWatched   CaseState = "watched"   // a fix was applied, and the recovery is being watched
	CaseRecovered CaseState = "recovered" // the exit criteria have held for their time
	CaseClosed    CaseState = "closed"    // somebody has ended it
)

// CaseStates lists the states in the order in which a case passes through them.
func CaseStates() []CaseState {
	return []CaseState{CaseOpen, CaseWatched, CaseRecovered, CaseClosed}
}

// StateOf is what a case's log says about its state.
func StateOf(entries []Entry) CaseState {
	state := CaseOpen
	for _, e := range entries {
		if next, changes := e.Kind.leadsTo(); changes {
			state = next
		}
	}
	return state
}

// State is the state that the case's log says.
func (s *SavedCase) State() CaseState { return StateOf(s.Entries) }

// Opened is when the case was opened: its first entry, or else the start of its investigation.
func (s *SavedCase) Opened() time.Time {
	if len(s.Entries) > 0 {
		return s.Entries[0].At
	}
	return s.Case.Started
}

// Last is the newest entry of one of the kinds; nil when there is none.
func (s *SavedCase) Last(kinds ...EntryKind) *Entry {
	for i := len(s.Entries) - 1; i >= 0; i-- {
		for _, kind := range kinds {
			if s.Entries[i].Kind == kind {
				return &s.Entries[i]
			}
		}
	}
	return nil
}

// NewerVersion is a saved case that a newer Faultline wrote. It can be seen there, and is never written over here.
type NewerVersion struct{ Version int }

// Error makes a NewerVersion an error, a sentence with advice.
func (n *NewerVersion) Error() string {
	return fmt.Sprintf("This case was written by a newer Faultline (version %d of the document, known here is %d). Update Faultline to work on it.",
		n.Version, SavedVersion)
}

// ReadSaved reads a saved case of any version up to SavedVersion, as the version that this build writes. The error is a
// *NewerVersion, or says what is wrong with the document.
func ReadSaved(document []byte) (*SavedCase, error) {
	var head struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(document, &head); err != nil {
		return nil, fmt.Errorf("the document is no saved case: %w", err)
	}
	switch {
	case head.Version < 1:
		return nil, fmt.Errorf("the document is no saved case: it has version %d", head.Version)
	case head.Version > SavedVersion:
		return nil, &NewerVersion{Version: head.Version}
	}
	// A later version gets its step from the one before here; each keeps its document in testdata.
	var s SavedCase
	if err := json.Unmarshal(document, &s); err != nil {
		return nil, fmt.Errorf("the saved case cannot be read: %w", err)
	}
	if s.Version == 1 {
		fromVersion1(&s)
	}
	if s.Version <= 2 {
		if err := fromVersion2(document, &s); err != nil {
			return nil, fmt.Errorf("the saved case cannot be read: %w", err)
		}
	}
	s.Version, s.Case.Version = SavedVersion, DocumentVersion
	return &s, nil
}
