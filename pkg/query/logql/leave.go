package logql

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/grafana/loki/v3/pkg/logql/syntax"
	"github.com/prometheus/prometheus/model/labels"
)

// Leaving has a query leave out the streams whose label has one of its values, each taken literally; the values are by label. Streams
// without the label stay.
func Leaving(query string, values map[string][]string) (string, error) {
	read, err := syntax.ParseExpr(query)
	if err != nil {
		return "", fmt.Errorf("it is not LogQL: %w", err)
	}
	read.Walk(func(e syntax.Expr) bool {
		if streams, is := e.(*syntax.MatchersExpr); is {
			for _, label := range slices.Sorted(maps.Keys(values)) {
				streams.Mts = append(streams.Mts, noneOf(label, values[label]))
			}
		}
		return true
	})
	return checked(read)
}

func noneOf(label string, values []string) *labels.Matcher {
	if len(values) == 1 {
		return labels.MustNewMatcher(labels.MatchNotEqual, label, values[0])
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = regexp.QuoteMeta(valid(v))
	}
	return labels.MustNewMatcher(labels.MatchNotRegexp, label, strings.Join(quoted, "|"))
}
