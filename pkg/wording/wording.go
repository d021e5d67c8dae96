// Package wording writes the small parts that sentences for people are made of: quotes, times of day, counts and lists. Numbers with
// their units are written by package numbers.
package wording

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/faultline-investigation/faultline/pkg/numbers"
)

// Quoted writes what others said between quotes, in a line, without what a terminal would obey. What holds quotes itself
// is set between other ones, and not altered.
func Quoted(text string) string {
	text = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "\uFFFD"), func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if strings.Contains(text, `"`) {
		return "“" + text + "”"
	}
	return `"` + text + `"`
}

// Plural picks the word for a count.
func Plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// List joins words as a sentence does: "a, b and c".
func List(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// Capital writes a text with a capital first letter.
func Capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 || first == utf8.RuneError {
		return text
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// Counted writes a number with its noun.
func Counted(n int, one, many string) string {
	return fmt.Sprintf("%d %s", n, Plural(n, one, many))
}

// Times writes how often something happened: "once", "12 times".
func Times(n float64) string {
	return Plural(int(n), "once", numbers.Count(n)+" times")
}

// Roughly writes a duration as precisely as a person needs it.
func Roughly(d time.Duration) string {
	if d < 90*time.Second {
		return numbers.Duration(d.Round(time.Second).Seconds())
	}
	return fmt.Sprintf("%d min", int(d.Round(time.Minute).Minutes()))
}
