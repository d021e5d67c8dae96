package logql

import (
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
	read.Walk(func(e syntax.Expr) bool {
		if streams, is := e.(*syntax.MatchersExpr); is {
			for i, m := range streams.Mts {
				if filled, changed := promql.FilledMatcher(m, values); changed {
					streams.Mts[i] = filled
				}
			}
		}
		return true
	})
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
