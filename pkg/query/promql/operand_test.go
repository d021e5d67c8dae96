package promql_test

import (
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/query/promql"
)

func TestAnExpressionWithinAnotherKeepsItsShape(t *testing.T) {
	t.Parallel()
	a, b, c := promql.Select("a"), promql.Select("b"), promql.Select("c")
	for want, e := range map[string]promql.Expr{
		"(a or vector(0)) / b":     promql.Divide(promql.OrZero(a), b),
		"a / (b or vector(0))":     promql.Divide(a, promql.OrZero(b)),
		"a / (b / c)":              promql.Divide(a, promql.Divide(b, c)),
		"a / b / c":                promql.Divide(promql.Divide(a, b), c),
		"a - (b - c)":              promql.Minus(a, promql.Minus(b, c)),
		"a - b / c":                promql.Minus(a, promql.Divide(b, c)),
		"(a - b) / c":              promql.Divide(promql.Minus(a, b), c),
		"a / b > 2":                promql.Above(promql.Divide(a, b), 2),
		"(a or b) > 2":             promql.Above(promql.Or(a, b), 2),
		"(a > 1) / b":              promql.Divide(promql.Above(a, 1), b),
		"a or b or c":              promql.Or(a, b, c),
		"a or b and c":             promql.Or(a, promql.And(b, c)),
		"(a or b) and c":           promql.And(promql.Or(a, b), c),
		"(a or b) unless on (x) c": promql.Unless(promql.Or(a, b), c, "x"),
	} {
		text, err := e.Text()
		require.NoError(t, err)
		read, err := parser.NewParser(parser.Options{}).ParseExpr(text)
		require.NoError(t, err)
		require.Equal(t, want, read.String())
	}
}
