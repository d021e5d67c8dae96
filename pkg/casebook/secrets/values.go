package secrets

import (
	"regexp"
	"strings"
)

// mostBlanks is how many blanks may stand on each side of what separates a name from its value.
const mostBlanks = 3

// values finds values by the name that stands before them.
func values(text, _ string) []span {
	var found []span
	for i := 0; i < len(text); i++ {
		if c := text[i]; c != '=' && c != ':' || strings.HasPrefix(text[i:], "://") {
			continue
		}
		end := i + 1
		if end < len(text) && strings.IndexByte("=>~", text[end]) >= 0 { // as in := and =>
			end++
		}
		if name := nameBefore(text, i); name == "" || !IsName(name) {
			i = end - 1
			continue
		}
		s := valueAt(text, end+blanks(text[end:]))
		i = end - 1
		if !harmless(text[s.from:s.to]) {
			found = append(found, s)
			i = max(i, s.to-1) // what is in it goes with it
		}
	}
	return found
}

// blanks counts the blanks that a text begins with, up to mostBlanks.
func blanks(text string) int {
	n := 0
	for n < len(text) && n < mostBlanks && (text[n] == ' ' || text[n] == '\t' || text[n] == '\n') {
		n++
	}
	return n
}

// withoutLast moves an end before the character there, if it is one of some.
func withoutLast(text string, end int, some string) int {
	if end > 0 && strings.IndexByte(some, text[end-1]) >= 0 {
		return end - 1
	}
	return end
}

// nameBefore is the name that ends before a separator; there may be blanks between, and the end of quotes or of a bracket.
func nameBefore(text string, end int) string {
	for n := 0; n < mostBlanks && end > 0 && (text[end-1] == ' ' || text[end-1] == '\t'); n++ {
		end--
	}
	end = withoutLast(text, withoutLast(text, end, "]"), `"'`)
	for end > 0 && text[end-1] == '\\' {
		end--
	}
	from := end
	for from > 0 && end-from < mostName && (isWord(text[from-1]) || text[from-1] == '.' || text[from-1] == '-') {
		from--
	}
	return text[from:end]
}

// plain are values that say something about a secret and are none. What a number or a word like these hides is not worth the
// sentence that it would take away.
var plain = wordSet(`true false null nil none undefined empty missing invalid expired required forbidden denied failed ok valid unknown
	must is was has not no yes the a an cannot could error redacted masked hidden`)

func harmless(value string) bool {
	bare := strings.Trim(strings.ToLower(value), "\"'\\.,;:!()[]{}<>*#")
	return bare == "" || plain[bare]
}

// valueAt is the value that begins at a place: what stands between quotes, or else as far as a value without quotes goes.
func valueAt(text string, at int) span {
	if inner, quoted := quotedAt(text, at); quoted {
		return inner
	}
	if end := strings.IndexByte(text[at:min(len(text), at+mostList)], ']'); end > 0 && text[at] == '[' {
		return span{at, at + end + 1} // a list
	}
	if end := strings.IndexByte(text[at:min(len(text), at+mostList)], '}'); end > 0 && text[at] == '{' && !strings.ContainsAny(text[at:at+end], `"':`) {
		return span{at, at + end + 1} // as ODBC writes values
	}
	at = behindScheme(text, at)
	if inner, quoted := quotedAt(text, at); quoted {
		return inner
	}
	return span{at, bareEnd(text, at)}
}

// scheme is how credentials of HTTP begin.
var scheme = regexp.MustCompile(`^(?i:bearer|basic|digest|token|negotiate|ntlm|apikey|aws4-hmac-sha256)\s+`)

func behindScheme(text string, at int) int {
	return at + len(scheme.FindString(text[at:min(len(text), at+40)]))
}

// mostList is how far a list or a value in braces is looked for its end, in bytes.
const mostList = 1 << 10

// quotedAt is what stands between quotes that open at a place; to the end of the text where it was cut. Within JSON that is quoted
// in turn, quotes stand behind backslashes: the closing one behind as many as the opening one.
func quotedAt(text string, at int) (inner span, quoted bool) {
	depth := 0
	for at+depth < len(text) && text[at+depth] == '\\' {
		depth++
	}
	if at+depth >= len(text) || !strings.ContainsRune("\"'`", rune(text[at+depth])) {
		return span{}, false
	}
	quote := text[at+depth]
	slashes, from := 0, at+depth+1
	for i := from; i < len(text); i++ {
		switch {
		case text[i] == '\\':
			slashes++
			continue
		case text[i] == quote && slashes <= depth:
			return span{from, i - slashes}, true
		}
		slashes = 0
	}
	return span{from, len(text)}, true
}

// bareEnd is where a value without quotes ends. What separates values in one format is a part of them in another, so that
// commas, semicolons and the like end it only where something follows that can be a next one.
func bareEnd(text string, at int) int {
	open := 0 // brackets of the value's own
	for i := at; i < len(text); i++ {
		switch c := text[i]; c {
		case ' ', '\t', '\n', '\r', '"', '\'', '`', '<', '>':
			return behindBackslashes(text, at, i)
		case '(', '[', '{':
			open++
		case ')', ']', '}':
			if open--; open < 0 {
				return i
			}
		case ',', ';', '&', '|':
			if next.MatchString(text[i+1:]) {
				return i
			}
		case '\\':
			if i+1 < len(text) && strings.IndexByte("nrt", text[i+1]) >= 0 && (i+2 == len(text) || next.MatchString(text[i+2:])) {
				return i
			}
		}
	}
	return len(text)
}

// behindBackslashes leaves the backslashes that belong to a quote, which ends a value, to that quote.
func behindBackslashes(text string, from, end int) int {
	if end < len(text) && text[end] != '"' && text[end] != '\'' {
		return end
	}
	for end > from && text[end-1] == '\\' {
		end--
	}
	return end
}

// next is what follows a separator: the end, a blank, a quote, or a name with its value, which in connection strings may be several
// words with capitals.
var next = regexp.MustCompile(`^(?:$|[\s"'\\)\]}]|[A-Za-z][A-Za-z0-9_.-]{0,63}["']?\s?[=:]|[A-Z][a-z]+(?: [A-Z][A-Za-z]*){1,3}=)`)

// pairs finds values that stand in an object beside their name: {"name": "password", "value": "x"}, and so in XML.
func pairs(text, lower string) []span {
	if !strings.Contains(lower, "value") && !strings.Contains(lower, "val") {
		return nil
	}
	var found []span
	for _, at := range pair.FindAllStringSubmatchIndex(text, -1) {
		if IsName(text[at[2]:at[3]]) {
			found = append(found, valueAt(text, at[1]))
		}
	}
	return found
}

var pair = regexp.MustCompile(`(?i)\b(?:name|key|header|field)\\*["']?\s{0,3}[:=]\s{0,3}\\*["']([A-Za-z0-9_. -]{1,128})\\*["']\s{0,3},?\s{0,8}\\*["']?val(?:ue)?\\*["']?\s{0,3}[:=]\s{0,3}`)
