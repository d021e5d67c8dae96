package incident

import (
	"strings"
	"time"
	"unicode/utf16"
)

// WrittenIn is a text with its moments written in a zone. What does not lie in the text is left out.
func WrittenIn(zone *time.Location, text string, moments []Moment) string {
	return written(text, moments, func(m Moment) string { return m.At.In(zone).Format(m.Form.Layout()) })
}

// WrittenInUTC is a text with its moments followed by their zone, for readers whose own zone is not known.
func WrittenInUTC(text string, moments []Moment) string {
	return written(text, moments, func(m Moment) string {
		clock, day, dated := strings.Cut(m.At.UTC().Format(m.Form.Layout()), " ")
		if !dated {
			return clock + " UTC"
		}
		return clock + " UTC " + day
	})
}

func written(text string, moments []Moment, write func(Moment) string) string {
	if len(moments) == 0 {
		return text
	}
	units := utf16.Encode([]rune(text))
	var b strings.Builder
	done := 0
	for _, m := range moments {
		if m.liesIn(units) && m.Start >= done {
			b.WriteString(decoded(units[done:m.Start]))
			b.WriteString(write(m))
			done = m.End
		}
	}
	b.WriteString(decoded(units[done:]))
	return b.String()
}

func (m Moment) liesIn(units []uint16) bool {
	return 0 <= m.Start && m.Start < m.End && m.End <= len(units)
}

// InOrder says whether moments lie in a text, one after the other.
func InOrder(text string, moments []Moment) bool {
	units, done := utf16.Encode([]rune(text)), 0
	for _, m := range moments {
		if !m.liesIn(units) || m.Start < done {
			return false
		}
		done = m.End
	}
	return true
}

func decoded(units []uint16) string { return string(utf16.Decode(units)) }

// Relocated gives the moments of a text that was altered elsewhere, as by masking a secret. Each is looked for as the same one of all
// places that read alike. Where the number of these has changed, nobody knows which is which, and it is left out.
func Relocated(before string, moments []Moment, after string) []Moment {
	if before == after {
		return moments
	}
	units := utf16.Encode([]rune(before))
	var kept []Moment
	for _, m := range moments {
		if !m.liesIn(units) {
			continue
		}
		text := decoded(units[m.Start:m.End])
		if strings.Count(before, text) != strings.Count(after, text) {
			continue
		}
		start := 0
		for range strings.Count(decoded(units[:m.Start]), text) {
			start += strings.Index(after[start:], text) + len(text)
		}
		start += strings.Index(after[start:], text)
		m.Start = len(utf16.Encode([]rune(after[:start])))
		m.End = m.Start + len(utf16.Encode([]rune(text)))
		kept = append(kept, m)
	}
	return kept
}

// Relocate gives every text of the case the moments that it had in the case that it is an altered copy of.
func (c *Case) Relocate(from *Case) {
	var was []Sentence
	for s := range from.Sentences() {
		was = append(was, Sentence{new(*s.Text), new(*s.Moments)})
	}
	n := 0
	for s := range c.Sentences() {
		if n < len(was) {
			*s.Moments = Relocated(*was[n].Text, *was[n].Moments, *s.Text)
		}
		n++
	}
}
