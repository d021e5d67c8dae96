package casebook

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/faultline-investigation/faultline/pkg/escape"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	mostTitle = 180 // bytes; Grafana's databases keep 189
	titleTime = "2006-01-02 15:04"
)

// TimeIn is the time that a case's title begins with, to the minute; zero for a title of another making.
func TimeIn(title string) time.Time {
	if len(title) < len(titleTime) {
		return time.Time{}
	}
	at, err := time.Parse(titleTime, title[:len(titleTime)])
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}

// Title is what a case is called in lists: when it was, what it is about, and the verdict. It is what searches look in.
func Title(s *incident.SavedCase) string {
	title := s.Case.Window.To.UTC().Format(titleTime) + " " + strings.TrimSpace(s.Case.Title())
	if s.Case.Verdict.Sentence != "" && len(s.Case.Verdict.Candidates) > 0 {
		title += ": " + strings.TrimSuffix(incident.WrittenInUTC(s.Case.Verdict.Sentence, s.Case.Verdict.Moments), ".")
	}
	return shortened(escape.Title(title), mostTitle)
}

// shortened cuts a text to at most that many bytes, between two characters.
func shortened(text string, most int) string {
	if len(text) <= most {
		return text
	}
	cut := most - len("…")
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}

// Summary is a case as a list shows it; it has no URL.
func Summary(s *incident.SavedCase) incident.CaseSummary {
	opened := TimeOf(s.ID)
	if opened.IsZero() {
		opened = s.Opened()
	}
	return incident.CaseSummary{ID: s.ID, Title: Title(s), Service: s.Case.Subject.Service, Verdict: s.Case.Verdict.Level, State: s.State(), Opened: opened}
}

// NewestFirst orders a list.
func NewestFirst(cases []incident.CaseSummary) {
	slices.SortStableFunc(cases, func(a, b incident.CaseSummary) int {
		if by := b.Opened.Compare(a.Opened); by != 0 {
			return by
		}
		return strings.Compare(a.ID, b.ID)
	})
}

// Arranged orders a list as the filter says, and shortens it to what the filter allows.
func Arranged(all []incident.CaseSummary, f Filter) incident.CaseList {
	NewestFirst(all)
	if f.OldestFirst {
		slices.Reverse(all)
	}
	list := incident.CaseList{Cases: all}
	if f.Limit > 0 && len(all) > f.Limit {
		list.Cases, list.More = all[:f.Limit], true
	}
	return list
}
