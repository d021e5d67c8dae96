// Package traceql builds TraceQL span selections.
//
// Tempo's parser cannot be linked beside Loki's and Prometheus's (its dependencies exclude theirs), so this package
// prints a small, fixed subset of the language itself: conjunctions of comparisons with quoted strings. A property test
// reads what it prints back with Tempo's own parser.
package traceql

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Condition is one comparison of a span's field.
type Condition struct{ text string }

// Service selects spans of a service.
func Service(name string) Condition { return Condition{"resource.service.name = " + Quote(name)} }

// SpanName selects spans by their name.
func SpanName(name string) Condition { return Condition{"name = " + Quote(name)} }

// Failed selects spans with error status.
func Failed() Condition { return Condition{"status = error"} }

// Server selects the server's side of calls.
func Server() Condition { return Condition{"kind = server"} }

// Spans is a query for the traces that have a span with all the conditions.
func Spans(conditions ...Condition) string {
	texts := make([]string, len(conditions))
	for i, c := range conditions {
		texts[i] = c.text
	}
	return "{ " + strings.Join(texts, " && ") + " }"
}

// Quote writes a string literal that TraceQL reads back as s. TraceQL is UTF-8: bytes that are not become U+FFFD.
func Quote(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return strconv.Quote(s)
}
