package alike

import (
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Ended is what a case's log says about how its incident ended.
type Ended struct {
	Fix *incident.AppliedFix // nil where nobody wrote one down
	// Recovered says that a watch confirmed the recovery, and no relapse came after it.
	Recovered bool
	Took      float64 // s, 0 when it is not known
	How       string  // how Took was computed
}

// EndOf reads how a case ended: the last fix that was written down, and how long it took until the watch confirmed the
// recovery, or, where it did not, until the case was closed.
func EndOf(s *incident.SavedCase) Ended {
	var e Ended
	if fix := s.Last(incident.EntryFixApplied); fix != nil {
		e.Fix = &incident.AppliedFix{At: fix.When(), By: fix.By.Name, Text: fix.Text}
	}
	from, began := s.Opened(), "from the opening of the case"
	if onset := s.Case.Facts.Onset; onset != nil {
		from, began = onset.Middle(), "from the onset"
	}
	var to time.Time
	if last := s.Last(incident.EntryRecovered, incident.EntryRelapsed); last != nil && last.Kind == incident.EntryRecovered && last.Recovery != nil {
		e.Recovered, to, e.How = true, last.Recovery.Since, began+" until the exit criteria held"
	} else if closed := s.Last(incident.EntryClosed); closed != nil && s.State() == incident.CaseClosed {
		to, e.How = closed.When(), began+" until the case was closed"
	}
	if !to.After(from) {
		e.How = ""
		return e
	}
	e.Took = to.Sub(from).Seconds()
	return e
}
