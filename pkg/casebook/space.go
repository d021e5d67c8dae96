package casebook

import (
	"encoding/json"
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/casebook/freeze"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// A saved case has a size, and what changes its state must always fit: a full case that cannot be closed or handed over would
// stay open for ever. So what people write has less space than the case, and the rest is kept for entries that change its
// state, which are short by then.
const (
	stateSpace   = 192 << 10                     // bytes kept for entries that change the state
	noteSpace    = freeze.MostBytes - stateSpace // up to which notes and the like are taken
	closingSpace = freeze.MostBytes + 64<<10     // up to which a case can be closed, whatever else no longer fits
	findingSpace = 256 << 10                     // bytes kept for findings while there are none yet
	timeVaries   = 16                            // bytes by which a time with fractions of a second can be longer than another
	mostLate     = 4 << 10                       // bytes of text of an entry once there is no space for notes
)

// changesState says whether an entry moves its case on, or tells those who come next what they have to know.
func changesState(kind incident.EntryKind) bool {
	switch kind {
	case incident.EntryFixApplied, incident.EntryHandedOver, incident.EntryRecovered, incident.EntryRelapsed, incident.EntryReopened,
		incident.EntryClosed, incident.EntryAlert:
		return true
	default:
		return false
	}
}

// limitFor is the size that a case may reach with an entry of the kind.
func limitFor(s *incident.SavedCase, kind incident.EntryKind) int {
	switch {
	case kind == incident.EntryClosed:
		return closingSpace
	case changesState(kind):
		return freeze.MostBytes
	case len(s.Case.Steps) == 0 && kind != incident.EntryInvestigated:
		return noteSpace - findingSpace
	}
	return noteSpace
}

// checkSpace refuses the entry as the one with which a case of size bytes has become too large. An entry of the zero value stands for no
// entry.
func checkSpace(s *incident.SavedCase, size int, e incident.Entry) error {
	over := size - limitFor(s, e.Kind)
	if late := len(e.Text) - mostLate; changesState(e.Kind) && size > noteSpace && late > 0 {
		over = max(over, late-timeVaries)
	}
	if over <= 0 {
		return nil
	}
	advice := "Close it, and open another case for what follows."
	if fits := len(e.Text) - over - timeVaries; fits > 0 {
		return &Failure{Kind: TooLarge, Sentence: fmt.Sprintf("The case is nearly full: an entry of this kind can have %d bytes of text, and this one has %d.", fits, len(e.Text)),
			Advice: "Shorten it. " + advice}
	}
	if changesState(e.Kind) {
		return &Failure{Kind: TooLarge, Sentence: fmt.Sprintf("The case is full (%d KiB).", size>>10), Advice: advice}
	}
	return &Failure{Kind: TooLarge, Sentence: fmt.Sprintf("The case is full (%d KiB): no more notes fit. Entries that change its state still do.", size>>10), Advice: advice}
}

// spaceForFindings is how many bytes a case's findings may take beside what people have written.
func spaceForFindings(s *incident.SavedCase) int {
	written, err := json.Marshal(s.Entries)
	if err != nil {
		return freeze.EvidenceBytes
	}
	return min(freeze.EvidenceBytes, noteSpace-len(written)-1<<10)
}

// sizeOf is the size of a saved case as it is kept.
func sizeOf(s *incident.SavedCase) (int, error) {
	document, err := json.Marshal(s)
	if err != nil {
		return 0, fmt.Errorf("encoding the case: %w", err)
	}
	return len(document), nil
}

// CheckSize refuses a document that no case may be.
func CheckSize(document []byte) error {
	if len(document) <= closingSpace {
		return nil
	}
	return &Failure{Kind: TooLarge, Sentence: fmt.Sprintf("The case has reached its size of %d KiB.", freeze.MostBytes>>10),
		Advice: "Close it, and open another case for what follows."}
}
