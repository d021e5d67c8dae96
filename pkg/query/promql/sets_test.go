package promql_test

import (
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/query/promql"
)

func TestSetsReadAsAPersonWouldWriteThem(t *testing.T) {
	t.Parallel()
	a, b := promql.Select("a"), promql.Select("b", promql.Equal("phase", "Succeeded"))
	for want, expr := range map[string]promql.Expr{
		`max by (pod) (a) > 0 unless on (pod) b{phase="Succeeded"} > 0`:  promql.Unless(promql.Above(promql.Max(a, "pod"), 0), promql.Above(b, 0), "pod"),
		`a - b{phase="Succeeded"} > 0 or a or b{phase="Succeeded"}`:      promql.Or(promql.Above(promql.Minus(a, b), 0), a, b),
		`max by (pod) (a) and max by (pod) (changes(a[2h] @ end())) > 0`: promql.EverChanged(a, 2*time.Hour, "pod"),
		`a > 1795415600`: promql.Above(a, 1795415600),
		`max by (x) (a) and max by (x) (changes(a[1m] @ end())) > 0 or max by (y) (a)`: promql.Or(promql.EverChanged(a, time.Minute, "x"), promql.Max(a, "y")),
	} {
		text, err := expr.Text()
		require.NoError(t, err)
		require.Equal(t, want, text)
	}
}

func TestJoinedPartsStayApartWhateverTheirValues(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := awkward().Draw(t, "value")
		part := promql.Above(promql.Max(promql.Select("a", promql.Equal("l", value)), "x"), 0)
		text, err := promql.Or(part, promql.EverChanged(promql.Select("b", promql.Equal("l", value)), time.Hour, "y")).Text()
		require.NoError(t, err)
		joined := parse(t, text).(*parser.BinaryExpr)
		require.Equal(t, parser.ItemType(parser.LOR), joined.Op)
		require.Equal(t, parser.ItemType(parser.GTR), joined.LHS.(*parser.BinaryExpr).Op)
		require.Equal(t, parser.ItemType(parser.LAND), joined.RHS.(*parser.BinaryExpr).Op)
	})
}
