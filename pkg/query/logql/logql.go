// Package logql builds LogQL as a syntax tree of Loki's own parser, so that no value can change a query's structure.
package logql

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/grafana/loki/v3/pkg/logql/log"
	"github.com/grafana/loki/v3/pkg/logql/syntax"
	"github.com/prometheus/prometheus/model/labels"
)

// Selection picks log lines: streams by their labels, then lines by what they hold.
type Selection struct {
	matchers []*labels.Matcher
	stages   syntax.MultiStageExpr
}

// Streams picks the streams whose label has one of the values, each taken literally. Loki wants at least one matcher
// that does not match the empty string, so values must not be empty. Labels are UTF-8: in one of several values that is
// not, the odd bytes become U+FFFD.
func Streams(label string, values ...string) Selection {
	if len(values) == 1 {
		return Selection{matchers: []*labels.Matcher{labels.MustNewMatcher(labels.MatchEqual, label, values[0])}}
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = regexp.QuoteMeta(valid(v))
	}
	return Selection{matchers: []*labels.Matcher{
		labels.MustNewMatcher(labels.MatchRegexp, label, strings.Join(quoted, "|"))}}
}

// StreamsLike picks the streams whose label matches an anchored regular expression of our own. It fails when the
// expression is not valid.
func StreamsLike(label, expression string) (Selection, error) {
	m, err := labels.NewMatcher(labels.MatchRegexp, label, expression)
	if err != nil {
		return Selection{}, fmt.Errorf("label %s cannot match %q: %w", label, expression, err)
	}
	return Selection{matchers: []*labels.Matcher{m}}, nil
}

// Containing keeps the lines that hold the text, taken literally and with its case.
func (s Selection) Containing(text string) Selection {
	return s.with(&syntax.LineFilterExpr{LineFilter: syntax.LineFilter{Ty: log.LineMatchEqual, Match: text}})
}

// Matching keeps the lines that match a regular expression of our own somewhere.
func (s Selection) Matching(expression string) Selection {
	return s.with(&syntax.LineFilterExpr{LineFilter: syntax.LineFilter{Ty: log.LineMatchRegexp, Match: expression}})
}

// WhereAny keeps the lines that have one of the labels or pieces of structured metadata at least with a value that
// matches the anchored regular expression of our own. It fails when the expression is not valid.
func (s Selection) WhereAny(expression string, names ...string) (Selection, error) {
	var either log.LabelFilterer
	for _, name := range names {
		m, err := labels.NewMatcher(labels.MatchRegexp, name, expression)
		if err != nil {
			return s, fmt.Errorf("label %s cannot match %q: %w", name, expression, err)
		}
		if either == nil {
			either = log.NewStringLabelFilter(m)
			continue
		}
		either = log.NewOrLabelFilter(either, log.NewStringLabelFilter(m))
	}
	return s.with(&syntax.LabelFilterExpr{LabelFilterer: either}), nil
}

// Logfmt reads fields of lines that are written as key=value into labels: from the label's name to the field's.
func (s Selection) Logfmt(fields map[string]string) Selection {
	var read []log.LabelExtractionExpr
	for _, label := range slices.Sorted(maps.Keys(fields)) {
		read = append(read, log.NewLabelExtractionExpr(label, fields[label]))
	}
	return s.with(&syntax.LogfmtExpressionParserExpr{Expressions: read})
}

// Text prints the selection after Loki's parser has read it back to the same text.
func (s Selection) Text() (string, error) { return checked(s.expr()) }

// CountOverTime is a query that counts the selected lines of the last window, by the given labels.
func (s Selection) CountOverTime(window time.Duration, by ...string) (string, error) {
	return checked(&syntax.VectorAggregationExpr{
		Operation: syntax.OpTypeSum,
		Grouping:  &syntax.Grouping{Groups: by},
		Left: &syntax.RangeAggregationExpr{
			Operation: syntax.OpRangeTypeCount,
			Left:      &syntax.LogRangeExpr{Left: s.expr(), Interval: window},
		},
	})
}

func (s Selection) with(stage syntax.StageExpr) Selection {
	stages := append(append(syntax.MultiStageExpr{}, s.stages...), stage)
	return Selection{matchers: s.matchers, stages: stages}
}

func (s Selection) expr() syntax.LogSelectorExpr {
	left := &syntax.MatchersExpr{Mts: s.matchers}
	if len(s.stages) == 0 {
		return left
	}
	return &syntax.PipelineExpr{Left: left, MultiStages: s.stages}
}

// valid makes a text that a regular expression can hold.
func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }

func checked(e syntax.Expr) (string, error) {
	text := e.String()
	read, err := syntax.ParseExpr(text)
	if err != nil {
		return "", fmt.Errorf("built a LogQL query that does not parse: %s: %w", text, err)
	}
	if again := read.String(); again != text {
		return "", fmt.Errorf("built a LogQL query that reads back differently: %s became %s", text, again)
	}
	return text, nil
}
