package promql

import "github.com/prometheus/prometheus/promql/parser"

// Below keeps what is smaller than the limit, with its value.
func Below(e Expr, limit float64) Expr {
	return binary(parser.LSS, e.node, &parser.NumberLiteral{Val: limit}, nil)
}
