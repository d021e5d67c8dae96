// Package escape writes texts so that they are read as texts. What telemetry, alerts and people say is never Markdown, HTML or a
// template: each format that Faultline writes has its one writer here, and whatever stands in it comes through that.
package escape

import (
	"html"
	"regexp"
	"strings"
	"unicode"
)

// coloured are the escape sequences with which loggers paint their lines. Of any other only the escape is taken out, so
// that nothing can be hidden in one.
var coloured = regexp.MustCompile("\x1b\\[[0-9;:]*m")

// OneLine is a text as a reader's screen may show it: on one line, without colours, control characters and the invisible
// characters that turn the direction of what follows. Blanks in a row become one.
func OneLine(s string) string {
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

// Markdown keeps a text from being read as Markdown or HTML, wherever it stands in a line.
func Markdown(s string) string {
	s = special.Replace(OneLine(s))
	if s != "" && strings.ContainsRune("-+=", rune(s[0])) {
		return `\` + s
	}
	return numbered.ReplaceAllString(s, `$1\$2`)
}

// numbered is how an item of an ordered list begins.
var numbered = regexp.MustCompile(`^([0-9]+)([.)](?: |$))`)

// Code quotes a text in Markdown, with more backticks than it holds in a row.
func Code(s string) string {
	s = OneLine(s)
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		return fence + " " + s + " " + fence
	}
	return fence + s + fence
}

// Chat keeps a text from notifying anybody, and from becoming a link, where it is pasted into a chat. A word joiner, which nobody sees,
// stands within what would be read so.
func Chat(s string) string {
	return linked.ReplaceAllString(ChatTyped(s), "$1\u2060$2")
}

// ChatTyped keeps a text that a person wrote from notifying all who read a chat. Its links and commands stay as they are.
func ChatTyped(s string) string {
	return mention.ReplaceAllString(OneLine(s), "$1\u2060$2")
}

var (
	// mention is how Slack and Teams write whom a message is to notify: all who read, or a user, a group or a channel by its id.
	mention = regexp.MustCompile(`(?i)([@<])(here\b|channel\b|everyone\b|group\b|team\b|all\b|[!@#])`)
	// linked is how what programs for chats make a link of begins.
	linked = regexp.MustCompile(`(?i)(:|\bwww)(//|\.)`)
)

// mermaid separates by colons and semicolons, and reads entities that begin with a hash.
var mermaid = strings.NewReplacer("#", "#35;", ":", "#58;", ";", "#59;", "<", "#60;", ">", "#62;", "`", "'", "%%", "%")

// Mermaid keeps a text from being read as more than text in a Mermaid timeline: what separates there becomes an entity.
func Mermaid(s string) string { return mermaid.Replace(OneLine(s)) }

// HTML keeps a text from being read as HTML. Annotations of Grafana are such.
func HTML(s string) string { return html.EscapeString(OneLine(s)) }

// Annotation keeps a text from being read as HTML in a column that Grafana shows as text in a table and as HTML in an annotation. A word
// joiner, which nobody sees, stands behind what elements and entities begin with.
func Annotation(s string) string { return markup.ReplaceAllString(OneLine(s), "${1}\u2060${2}") }

// markup is how elements, comments and entities of HTML begin.
var markup = regexp.MustCompile(`([<&])([a-zA-Z/!?#])`)

// Panel keeps a text from being read as Markdown, as HTML and as a variable in what Grafana renders as Markdown: text panels and
// descriptions. Grafana fills in variables before it reads the Markdown, so that ${__user.email} in the address of an image would
// tell a stranger who looks.
func Panel(s string) string { return strings.ReplaceAll(Markdown(s), `\$`, `&#36;`) }

// Title keeps a text from being read as a variable in what Grafana shows as text, such as titles. A word joiner, which nobody sees,
// stands behind what variables begin with.
func Title(s string) string {
	s = variable.ReplaceAllString(OneLine(s), "$1\u2060$2")
	for range 2 { // the second of two brackets may be the first of two
		s = strings.ReplaceAll(s, "[[", "[\u2060[")
	}
	return s
}

// variable is how Grafana's variables begin that have no brackets: $name and ${name}.
var variable = regexp.MustCompile(`(\$)([\w{])`)
