package promql

import (
	"fmt"
	"slices"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// Leaving has a query leave out series: its selectors are given these matchers, by the metric that a selector names (empty where it
// names none). A selector that picks one value of one of their labels decides for itself, and stays as it is.
func Leaving(query string, out func(metric string) []Matcher) (string, error) {
	read, err := parser.NewParser(parser.Options{}).ParseExpr(query)
	if err != nil {
		return "", fmt.Errorf("it is not PromQL: %w", err)
	}
	parser.Inspect(read, func(node parser.Node, _ []parser.Node) error {
		selector, is := node.(*parser.VectorSelector)
		if !is {
			return nil
		}
		leave := out(selector.Name)
		decides := func(had *labels.Matcher) bool {
			return had.Type == labels.MatchEqual && had.Value != "" && slices.ContainsFunc(leave, func(m Matcher) bool { return m.matcher.Name == had.Name })
		}
		if slices.ContainsFunc(selector.LabelMatchers, decides) {
			return nil
		}
		for _, m := range leave {
			selector.LabelMatchers = append(selector.LabelMatchers, m.matcher)
		}
		return nil
	})
	return Expr{read}.Text()
}

// NoneOf matches series whose label has none of the values, each taken literally, or is absent.
func NoneOf(label string, values ...string) Matcher {
	if len(values) == 1 {
		return NotEqual(label, values[0])
	}
	m := OneOf(label, values...)
	return Matcher{labels.MustNewMatcher(labels.MatchNotRegexp, label, m.matcher.Value)}
}
