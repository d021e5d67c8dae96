package promql

import (
	"fmt"
	"time"

	"github.com/prometheus/prometheus/promql/parser"
)

// Offset asks for the expression as it was some time earlier. The expression itself stays as it is: it may be a part of
// others.
func Offset(e Expr, earlier time.Duration) (Expr, error) {
	if earlier == 0 {
		return e, nil
	}
	text, err := e.Text()
	if err != nil {
		return Expr{}, err
	}
	copied, err := parser.NewParser(parser.Options{}).ParseExpr(text)
	if err != nil {
		return Expr{}, fmt.Errorf("built a PromQL query that does not parse: %s: %w", text, err)
	}
	parser.Inspect(copied, func(node parser.Node, _ []parser.Node) error {
		if selector, is := node.(*parser.VectorSelector); is {
			selector.OriginalOffset += earlier
		}
		return nil
	})
	return Expr{copied}, nil
}

// Read makes an expression of a text that this package wrote earlier.
func Read(text string) (Expr, error) {
	read, err := parser.NewParser(parser.Options{}).ParseExpr(text)
	if err != nil {
		return Expr{}, fmt.Errorf("a PromQL query does not parse: %s: %w", text, err)
	}
	return Expr{read}, nil
}

// OrZero is the expression, which has no labels, or zero where it brings nothing.
func OrZero(e Expr) Expr {
	zero := &parser.Call{Func: parser.Functions["vector"], Args: parser.Expressions{&parser.NumberLiteral{Val: 0}}}
	return Or(e, Expr{zero})
}

// Labelled gives every series of the expression a label with this value, so that the series of several expressions can
// be told apart when they are asked for together.
func Labelled(e Expr, label, value string) Expr {
	text := func(s string) parser.Expr { return &parser.StringLiteral{Val: s} }
	return Expr{&parser.Call{Func: parser.Functions["label_replace"], Args: parser.Expressions{e.node, text(label), text(value), text(""), text("")}}}
}
