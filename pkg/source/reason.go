package source

import (
	"regexp"
	"strings"
	"unicode"
)

// wordsLength is how many characters of others' words fit a sentence.
const wordsLength = 200

// private is what addresses hold that is nobody's business: who asks with which password, and the query.
var private = regexp.MustCompile(`(://)(?:[^/\s"?#]*@)?([^\s"?#]*)[?#]?[^\s"]*`)

// Reason is the reason at the bottom of an error, in words that fit a sentence: without line breaks or what a terminal would obey, at most
// 200 characters, and of addresses no more than host and path. Libraries quote what a server sent, such as where a redirect leads.
func Reason(err error) string {
	return Shortened(private.ReplaceAllString(OneLine(Innermost(err).Error()), "$1$2"))
}

// Shortened is a text of others, cut to what fits a sentence.
func Shortened(text string) string {
	if runes := []rune(text); len(runes) > wordsLength {
		return string(runes[:wordsLength]) + "…"
	}
	return text
}

// OneLine is a text of others in a line, without what a terminal would obey.
func OneLine(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "?"), func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
}
