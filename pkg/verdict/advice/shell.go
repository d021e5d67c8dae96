package advice

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var plain = regexp.MustCompile(`^[A-Za-z0-9_./:@%+=,][A-Za-z0-9_./:@%+=,-]*$`)

// argument writes a value as one word of a shell's command, whatever it holds. It refuses what cannot be pasted safely:
// control characters, which a terminal obeys before the shell sees them, text that is not UTF-8, invisible characters that
// hide what is pasted, a leading hyphen, which the command would take for an option, and nothing at all.
func argument(value string) (word string, ok bool) {
	if value == "" || strings.HasPrefix(value, "-") || !utf8.ValidString(value) || strings.ContainsFunc(value, hidden) {
		return "", false
	}
	if plain.MatchString(value) {
		return value, true
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'", true
}

func hidden(r rune) bool { return !unicode.IsPrint(r) }

// line joins the fixed words of a command with its values, each as one word, in the places marked %s. It is not ok when
// one of the values is refused.
func line(command string, values ...string) (text string, ok bool) {
	parts := strings.Split(command, "%s")
	var b strings.Builder
	for i, part := range parts {
		b.WriteString(part)
		if i == len(parts)-1 {
			break
		}
		word, ok := argument(values[i])
		if !ok {
			return "", false
		}
		b.WriteString(word)
	}
	return b.String(), true
}
