package promql

import "github.com/prometheus/prometheus/promql/parser"

// binds says how tightly an operator binds; a tree is printed without the parentheses that its shape needs.
func binds(op parser.ItemType) int {
	switch op {
	case parser.LOR:
		return 1
	case parser.LAND, parser.LUNLESS:
		return 2
	case parser.ADD, parser.SUB:
		return 4
	case parser.MUL, parser.DIV, parser.MOD, parser.ATAN2:
		return 5
	case parser.POW:
		return 6
	default: // comparisons
		return 3
	}
}

// binary joins two operands, each in parentheses where it would fall apart without them.
func binary(op parser.ItemType, a, b parser.Expr, matching *parser.VectorMatching) Expr {
	if inner, is := a.(*parser.BinaryExpr); is && binds(inner.Op) < binds(op) {
		a = &parser.ParenExpr{Expr: a}
	}
	if inner, is := b.(*parser.BinaryExpr); is && binds(inner.Op) <= binds(op) {
		b = &parser.ParenExpr{Expr: b}
	}
	return Expr{&parser.BinaryExpr{Op: op, LHS: a, RHS: b, VectorMatching: matching}}
}
