package report

import (
	"fmt"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// foldedEntry is an entry of the log with how often an investigation came to the same verdict again, and when at last.
type foldedEntry struct {
	incident.Entry
	again int
	until time.Time
}

// repeated leaves out investigations that came to the verdict of the one before, whatever else was written between them:
// everybody who looks has the investigation run again. One that changed the verdict stays.
func repeated(entries []incident.Entry) []foldedEntry {
	all, verdict := []foldedEntry{}, -1 // the place of the last verdict
	for _, e := range entries {
		if e.Kind != incident.EntryInvestigated {
			all = append(all, foldedEntry{Entry: e})
			continue
		}
		if verdict >= 0 && all[verdict].Verdict == e.Verdict {
			all[verdict].again++
			all[verdict].until = e.When()
			continue
		}
		verdict = len(all)
		all = append(all, foldedEntry{Entry: e})
	}
	return all
}

// again says that the verdict was found again; nothing where it was not.
func (w writer) again(t foldedEntry) string {
	if t.again == 0 {
		return ""
	}
	layout, last := "15:04:05 MST", t.until.In(w.zone)
	if first := t.When().In(w.zone); first.YearDay() != last.YearDay() || first.Year() != last.Year() {
		layout = clock + " MST"
	}
	if t.again == 1 {
		return fmt.Sprintf(" (found once more, at %s)", last.Format(layout))
	}
	return fmt.Sprintf(" (found %d times more, the last at %s)", t.again, last.Format(layout))
}
