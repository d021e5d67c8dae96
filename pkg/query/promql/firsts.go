package promql

import (
	"time"

	"github.com/prometheus/prometheus/promql/parser"
)

// RateWithFirsts is Rate for counters of client libraries, which are not there before their first event: a counter that appeared within
// the window and began at no more than atMost counts from zero, where Rate misses what it began with. One that began higher was not
// born then but first seen, and counts as Rate does.
func RateWithFirsts(selector Expr, window time.Duration, atMost float64) (Expr, error) {
	young, err := Young(selector, window, atMost)
	if err != nil {
		return Expr{}, err
	}
	counted := And(overRange("last_over_time", selector, window), young)
	perSecond := binary(parser.DIV, counted.node, &parser.NumberLiteral{Val: window.Seconds()}, nil)
	return Or(perSecond, Rate(selector, window)), nil
}

// Young are the counters that appeared within the window and began at no more than atMost, with what they began at.
func Young(selector Expr, window time.Duration, atMost float64) (Expr, error) {
	before, err := Offset(selector, window)
	if err != nil {
		return Expr{}, err
	}
	return Unless(Below(overRange("min_over_time", selector, window), atMost+1), before), nil
}
