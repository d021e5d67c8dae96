package traceql

import "strings"

// Filled puts values in the place of their names where these stand alone between double quotes in a person's query.
// Whether the query is TraceQL only the store can tell.
func Filled(query string, values map[string]string) string {
	for name, value := range values {
		query = strings.ReplaceAll(query, `"`+name+`"`, Quote(value))
	}
	return query
}
