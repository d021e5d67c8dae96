package report

import (
	"cmp"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// moments are those between which the parts of an incident lie; one that nobody knows is zero.
type moments struct {
	first     time.Time // event of the chain
	onset     time.Time
	alert     time.Time
	alertHow  string
	alerted   bool      // alert is when one fired
	human     time.Time // the first entry that somebody typed
	concluded time.Time
	fixed     time.Time
	recovered time.Time
	afterHow  string // what is to be said of recovered
}

func (w writer) moments() moments {
	s := w.s
	m := moments{alert: s.Case.Window.To, alertHow: "the end of the investigated window, as no alert is known"}
	if o := s.Case.Facts.Onset; o != nil {
		m.onset = o.Middle()
	}
	if k := s.Case.Verdict.Chain; len(k) > 0 {
		m.first = k[0].At
	}
	for _, e := range s.Entries {
		switch {
		case e.Kind == incident.EntryAlert:
			if !m.alerted || e.When().Before(m.alert) {
				m.alert, m.alertHow, m.alerted = e.When(), "the alert", true
			}
		case e.By.Login != "" && e.Kind.ByPeople() && m.human.IsZero():
			m.human = e.At
		}
	}
	if e := s.Last(incident.EntryFixApplied); e != nil {
		m.fixed = e.When()
	}
	m.concluded = concluded(s)
	if e := s.Last(incident.EntryRecovered); e != nil && e.Recovery != nil {
		m.recovered = e.Recovery.Since
		if last := s.Last(incident.EntryRecovered, incident.EntryRelapsed); last.Kind == incident.EntryRelapsed {
			m.afterHow = "; it did not last: a relapse came after it"
		}
	}
	return m
}

// concluded is when the verdict that the case holds was first reached. Everybody who looks has the investigation run again,
// and what those runs find is in most cases the same.
func concluded(s *incident.SavedCase) time.Time {
	for _, e := range s.Entries {
		if e.Kind == incident.EntryInvestigated && e.Verdict == s.Case.Verdict.ID() {
			return e.At
		}
	}
	return time.Time{}
}

// times are how long the parts of the incident took, as far as its moments are known.
func (w writer) times() []Span {
	spans := []Span{}
	add := func(name string, from, to time.Time, how string) {
		if !from.IsZero() && !to.IsZero() && !to.Before(from) {
			spans = append(spans, Span{Name: name, Took: took(to.Sub(from)), How: how})
		}
	}
	m := w.moments()
	held := "the moment since which the exit criteria held minus "
	add("Silent: from the first event of the chain to the onset", m.first, m.onset, "the onset minus the first event of the chain")
	add("Time to detect", m.onset, m.alert, m.alertHow+" minus the onset")
	add("Time to a verdict", m.alert, m.concluded, "the end of the first investigation that came to this verdict minus "+theAlert(m))
	add("Time to the first person", m.alert, m.human, "the first entry that a person wrote minus "+theAlert(m))
	add("Time to fix", m.alert, m.fixed, "the last entry \"fix applied\" minus "+theAlert(m))
	add("Time to recover", m.fixed, m.recovered, held+"the fix"+m.afterHow)
	add("From alert to recovery", m.alert, m.recovered, held+theAlert(m)+m.afterHow)
	add("Whole incident", cmp.Or(m.onset, m.alert), m.recovered, held+"the onset"+m.afterHow)
	return spans
}

// theAlert is what the moment of the alert is called.
func theAlert(m moments) string {
	if m.alerted {
		return m.alertHow
	}
	return "the end of the investigated window"
}
