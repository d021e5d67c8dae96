package traceql

import (
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// longest is how many bytes a query may have: Tempo's lexer reads a query in pieces of 1,024 bytes and misreads what lies across
// two of them.
const longest = 1023

// mostRecent makes a search bring the newest traces.
const mostRecent = " with (most_recent=true)"

// Fits says whether a query, with or without MostRecent, is short enough for Tempo. Names of services and operations can make it
// too long; attributes cannot, since those that do not fit are left out.
func Fits(query string) bool {
	return len(strings.TrimSuffix(query, mostRecent))+len(mostRecent) <= longest
}

// selecting makes a query bring fields, of which those that do not fit any more are left out.
func selecting(query string, fields ...string) string {
	const opens, closes, between = " | select(", ")", ", "
	left := longest - len(mostRecent) - len(query) - len(opens) - len(closes)
	var kept []string
	for _, field := range fields {
		if left -= len(field) + len(between); left < 0 {
			break
		}
		kept = append(kept, field)
	}
	if len(kept) == 0 {
		return query
	}
	return query + opens + strings.Join(kept, between) + closes
}

// Room is how many of the services OfAny may name, one at least, so that SelectingStructure of a query for their calls still has
// room for all the attributes.
func Room(services []string, attributes ...incident.AttributeName) int {
	bare := Spans(OfAny(""), BetweenServices())
	left := longest - len(mostRecent) - len(SelectingStructure(bare))
	for _, field := range fieldsOf(attributes) {
		left -= len(field) + len(", ")
	}
	n := 0
	for _, service := range services {
		if left -= len(Service(service).text) + len(" || "); left < 0 {
			break
		}
		n++
	}
	return min(len(services), max(1, n))
}
