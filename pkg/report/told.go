package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// say writes a value with its unit, in three digits at most.
func say(v float64, unit incident.Unit) string {
	short := func(v float64) string {
		return strconv.FormatFloat(v, 'g', max(3, len(strconv.FormatFloat(math.Trunc(math.Abs(v)), 'f', 0, 64))), 64)
	}
	switch unit {
	case incident.Ratio:
		return strconv.FormatFloat(math.Round(v*1e4)/1e2, 'f', -1, 64) + " %"
	case incident.Seconds:
		if math.Abs(v) < 1 {
			return short(math.Round(v*1e4)/10) + " ms"
		}
		return short(v) + " s"
	case incident.PerSecond:
		return short(v) + "/s"
	case incident.Count:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return short(v) + " " + string(unit)
	}
}

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

// entryText is what an entry says in a timeline.
func entryText(e incident.Entry) string {
	text := firstLine(e.Text)
	with := func(what string) string {
		if text == "" {
			return what
		}
		return what + ": " + text
	}
	switch e.Kind {
	case incident.EntryOpened:
		return "Case opened"
	case incident.EntryNote:
		return text
	case incident.EntryTicked:
		return "Checked " + e.Step
	case incident.EntrySkipped:
		return with("Skipped " + e.Step)
	case incident.EntryUnticked:
		return "Reopened " + e.Step
	case incident.EntryRecovered:
		return "Recovery confirmed: all exit criteria hold"
	case incident.EntryRelapsed:
		return "Relapse: the numbers left again"
	case incident.EntryClosed, incident.EntryReopened:
		return with("Case " + string(e.Kind))
	default: // such as "fix applied"
		kind := string(e.Kind)
		return with(strings.ToUpper(kind[:min(1, len(kind))]) + kind[min(1, len(kind)):])
	}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return Plain(line)
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

// times are how long the parts of the incident took, as far as its moments are known.
func (w writer) times() []Span {
	spans := []Span{}
	add := func(name string, from, to time.Time, how string) {
		if !from.IsZero() && !to.IsZero() {
			spans = append(spans, Span{Name: name, Took: took(to.Sub(from)), How: how})
		}
	}
	s := w.s
	var onset, fixed, recovered, concluded time.Time
	if s.Case.Facts.Onset != nil {
		onset = s.Case.Facts.Onset.Middle()
	}
	opened := s.Case.Window.To
	if e := s.Last(incident.EntryFixApplied); e != nil {
		fixed = e.When()
	}
	if e := s.Last(incident.EntryRecovered); e != nil && e.Recovery != nil {
		recovered = e.Recovery.Since
	}
	if e := s.Last(incident.EntryInvestigated); e != nil {
		concluded = e.At
	}
	if k := s.Case.Verdict.Chain; len(k) > 0 && !onset.IsZero() {
		add("Silent: from the first event of the chain to the onset", k[0].At, onset, "the onset minus the first event of the chain")
	}
	add("Time to detect", onset, opened, "the end of the investigated window (the alert) minus the onset")
	add("Time to a verdict", opened, concluded, "the end of the last investigation minus the alert")
	add("Time to fix", opened, fixed, "the last entry \"fix applied\" minus the alert")
	add("Time to recover", fixed, recovered, "the moment since which the exit criteria held minus the fix")
	add("From alert to recovery", opened, recovered, "the moment since which the exit criteria held minus the alert")
	add("Whole incident", onset, recovered, "the moment since which the exit criteria held minus the onset")
	return spans
}

func (w writer) summary(p *PostMortem) []string {
	c := &w.s.Case
	lines := []string{c.Verdict.Sentence}
	if c.Facts.Onset != nil {
		lines = append(lines, fmt.Sprintf("%s began to suffer at %s (%s UTC), give or take %s.", c.Subject.Service, w.onset().In(w.zone).Format("15:04:05 MST"),
			w.onset().UTC().Format("15:04:05"), took(c.Facts.Onset.Margin())))
	}
	for _, n := range p.Impact {
		if n.Normal != "" {
			lines = append(lines, fmt.Sprintf("%s: %s, normally %s.", n.Name, n.Value, n.Normal))
		}
	}
	if e := w.s.Last(incident.EntryRecovered, incident.EntryRelapsed); e != nil && e.Kind == incident.EntryRecovered && e.Recovery != nil {
		lines = append(lines, fmt.Sprintf("It was over at %s (%s UTC).", e.Recovery.Since.In(w.zone).Format("15:04:05 MST"), e.Recovery.Since.UTC().Format("15:04:05")))
	} else {
		lines = append(lines, "Nobody has confirmed a recovery that lasted.")
	}
	return lines
}

// judged says what made the incident short and what made it long, as far as the case shows it.
func (w writer) judged() (helped, slowed []string) {
	helped, slowed = []string{}, []string{}
	c := &w.s.Case
	if e := w.s.Last(incident.EntryInvestigated); e != nil {
		helped = append(helped, fmt.Sprintf("The investigation took %s and %d queries.", took(time.Duration(c.Cost.Milliseconds)*time.Millisecond), c.Cost.Queries))
	}
	if c.Facts.Onset != nil {
		if d := c.Window.To.Sub(w.onset()); d > 10*time.Minute {
			slowed = append(slowed, fmt.Sprintf("The alert came %s after the onset.", took(d)))
		}
		if k := c.Verdict.Chain; len(k) > 0 && w.onset().Sub(k[0].At) > 10*time.Minute {
			slowed = append(slowed, fmt.Sprintf("Nobody was told for %s between the first event (%s) and the onset.", took(w.onset().Sub(k[0].At)), k[0].Sentence))
		}
	}
	for _, u := range c.Verdict.Unchecked {
		slowed = append(slowed, "Could not be looked at: "+u)
	}
	for _, e := range w.s.Entries {
		if e.Kind == incident.EntryRelapsed {
			slowed = append(slowed, "The numbers left again after a recovery.")
		}
	}
	return helped, slowed
}

// followUps are what the case itself leaves open; people add theirs to the page that the report is copied to.
func followUps(s *incident.SavedCase) []string {
	open := []string{}
	c := &s.Case
	if b := c.Facts.Blame; b != nil && b.Change != nil {
		open = append(open, fmt.Sprintf("Keep a change like this from happening again: %s %s (%s) was %s.", b.Change.Kind, b.Change.Object, b.Change.Namespace, b.Change.What))
	}
	if k := c.Verdict.Chain; len(k) > 0 && c.Facts.Onset != nil && c.Facts.Onset.Middle().Sub(k[0].At) > 10*time.Minute {
		open = append(open, "Alert on the first event of the chain: "+k[0].Sentence+".")
	}
	for _, u := range c.Verdict.Unchecked {
		open = append(open, "Make it possible to look: "+u)
	}
	for _, e := range s.Entries {
		if e.Kind == incident.EntrySkipped {
			open = append(open, "Skipped during the incident: "+e.Step+" ("+firstLine(e.Text)+").")
		}
	}
	if s.Last(incident.EntryFixApplied) == nil {
		open = append(open, "Nobody has written down the fix.")
	}
	return open
}
