package promql

import (
	"fmt"
	"slices"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// Scope is what one selector of an expression speaks of, as far as some labels tell.
type Scope struct {
	metric   string
	matchers []*labels.Matcher // on those labels
	kept     bool              // the result still has one of those labels, so that it tells their values apart
}

// Scopes reads somebody's expression and gives the scope of each of its selectors, as far as the named labels tell.
func Scopes(query string, names ...string) ([]Scope, error) {
	read, err := parser.NewParser(parser.Options{}).ParseExpr(query)
	if err != nil {
		return nil, fmt.Errorf("it is not PromQL: %w", err)
	}
	var scopes []Scope
	parser.Inspect(read, func(node parser.Node, above []parser.Node) error {
		selector, is := node.(*parser.VectorSelector)
		if !is {
			return nil
		}
		scope := Scope{metric: selector.Name, kept: true}
		for _, m := range selector.LabelMatchers {
			if slices.Contains(names, m.Name) {
				scope.matchers = append(scope.matchers, m)
			}
		}
		for _, node := range above {
			if a, is := node.(*parser.AggregateExpr); is && !keeps(a, names) {
				scope.kept = false
			}
		}
		scopes = append(scopes, scope)
		return nil
	})
	return scopes, nil
}

func keeps(a *parser.AggregateExpr, names []string) bool {
	if a.Op == parser.TOPK || a.Op == parser.BOTTOMK {
		return true
	}
	named := slices.ContainsFunc(a.Grouping, func(label string) bool { return slices.Contains(names, label) })
	return named != a.Without
}

// Names says whether the scope names the value: its matchers leave it, and not all the others.
func (s Scope) Names(value string) bool {
	return s.leaves(value) && slices.ContainsFunc(s.matchers, picks)
}

// Tells says whether the scope is of one of the metrics and tells the value apart from others, without naming any.
func (s Scope) Tells(value string, metrics ...string) bool {
	return s.kept && slices.Contains(metrics, s.metric) && s.leaves(value)
}

func (s Scope) leaves(value string) bool {
	return !slices.ContainsFunc(s.matchers, func(m *labels.Matcher) bool { return !m.Matches(value) })
}

// picks says whether a matcher leaves a few values and not all but a few.
func picks(m *labels.Matcher) bool {
	return m.Type == labels.MatchEqual && m.Value != "" || m.Type == labels.MatchRegexp && len(m.SetMatches()) > 0
}
