package promql

import (
	"time"

	"github.com/prometheus/prometheus/promql/parser"
)

// OverTime calls a function such as avg_over_time or rate over what an expression was, every so often, in a window that ended some time
// earlier. Other than of a selector it may be asked of any expression, as of one that keeps the metric's name in a label.
func OverTime(function string, e Expr, window, every, earlier time.Duration) Expr {
	return call(function, &parser.SubqueryExpr{Expr: e.node, Range: window, Step: every, OriginalOffset: earlier})
}

// NameKept gives every series a label with its metric's name, which functions take away.
func NameKept(e Expr, label string) Expr {
	text := func(s string) parser.Expr { return &parser.StringLiteral{Val: s} }
	return call("label_replace", e.node, text(label), text("$1"), text("__name__"), text("(.+)"))
}

// Top keeps the n series with the largest values.
func Top(n int, e Expr) Expr {
	return Expr{&parser.AggregateExpr{Op: parser.TOPK, Param: &parser.NumberLiteral{Val: float64(n)}, Expr: e.node}}
}

// Middle is the median of the series' values, by the given labels.
func Middle(e Expr, by ...string) Expr {
	return Expr{&parser.AggregateExpr{Op: parser.QUANTILE, Param: &parser.NumberLiteral{Val: 0.5}, Expr: e.node, Grouping: by}}
}

// AtMost makes what is larger than the limit the limit, infinity too.
func AtMost(e Expr, limit float64) Expr {
	return call("clamp_max", e.node, &parser.NumberLiteral{Val: limit})
}
