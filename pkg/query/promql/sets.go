package promql

import (
	"time"

	"github.com/prometheus/prometheus/promql/parser"
)

// Above keeps what is larger than the limit, with its value.
func Above(e Expr, limit float64) Expr {
	return binary(parser.GTR, e.node, &parser.NumberLiteral{Val: limit}, nil)
}

// Minus subtracts series with equal labels.
func Minus(a, b Expr) Expr {
	return binary(parser.SUB, a.node, b.node, &parser.VectorMatching{Card: parser.CardOneToOne})
}

// And keeps the series of a that b has too, by the given labels; by all of them where none is given.
func And(a, b Expr, on ...string) Expr { return set(parser.LAND, a, b, on...) }

// Unless keeps the series of a that b lacks, by the given labels.
func Unless(a, b Expr, on ...string) Expr { return set(parser.LUNLESS, a, b, on...) }

// Or joins several expressions; where two have a series with equal labels, the first one's stays. Of none it is the
// zero Expr, which has no text.
func Or(all ...Expr) Expr {
	var joined Expr
	for i, e := range all {
		if i == 0 {
			joined = e
			continue
		}
		joined = set(parser.LOR, joined, e)
	}
	return joined
}

// EverChanged keeps the series of the selected metric, by the given labels, that changed at any time of the window
// before the end of the range that is asked for.
func EverChanged(selector Expr, window time.Duration, by ...string) Expr {
	return And(Max(selector, by...), Above(Max(overAll("changes", selector, window), by...), 0))
}

// EverThere keeps the series, by the given labels, of which the selected metric had any at any time of the window before the end of the
// range that is asked for.
func EverThere(e, selector Expr, window time.Duration, by ...string) Expr {
	return And(e, CountBy(overAll("count_over_time", selector, window), by...))
}

// overAll calls a function of the window before the end of the range: evaluated once, whatever the number of steps.
func overAll(function string, selector Expr, window time.Duration) Expr {
	vector, ok := selector.node.(*parser.VectorSelector)
	if !ok {
		return selector
	}
	atEnd := *vector
	atEnd.StartOrEnd = parser.END
	return Expr{&parser.Call{Func: parser.Functions[function],
		Args: parser.Expressions{&parser.MatrixSelector{VectorSelector: &atEnd, Range: window}}}}
}

// AtStart is what a selected metric was at the start of the range that is asked for, at every step of it.
func AtStart(selector Expr) Expr {
	vector, ok := selector.node.(*parser.VectorSelector)
	if !ok {
		return selector
	}
	atStart := *vector
	atStart.StartOrEnd = parser.START
	return Expr{&atStart}
}

func set(op parser.ItemType, a, b Expr, on ...string) Expr {
	return binary(op, a.node, b.node, &parser.VectorMatching{Card: parser.CardManyToMany, MatchingLabels: on, On: len(on) > 0})
}
