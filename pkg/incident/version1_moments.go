package incident

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf16"
)

// A saved case of version 1 has its moments in sentences alone. This file is the one place that reads times from words, as the page did
// while that version was written.

// What others said stands between quotes, and is no moment of ours.
var momentOfVersion1 = regexp.MustCompile(`“[^”]*”|"(?:[^"\\]|\\.)*"|\b(\d\d:\d\d:\d\d)\b(?: on (\d{1,2} [A-Z][a-z]+)(?: (\d{4})\b)?)?`)

// findMoments gives the sentences of a saved case of version 1 their moments.
func findMoments(s *SavedCase) {
	end := s.Case.Window.To.UTC()
	for text := range s.Case.Sentences() {
		*text.Moments = momentsIn(*text.Text, end)
	}
	for i := range s.Entries {
		e := &s.Entries[i]
		if e.Kind == EntryInvestigated {
			e.Moments = momentsIn(e.Text, end)
		}
		if e.Pin != nil {
			e.Pin.Moments = momentsIn(e.Pin.Sentence, end)
		}
		if e.Practice != nil {
			e.Practice.Moments = momentsIn(e.Practice.Verdict, end)
		}
	}
}

// momentsIn reads the moments of a sentence, all of which lie before the end of what was looked at.
func momentsIn(text string, end time.Time) []Moment {
	var moments []Moment
	for _, found := range momentOfVersion1.FindAllStringSubmatchIndex(text, -1) {
		said := func(group int) string {
			if found[2*group] < 0 {
				return ""
			}
			return text[found[2*group]:found[2*group+1]]
		}
		if m, is := momentOf(said(1), said(2), said(3), end); is {
			m.Start = len(utf16.Encode([]rune(text[:found[0]])))
			m.End = m.Start + len(utf16.Encode([]rune(text[found[0]:found[1]])))
			moments = append(moments, m)
		}
	}
	return moments
}

// momentOf is the latest one before the end that is written so.
func momentOf(clock, day, year string, end time.Time) (Moment, bool) {
	if clock == "" {
		return Moment{}, false
	}
	m := Moment{Form: TimeOfDay}
	written := []string{clock, end.Format("2 January"), end.Format("2006")}
	if day != "" {
		m.Form, written[1] = TimeAndDay, day
	}
	if year != "" {
		m.Form, written[2] = TimeAndDate, year
	}
	var err error
	m.At, err = time.Parse(TimeAndDate.Layout(), written[0]+" on "+strings.Join(written[1:], " "))
	switch {
	case err != nil:
		return m, false
	case m.Form == TimeOfDay && m.At.After(end):
		m.At = m.At.AddDate(0, 0, -1)
	case m.Form == TimeAndDay && m.At.After(end):
		m.At = m.At.AddDate(-1, 0, 0)
	}
	return m, true
}
