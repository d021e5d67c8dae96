package promql

import (
	"cmp"
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
	var wrong error
	parser.Inspect(read, func(node parser.Node, _ []parser.Node) error {
		if selector, is := node.(*parser.VectorSelector); is {
			wrong = cmp.Or(wrong, FillMatchers(selector.LabelMatchers, values))
		}
		return nil
	})
	if wrong != nil {
		return "", wrong
	}
	return Expr{read}.Text()
}

// FillMatchers puts values in the place of their names in the matchers' values. The error names the matcher that is no regular
// expression with them.
func FillMatchers(matchers []*labels.Matcher, values map[string]string) error {
	for i, m := range matchers {
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
			continue
		}
		filled, err := labels.NewMatcher(m.Type, m.Name, text)
		if err != nil {
			return fmt.Errorf("%s is not a regular expression once it is filled in: %w", m, err)
		}
		matchers[i] = filled
	}
	return nil
}

func sortedNames(values map[string]string) []string {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
