package traceql

import "strings"

// Filled puts values in the place of their names where these stand alone between double quotes in a person's query.
// Whether the query is TraceQL only the store can tell.
func Filled(query string, values map[string]string) string {
	var pairs []string
	for name, value := range values {
		pairs = append(pairs, `"`+name+`"`, Quote(value))
	}
	return strings.NewReplacer(pairs...).Replace(query) // in one pass: a value may hold another's name
}
