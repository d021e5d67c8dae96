package cluster

import (
	"slices"
	"strings"
	"unicode"
)

// Words parts a name in camel case: "NetworkPolicy" is "network policy".
func Words(camel string) string {
	var b strings.Builder
	runes := []rune(camel)
	for i, r := range runes {
		if i > 0 && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// KindWords is a kind of object in a sentence; "object" where it is not known.
func KindWords(kind string) string {
	if kind == "" {
		return "object"
	}
	return Words(kind)
}

// Denies says whether a message tells that something was kept from happening.
func Denies(message string) bool {
	text := strings.ToLower(message)
	return slices.ContainsFunc([]string{"denied", "deny", "blocked", "dropped", "forbidden", "not allowed", "rejected"}, func(word string) bool {
		return strings.Contains(text, word)
	})
}
