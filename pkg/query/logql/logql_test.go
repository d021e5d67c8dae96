package logql_test

import (
	"testing"
	"time"

	"github.com/grafana/loki/v3/pkg/logql/log"
	"github.com/grafana/loki/v3/pkg/logql/syntax"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/query/logql"
)

// awkward are values that have broken string-built queries elsewhere; rapid adds arbitrary ones.
func awkward() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringN(1, 40, -1),
		rapid.SampledFrom([]string{`"`, `\`, `\"`, "\n", "}", `"} |= "b`, "`", "ü", "日本", "\x00", "\u2028", "$x", ".*", "\xff\xfe"}),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 1, 30), func(b []byte) string { return string(b) }),
	)
}

func TestAnyServiceAndAnyTextReadBackAsThoseValuesAndNothingElse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		service, id := awkward().Draw(t, "service"), awkward().Draw(t, "trace id")
		text, err := logql.Streams("service_name", service).Containing(id).Text()
		require.NoError(t, err)

		pipeline := parse(t, text).(*syntax.PipelineExpr)
		requireOneEquality(t, pipeline.Left.Mts, "service_name", service)
		require.Len(t, pipeline.MultiStages, 1)
		filter := pipeline.MultiStages[0].(*syntax.LineFilterExpr)
		require.Nil(t, filter.Or)
		require.Nil(t, filter.Left)
		require.Equal(t, syntax.LineFilter{Ty: log.LineMatchEqual, Match: id}, filter.LineFilter)
	})
}

func TestCountingKeepsTheSelectionWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		service, id := awkward().Draw(t, "service"), awkward().Draw(t, "text")
		selection := logql.Streams("service_name", service).Containing(id)
		lines, err := selection.Text()
		require.NoError(t, err)
		text, err := selection.CountOverTime(5 * time.Minute)
		require.NoError(t, err)

		sum := parse(t, text).(*syntax.VectorAggregationExpr)
		require.Equal(t, syntax.OpTypeSum, sum.Operation)
		count := sum.Left.(*syntax.RangeAggregationExpr)
		require.Equal(t, syntax.OpRangeTypeCount, count.Operation)
		require.Equal(t, 5*time.Minute, count.Left.Interval)
		require.Equal(t, lines, count.Left.Left.String())
	})
}

func TestBytesThatAreNotTextCannotBreakAQuery(t *testing.T) {
	t.Parallel()
	_, err := logql.Streams("service_name", "\xff", "\xfe\"}").Containing("\xff\"").Text()
	require.NoError(t, err)
}

func TestQueriesReadAsAPersonWouldWriteThem(t *testing.T) {
	t.Parallel()
	text, err := logql.Streams("service_name", "payment-service", "order-service").Containing("8f2e4a1b7c9d3e5f").Text()
	require.NoError(t, err)
	require.Equal(t, `{service_name=~"payment-service|order-service"} |= "8f2e4a1b7c9d3e5f"`, text)
}

func parse(t require.TestingT, text string) syntax.Expr {
	expr, err := syntax.ParseExpr(text)
	require.NoError(t, err, text)
	return expr
}

func requireOneEquality(t require.TestingT, matchers []*labels.Matcher, name, value string) {
	require.Len(t, matchers, 1)
	require.Equal(t, labels.MatchEqual, matchers[0].Type)
	require.Equal(t, name, matchers[0].Name)
	require.Equal(t, value, matchers[0].Value)
}
