package wording

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Text is a text for people that knows which moments it holds and where. It is made of plain words, moments and other texts by Textf,
// which is the one place that joins them: a format and its values, which is also what a translation of the sentence would take.
//
// It has no String method, so that "go vet" refuses it where a plain text would lose its moments; Plain gives that.
type Text struct {
	plain   string
	moments []incident.Moment
}

// Plain is the text with its moments written in UTC.
func (t Text) Plain() string { return t.plain }

// Moments are where the text holds moments, in their order; nil where it holds none.
func (t Text) Moments() []incident.Moment { return slices.Clone(t.moments) }

// IsEmpty says that the text has no words.
func (t Text) IsEmpty() bool { return t.plain == "" }

// Capital is the text with a capital first letter.
func (t Text) Capital() Text { return Text{Capital(t.plain), t.moments} }

// Clock writes the time of day of a moment.
func Clock(at time.Time) Text { return moment(at, incident.TimeOfDay) }

// ClockOn writes the time of day with its date, for what may have happened on another day than the incident; with the year where that
// is another than the one during which the incident is looked at.
func ClockOn(at, during time.Time) Text {
	if at.UTC().Year() != during.UTC().Year() {
		return moment(at, incident.TimeAndDate)
	}
	return moment(at, incident.TimeAndDay)
}

func moment(at time.Time, form incident.MomentForm) Text {
	at = at.UTC()
	text := at.Format(form.Layout())
	return Text{text, []incident.Moment{{At: at, Form: form, End: len(text)}}}
}

// Textf joins a text as fmt.Sprintf does. Values that are texts, for which the verb is %s, bring their moments along.
func Textf(format string, values ...any) Text {
	parts, texts := make([]any, len(values)), []Text{}
	for i, value := range values {
		if text, is := value.(Text); is {
			parts[i] = place(len(texts))
			texts = append(texts, text)
			continue
		}
		parts[i] = words{value}
	}
	return filled(fmt.Sprintf(strings.ReplaceAll(format, mark, ""), parts...), texts)
}

// Joined joins texts with a separator.
func Joined(texts []Text, separator string) Text {
	all := make([]any, len(texts))
	for i, text := range texts {
		all[i] = text
	}
	return Textf(strings.Join(slices.Repeat([]string{"%s"}, len(texts)), strings.ReplaceAll(separator, "%", "%%")), all...)
}

// ListOf joins texts as a sentence does: "a, b and c".
func ListOf(texts []Text) Text {
	if len(texts) < 2 {
		return Joined(texts, "")
	}
	return Textf("%s and %s", Joined(texts[:len(texts)-1], ", "), texts[len(texts)-1])
}

// mark surrounds the place of a text while fmt writes what is around it. No other value can hold it.
const mark = "\x00"

type place int

// Format makes place a fmt.Formatter.
func (p place) Format(to fmt.State, _ rune) {
	_, _ = io.WriteString(to, mark+strconv.Itoa(int(p))+mark)
}

type words struct{ value any }

// Format makes words a fmt.Formatter.
func (w words) Format(to fmt.State, verb rune) {
	_, _ = io.WriteString(to, strings.ReplaceAll(fmt.Sprintf(fmt.FormatString(to, verb), w.value), mark, string(utf8.RuneError)))
}

// filled puts texts in their places.
func filled(written string, texts []Text) Text {
	if len(texts) == 0 {
		return Text{plain: written}
	}
	var b strings.Builder
	var moments []incident.Moment
	units := 0 // UTF-16 code units that are written
	for i, part := range strings.Split(written, mark) {
		var of []incident.Moment
		if i%2 == 1 {
			at, _ := strconv.Atoi(part) // a place writes nothing else
			part, of = texts[at].plain, texts[at].moments
		}
		for _, m := range of {
			m.Start += units
			m.End += units
			moments = append(moments, m)
		}
		b.WriteString(part)
		units += unitsIn(part)
	}
	return Text{b.String(), moments}
}

// unitsIn is how long a text is in UTF-16 code units.
func unitsIn(text string) int {
	n := 0
	for _, r := range text {
		n += utf16.RuneLen(r) // RuneError for what is no UTF-8, which is one unit
	}
	return n
}
