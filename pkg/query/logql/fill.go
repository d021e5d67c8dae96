package logql

import (
	"cmp"
	"fmt"

	"github.com/grafana/loki/v3/pkg/logql/syntax"

	"github.com/faultline-investigation/faultline/pkg/query/promql"
)

// Filled reads a person's query and puts values in the place of their names within the label values that pick streams. The
// error is the parser's.
func Filled(query string, values map[string]string) (string, error) {
	read, err := syntax.ParseExpr(query)
	if err != nil {
		return "", fmt.Errorf("it is not LogQL: %w", err)
	}
	var wrong error
	read.Walk(func(e syntax.Expr) bool {
		if streams, is := e.(*syntax.MatchersExpr); is {
			wrong = cmp.Or(wrong, promql.FillMatchers(streams.Mts, values))
		}
		return true
	})
	if wrong != nil {
		return "", wrong
	}
	return checked(read)
}

// PicksLines says whether a query answers lines, and not numbers.
func PicksLines(query string) bool {
	read, err := syntax.ParseExpr(query)
	if err != nil {
		return false
	}
	_, picks := read.(syntax.LogSelectorExpr)
	return picks
}
