package logpattern

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// longestMessage is how much of a message is read, in bytes; what comes later in a line seldom tells patterns apart.
const longestMessage = 2000

// Parse gives the part of a line that a person wrote, and its level in lower case: the message field of JSON, the msg field
// of logfmt, or else the text without what its logger put before it, such as time, thread and name, with the level of its
// labels. Of a message of several lines, such as one with a stack trace, it is the first.
func Parse(line incident.Line) (message, level string) { return parse(line, false) }

// parse is Parse; of plain text it leaves what the logger put before it where the whole is wanted.
func parse(line incident.Line, whole bool) (message, level string) {
	text := strings.TrimSpace(line.Text)
	switch {
	case strings.HasPrefix(text, "{"):
		message, level = parseJSON(text)
	case logfmtStart.MatchString(text):
		message, level = parseLogfmt(text)
	}
	said := ""
	if message == "" {
		message = text
		if !whole {
			message, said = behead(text)
		}
	}
	if level == "" {
		level = line.Level
	}
	if level == "" {
		level = said
	}
	if first, _, several := strings.Cut(message, "\n"); several {
		message = strings.TrimSpace(first)
	}
	if len(message) > longestMessage {
		message = message[:longestMessage]
	}
	return strings.ToValidUTF8(message, "\uFFFD"), strings.ToLower(level)
}

// logfmtStart tells logfmt from prose that holds an equals sign somewhere: a field comes first.
var logfmtStart = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_.-]*=`)

// word is a JSON value that may be a string; anything else is read as empty.
type word string

// UnmarshalJSON reads a string and leaves other values out.
func (w *word) UnmarshalJSON(raw []byte) error {
	if len(raw) > 1 && raw[0] == '"' {
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return err
		}
		*w = word(s)
	}
	return nil
}

func parseJSON(text string) (message, level string) {
	var read struct {
		Message  word `json:"message"`
		Msg      word `json:"msg"`
		Body     word `json:"body"`
		Event    word `json:"event"`
		Log      word `json:"log"`
		Level    word `json:"level"`
		Lvl      word `json:"lvl"`
		Severity word `json:"severity"`
	}
	if json.Unmarshal([]byte(text), &read) != nil {
		return "", ""
	}
	return firstOf(read.Message, read.Msg, read.Body, read.Event, read.Log), firstOf(read.Level, read.Lvl, read.Severity)
}

// parseLogfmt reads the msg and level fields of a line of key=value pairs.
func parseLogfmt(text string) (message, level string) {
	for text != "" {
		var key, value string
		key, value, text = logfmtField(text)
		switch key {
		case "msg", "message":
			message = value
		case "level", "lvl", "severity":
			level = value
		}
	}
	return message, level
}

// logfmtField cuts the first field off a text; words without an equals sign are skipped.
func logfmtField(text string) (key, value, rest string) {
	text = strings.TrimLeft(text, " \t")
	end := strings.IndexAny(text, "= \t")
	if end < 0 {
		return "", "", ""
	}
	if text[end] != '=' {
		return "", "", text[end+1:]
	}
	key, text = text[:end], text[end+1:]
	if !strings.HasPrefix(text, `"`) {
		value, rest, _ = strings.Cut(text, " ")
		return key, value, rest
	}
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return key, strings.ReplaceAll(text[1:i], `\"`, `"`), text[i+1:]
		}
	}
	return key, text[1:], ""
}

func firstOf(words ...word) string {
	for _, w := range words {
		if w != "" && utf8.ValidString(string(w)) {
			return strings.TrimSpace(string(w))
		}
	}
	return ""
}
