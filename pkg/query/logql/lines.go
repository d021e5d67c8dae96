package logql

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/grafana/loki/v3/pkg/logql/log"
	"github.com/grafana/loki/v3/pkg/logql/syntax"
	"github.com/prometheus/prometheus/model/labels"
)

// StreamsWithout picks the streams that have the label, but none of the values in it.
func StreamsWithout(label string, values ...string) Selection {
	matchers := []*labels.Matcher{labels.MustNewMatcher(labels.MatchRegexp, label, ".+")}
	for _, v := range values {
		matchers = append(matchers, labels.MustNewMatcher(labels.MatchNotEqual, label, v))
	}
	return Selection{matchers: matchers}
}

// ContainingAnyFold keeps the lines that hold one of the texts, each taken literally, in any case.
func (s Selection) ContainingAnyFold(texts ...string) Selection {
	return s.with(&syntax.LineFilterExpr{LineFilter: syntax.LineFilter{Ty: log.LineMatchRegexp, Match: "(?i)" + alternatives(texts)}})
}

// WhereAnyEndsFold keeps the lines of which one of the labels or fields of structured metadata ends in one of the texts,
// each taken literally, in any case. There must be a label.
func (s Selection) WhereAnyEndsFold(names []string, texts ...string) Selection {
	var filter log.LabelFilterer
	for _, name := range slices.Backward(names) {
		one := log.NewStringLabelFilter(labels.MustNewMatcher(labels.MatchRegexp, name, "(?i).*"+alternatives(texts)))
		if filter == nil {
			filter = one
			continue
		}
		filter = log.NewOrLabelFilter(one, filter)
	}
	return s.with(&syntax.LabelFilterExpr{LabelFilterer: filter})
}

func alternatives(texts []string) string {
	quoted := make([]string, len(texts))
	for i, t := range texts {
		quoted[i] = quotedMeta(valid(t))
	}
	return "(?:" + strings.Join(quoted, "|") + ")"
}

// quotedMeta quotes a text for a regular expression without quotes and unprintable characters, which Loki's printer and
// parser do not agree on within label filters.
func quotedMeta(text string) string {
	var out strings.Builder
	for _, r := range text {
		if r == '"' || r == '`' || !unicode.IsPrint(r) {
			fmt.Fprintf(&out, `\x{%x}`, r)
			continue
		}
		out.WriteString(regexp.QuoteMeta(string(r)))
	}
	return out.String()
}

var labelName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)

// Keeping leaves lines only the named labels, which makes answers smaller. The names must be valid label names; others are
// left out.
func (s Selection) Keeping(names ...string) Selection {
	names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !labelName.MatchString(name) })
	if len(names) == 0 {
		return s
	}
	// The stage's own constructor is not exported; names are checked above, so that parsing cannot give anything else.
	read, err := syntax.ParseLogSelector(fmt.Sprintf(`{a="a"} | keep %s`, strings.Join(names, ",")), true)
	pipeline, ok := read.(*syntax.PipelineExpr)
	if err != nil || !ok {
		return s
	}
	return s.with(pipeline.MultiStages[0])
}

// CountBy is a query that counts the selected lines of the last window for each value of a label.
func (s Selection) CountBy(label string, window time.Duration) (string, error) {
	return checked(&syntax.VectorAggregationExpr{
		Operation: syntax.OpTypeSum,
		Grouping:  &syntax.Grouping{Groups: []string{label}},
		Left: &syntax.RangeAggregationExpr{
			Operation: syntax.OpRangeTypeCount,
			Left:      &syntax.LogRangeExpr{Left: s.expr(), Interval: window},
		},
	})
}
