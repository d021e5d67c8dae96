package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/escape"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// took writes a length of time as a person says it.
func took(d time.Duration) string {
	if d < 0 {
		return "-" + took(-d)
	}
	d = d.Round(time.Second)
	text := d.String()
	text = strings.NewReplacer("h", " h ", "m", " min ", "s", " s").Replace(text)
	text = strings.ReplaceAll(strings.ReplaceAll(text, " 0 s", ""), " 0 min", "")
	return strings.TrimSpace(text)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return escape.OneLine(line)
}

// inBoth writes a moment in the reader's zone and in UTC; once where both are the same then.
func (w writer) inBoth(at time.Time) string {
	local, utc := at.In(w.zone), at.UTC()
	if _, offset := local.Zone(); offset == 0 {
		return utc.Format(clock + " MST")
	}
	return fmt.Sprintf("%s (%s UTC)", local.Format(clock+" MST"), utc.Format("15:04:05"))
}

func (w writer) notes() []Note {
	notes := []Note{}
	for _, e := range w.s.Entries {
		if e.Kind.ByPeople() && e.Kind != incident.EntryPhaseDone && e.Text != "" {
			notes = append(notes, Note{ID: e.ID, Local: e.When().In(w.zone).Format(clock + " MST"), By: e.By.Name, Kind: string(e.Kind), Text: e.Text})
		}
	}
	return notes
}

func (w writer) summary(p *PostMortem) []string {
	c := &w.s.Case
	lines := []string{w.verdict()}
	if p.Since != "" {
		lines = append(lines, fmt.Sprintf("%s began to suffer at %s.", c.Subject.Service, p.Since))
	}
	for _, n := range p.Impact {
		if n.Normal != "" {
			lines = append(lines, fmt.Sprintf("%s: %s, normally %s.", n.Name, n.Value, n.Normal))
		}
	}
	if e := w.s.Last(incident.EntryRecovered, incident.EntryRelapsed); e != nil && e.Kind == incident.EntryRecovered && e.Recovery != nil {
		lines = append(lines, fmt.Sprintf("It was over at %s.", w.inBoth(e.Recovery.Since)))
	} else {
		lines = append(lines, "No lasting recovery was confirmed.")
	}
	return lines
}
