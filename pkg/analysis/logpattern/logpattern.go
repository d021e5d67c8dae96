// Package logpattern tells which log lines are the same but for their numbers and names. It is pure.
package logpattern

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// Gap stands in a pattern for what differs from line to line.
const Gap = "…"

const longest = 200 // bytes of a pattern; what comes later seldom tells lines apart

// varying are the parts of a line that differ from one to the next: quoted names, times, addresses, numbers in either
// base. The order matters, since a quoted text may hold numbers and an address is made of them.
var varying = []*regexp.Regexp{
	regexp.MustCompile(`"[^"]*"|'[^' ]*'|` + "`[^`]*`"),
	regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,\d]*(Z|[+-]\d\d:?\d\d)?`),
	regexp.MustCompile(`\b(0x)?[0-9a-fA-F]*\d[0-9a-fA-F]*(-[0-9a-fA-F]+)*\b`),
	regexp.MustCompile(`\d+`),
	regexp.MustCompile(Gap + `([.,:/ ]?` + Gap + `)+`),
}

// Of is what the line has in common with others of its kind.
func Of(message string) string {
	text := strings.Join(strings.Fields(strings.ToValidUTF8(message, "")), " ")
	for _, part := range varying {
		text = part.ReplaceAllString(text, Gap)
	}
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + Gap
	}
	return text
}

// Message is the part of a line that a person wrote: the message of a JSON object, else the whole text.
func Message(line string) string {
	var fields map[string]any
	if json.Unmarshal([]byte(line), &fields) == nil {
		for _, name := range []string{"message", "msg", "body", "event"} {
			if text, ok := fields[name].(string); ok && text != "" {
				return text
			}
		}
	}
	return strings.TrimSpace(line)
}

var host = regexp.MustCompile(`(?i)\b[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.[a-z]{2,}\b`)

// Hosts lists the host names that a line speaks of, in lower case, ordered, each once.
func Hosts(line string) []string {
	found := host.FindAllString(strings.ToLower(line), -1)
	slices.Sort(found)
	return slices.Compact(found)
}
