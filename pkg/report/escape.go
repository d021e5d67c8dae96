package report

import (
	"regexp"
	"strings"
	"unicode"
)

// coloured are the escape sequences with which loggers paint their lines. Of any other only the escape is taken out, so
// that nothing can be hidden in one.
var coloured = regexp.MustCompile("\x1b\\[[0-9;:]*m")

// Plain is a text as a reader's screen may show it: on one line, without colours, control characters and the invisible
// characters that turn the direction of what follows. Blanks in a row become one.
func Plain(s string) string {
	shown := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
			return ' '
		case r == zeroWidthJoiner || r == zeroWidthNonJoiner: // parts of words and of pictures
			return r
		case unicode.Is(unicode.C, r):
			return -1
		}
		return r
	}, coloured.ReplaceAllString(strings.ToValidUTF8(s, "?"), ""))
	return strings.Join(strings.Fields(shown), " ")
}

const (
	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
)

// special are the characters that Markdown, its tables and HTML read as more than themselves. The dot and the colon are
// no such characters; in front of an address they would make a link of it, so that "://" and "www." are taken apart.
var special = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `&lt;`, ">", `&gt;`, "&", `&amp;`,
	"#", `\#`, "|", `\|`, "~", `\~`, "!", `\!`, "$", `\$`, "@", `&#64;`, "://", `:&#47;&#47;`, "www.", `www&#46;`, "WWW.", `WWW&#46;`)

// escape keeps a text from being read as Markdown or HTML, wherever it stands in a line.
func escape(s string) string {
	s = special.Replace(Plain(s))
	if s != "" && strings.ContainsRune("-+=", rune(s[0])) {
		return `\` + s
	}
	return numbered.ReplaceAllString(s, `$1\$2`)
}

// numbered is how an item of an ordered list begins.
var numbered = regexp.MustCompile(`^([0-9]+)([.)](?: |$))`)

// code quotes a text with more backticks than it holds in a row.
func code(s string) string {
	s = Plain(s)
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		return fence + " " + s + " " + fence
	}
	return fence + s + fence
}
