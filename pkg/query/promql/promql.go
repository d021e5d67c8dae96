// Package promql builds PromQL as a syntax tree of the official parser, so that no value can change a query's structure.
//
// Every expression is made from typed parts; Text prints it with the parser's own printer and reads it back before it
// may be sent.
package promql

import (
	"fmt"
	"regexp"
	"sort"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// Expr is a PromQL expression under construction.
type Expr struct{ node parser.Expr }

// Matcher restricts a selector to series with certain label values.
type Matcher struct{ matcher *labels.Matcher }

// Equal matches series whose label has exactly this value; any string is a value.
func Equal(label, value string) Matcher {
	return Matcher{labels.MustNewMatcher(labels.MatchEqual, label, value)}
}

// NotEqual matches series whose label has another value, or is absent.
func NotEqual(label, value string) Matcher {
	return Matcher{labels.MustNewMatcher(labels.MatchNotEqual, label, value)}
}

// OneOf matches series whose label has one of the values, each taken literally. Labels are UTF-8: in a value that is
// not, the odd bytes become U+FFFD.
func OneOf(label string, values ...string) Matcher {
	if len(values) == 1 {
		return Equal(label, values[0])
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = regexp.QuoteMeta(strings.ToValidUTF8(v, replacement))
	}
	return Matcher{labels.MustNewMatcher(labels.MatchRegexp, label, strings.Join(quoted, "|"))}
}

// Pattern matches series whose label matches an anchored regular expression of our own or of a person's settings.
// It fails when the expression is not valid.
func Pattern(label, expression string) (Matcher, error) {
	m, err := labels.NewMatcher(labels.MatchRegexp, label, expression)
	if err != nil {
		return Matcher{}, fmt.Errorf("label %s cannot match %q: %w", label, expression, err)
	}
	return Matcher{m}, nil
}

// NoPattern matches series whose label does not match an anchored regular expression of our own, or is absent. It fails when
// the expression is not valid.
func NoPattern(label, expression string) (Matcher, error) {
	m, err := labels.NewMatcher(labels.MatchNotRegexp, label, expression)
	if err != nil {
		return Matcher{}, fmt.Errorf("label %s cannot be held against %q: %w", label, expression, err)
	}
	return Matcher{m}, nil
}

// EqualAll makes an Equal matcher of every entry, ordered by label.
func EqualAll(values map[string]string) []Matcher {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	sort.Strings(names)
	matchers := make([]Matcher, len(names))
	for i, name := range names {
		matchers[i] = Equal(name, values[name])
	}
	return matchers
}

// Select picks the series of one metric.
func Select(metric string, matchers ...Matcher) Expr {
	selector := &parser.VectorSelector{}
	name := labels.MustNewMatcher(labels.MatchEqual, model.MetricNameLabel, metric)
	if model.LegacyValidation.IsValidMetricName(metric) {
		selector.Name = metric
	}
	selector.LabelMatchers = append(selector.LabelMatchers, name)
	for _, m := range matchers {
		selector.LabelMatchers = append(selector.LabelMatchers, m.matcher)
	}
	return Expr{selector}
}

// SelectMetrics picks the series of several metrics. Those of a histogram are written together, since the text may have to fit into
// an address.
func SelectMetrics(metrics ...string) Expr {
	if len(metrics) == 1 {
		return SelectAny(Equal(model.MetricNameLabel, metrics[0]))
	}
	var families, shapes []string
	endings, alike := map[string]string{}, map[string][]string{}
	for _, metric := range metrics {
		family, ending := metric, ""
		for _, e := range []string{"_bucket", "_count", "_sum"} {
			if before, is := strings.CutSuffix(metric, e); is {
				family, ending = before, e
			}
		}
		if _, known := endings[family]; !known {
			families = append(families, family)
		}
		endings[family] += "|" + ending
	}
	for _, family := range families {
		shape := endings[family]
		if alike[shape] == nil {
			shapes = append(shapes, shape)
		}
		alike[shape] = append(alike[shape], regexp.QuoteMeta(strings.ToValidUTF8(family, replacement)))
	}
	for i, shape := range shapes {
		shapes[i] = strings.Join(alike[shape], "|")
		if ending := shape[1:]; ending != "" { // shapes begin with the bar that parts endings
			shapes[i] = "(" + shapes[i] + ")(" + ending + ")"
		}
	}
	return SelectAny(Matcher{labels.MustNewMatcher(labels.MatchRegexp, model.MetricNameLabel, strings.Join(shapes, "|"))})
}

// SelectAny picks the series of any metric with these labels; the metric's name can be one of them, as __name__.
func SelectAny(matchers ...Matcher) Expr {
	selector := &parser.VectorSelector{}
	for _, m := range matchers {
		selector.LabelMatchers = append(selector.LabelMatchers, m.matcher)
	}
	return Expr{selector}
}

// Rate is the increase per second of the selected counters over the window.
func Rate(selector Expr, window time.Duration) Expr { return overRange("rate", selector, window) }

// Increase is the increase of the selected counters over the window.
func Increase(selector Expr, window time.Duration) Expr {
	return overRange("increase", selector, window)
}

// CountOverTime counts the samples of the selected series in the window.
func CountOverTime(selector Expr, window time.Duration) Expr {
	return overRange("count_over_time", selector, window)
}

// LastOverTime is the newest sample of each of the selected series in the window.
func LastOverTime(selector Expr, window time.Duration) Expr {
	return overRange("last_over_time", selector, window)
}

// Resets counts how often the selected counters fell in the window.
func Resets(selector Expr, window time.Duration) Expr {
	return overRange("resets", selector, window)
}

// AvgOverTime is the mean of the selected gauges over the window.
func AvgOverTime(selector Expr, window time.Duration) Expr {
	return overRange("avg_over_time", selector, window)
}

// Sum adds series up, by the given labels.
func Sum(e Expr, by ...string) Expr { return aggregate(parser.SUM, e, by) }

// CountBy counts series by the given labels.
func CountBy(e Expr, by ...string) Expr { return aggregate(parser.COUNT, e, by) }

// Max takes the largest, by the given labels.
func Max(e Expr, by ...string) Expr { return aggregate(parser.MAX, e, by) }

// MaxWithout takes the largest of the series that differ in nothing but the given labels.
func MaxWithout(e Expr, labels ...string) Expr { return without(parser.MAX, e, labels) }

// CountWithout counts the series that differ in nothing but the given labels.
func CountWithout(e Expr, labels ...string) Expr { return without(parser.COUNT, e, labels) }

// Divide divides series with equal labels.
func Divide(a, b Expr) Expr {
	return binary(parser.DIV, a.node, b.node, &parser.VectorMatching{Card: parser.CardOneToOne})
}

// Quantile estimates the q-quantile (0 to 1) from bucket rates summed by le and the given labels; it interpolates
// linearly within a bucket, as histogram_quantile does.
func Quantile(q float64, bucketRates Expr, by ...string) Expr {
	summed := Sum(bucketRates, append([]string{labels.BucketLabel}, by...)...)
	return Expr{&parser.Call{Func: parser.Functions["histogram_quantile"],
		Args: parser.Expressions{&parser.NumberLiteral{Val: q}, summed.node}}}
}

// Text prints the expression after the official parser has read it back to the same text.
func (e Expr) Text() (string, error) {
	text := escaped(e.node.String())
	read, err := parser.NewParser(parser.Options{}).ParseExpr(text)
	if err != nil {
		return "", fmt.Errorf("built a PromQL query that does not parse: %s: %w", text, err)
	}
	if again := escaped(read.String()); again != text {
		return "", fmt.Errorf("built a PromQL query that reads back differently: %s became %s", text, again)
	}
	return text, nil
}

// replacement is what stands in for bytes that are not UTF-8. The parser refuses it as it is, and its printer does not
// escape it.
const replacement = "\uFFFD"

// escaped writes the replacement rune as an escape; it can only stand within a quoted string.
func escaped(text string) string { return strings.ReplaceAll(text, replacement, `\ufffd`) }

func overRange(function string, selector Expr, window time.Duration) Expr {
	matrix := &parser.MatrixSelector{VectorSelector: selector.node, Range: window}
	return Expr{&parser.Call{Func: parser.Functions[function], Args: parser.Expressions{matrix}}}
}

func without(op parser.ItemType, e Expr, labels []string) Expr {
	return Expr{&parser.AggregateExpr{Op: op, Expr: e.node, Grouping: labels, Without: true}}
}

func aggregate(op parser.ItemType, e Expr, by []string) Expr {
	return Expr{&parser.AggregateExpr{Op: op, Expr: e.node, Grouping: by}}
}
