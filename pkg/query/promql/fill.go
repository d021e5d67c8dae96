package promql

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// Filled reads a person's query and puts values in the place of their names within label values: literally, also where a
// label value is a regular expression. The error is the parser's, in a line.
func Filled(query string, values map[string]string) (string, error) {
	read, err := parser.NewParser(parser.Options{}).ParseExpr(query)
	if err != nil {
		var found parser.ParseErrors
		if errors.As(err, &found) && len(found) > 0 {
			err = found[0].Err
		}
		return "", fmt.Errorf("it is not PromQL: %w", err)
	}
	parser.Inspect(read, func(node parser.Node, _ []parser.Node) error {
		selector, is := node.(*parser.VectorSelector)
		if !is {
			return nil
		}
		for i, m := range selector.LabelMatchers {
			if filled, changed := FilledMatcher(m, values); changed {
				selector.LabelMatchers[i] = filled
			}
		}
		return nil
	})
	return Expr{read}.Text()
}

// FilledMatcher puts values in the place of their names in a matcher's value; false where there is none of them.
func FilledMatcher(m *labels.Matcher, values map[string]string) (*labels.Matcher, bool) {
	var pairs []string
	for _, name := range sortedNames(values) {
		value := strings.ToValidUTF8(values[name], replacement)
		if m.Type == labels.MatchRegexp || m.Type == labels.MatchNotRegexp {
			value = regexp.QuoteMeta(value)
		}
		pairs = append(pairs, name, value)
	}
	text := strings.NewReplacer(pairs...).Replace(m.Value) // in one pass: a value may hold another's name
	if text == m.Value {
		return m, false
	}
	filled, err := labels.NewMatcher(m.Type, m.Name, text)
	return filled, err == nil
}

func sortedNames(values map[string]string) []string {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
