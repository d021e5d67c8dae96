package promql

import "github.com/prometheus/prometheus/promql/parser"

// Below keeps what is smaller than the limit, with its value.
func Below(e Expr, limit float64) Expr {
	return Expr{&parser.BinaryExpr{Op: parser.LSS, LHS: e.node, RHS: &parser.NumberLiteral{Val: limit}}}
}
