package promql_test

import (
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/query/promql"
)

// awkward are values that have broken string-built queries elsewhere; rapid adds arbitrary ones.
func awkward() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.SampledFrom([]string{`"`, `\`, `\"`, "\n", "}", `"} or {a="b`, "`", "ü", "日本", "\x00", "\u2028", "", "$x", ".*", "\xff\xfe"}),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
	)
}

func TestAnyStringAsALabelValueReadsBackAsThatValueAndNothingElse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := awkward().Draw(t, "value")
		text, err := promql.Sum(promql.Rate(promql.Select("requests_total", promql.Equal("service", value)), time.Minute), "code").Text()
		require.NoError(t, err)

		sum := parse(t, text).(*parser.AggregateExpr)
		require.Equal(t, []string{"code"}, sum.Grouping)
		rate := sum.Expr.(*parser.Call)
		require.Equal(t, "rate", rate.Func.Name)
		matrix := rate.Args[0].(*parser.MatrixSelector)
		require.Equal(t, time.Minute, matrix.Range)
		require.Equal(t, map[string]string{model.MetricNameLabel: "requests_total", "service": value}, equalities(t, matrix.VectorSelector))
	})
}

func TestAnyStringAsAMetricNameReadsBackAsThatName(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringN(1, 30, -1).Draw(t, "name")
		text, err := promql.Select(name).Text()
		require.NoError(t, err)
		require.Equal(t, map[string]string{model.MetricNameLabel: name}, equalities(t, parse(t, text)))
	})
}

func TestOneOfSeveralStringsMatchesExactlyThose(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.StringN(1, 20, -1), 1, 4).Draw(t, "values")
		other := rapid.String().Filter(func(s string) bool { return !contains(values, s) }).Draw(t, "other")
		text, err := promql.Select("up", promql.OneOf("service", values...)).Text()
		require.NoError(t, err)

		for _, m := range parse(t, text).(*parser.VectorSelector).LabelMatchers {
			if m.Name != "service" {
				continue
			}
			for _, v := range values {
				require.True(t, m.Matches(v), "%q should match %s", v, text)
			}
			require.False(t, m.Matches(other), "%q should not match %s", other, text)
		}
	})
}

func TestBytesThatAreNotTextCannotBreakAQuery(t *testing.T) {
	t.Parallel()
	_, err := promql.Select("up", promql.OneOf("service", "\xff", "\xfe\"}")).Text()
	require.NoError(t, err)
}

func TestQueriesReadAsAPersonWouldWriteThem(t *testing.T) {
	t.Parallel()
	selector := promql.Select("http_server_request_duration_seconds_bucket", promql.Equal("service_name", "order-service"))
	for want, expr := range map[string]promql.Expr{
		`histogram_quantile(0.99, sum by (le, service) (rate(http_server_request_duration_seconds_bucket{service_name="order-service"}[5m])))`: promql.Quantile(0.99, promql.Rate(selector, 5*time.Minute), "service"),
		`sum(rate(a[1m])) / sum(rate(b[1m]))`: promql.Divide(promql.Sum(promql.Rate(promql.Select("a"), time.Minute)), promql.Sum(promql.Rate(promql.Select("b"), time.Minute))),
		`{__name__=~"a|b"}`:                   promql.SelectMetrics("a", "b"),
	} {
		text, err := expr.Text()
		require.NoError(t, err)
		require.Equal(t, want, text)
	}
}

func TestMetricsThatAreSelectedTogetherAreExactlyThose(t *testing.T) {
	t.Parallel()
	metrics := []string{"a", "a_bucket", "a_count", "b_bucket", "b_count", "b", "c_sum", "d.e_bucket", "d.e_count", "d.e", "_count", "f"}
	text, err := promql.SelectMetrics(metrics...).Text()
	require.NoError(t, err)
	selector, is := parse(t, text).(*parser.VectorSelector)
	require.True(t, is)
	for _, name := range metrics {
		require.True(t, selector.LabelMatchers[0].Matches(name), "%s should match %s", name, text)
	}
	for _, name := range []string{"a_sum", "b_sum", "c", "c_count", "dxe", "d.e_sum", "", "f_count", "_bucket", "aa"} {
		require.False(t, selector.LabelMatchers[0].Matches(name), "%s should not match %s", name, text)
	}
}

func TestAnInvalidPatternIsAnErrorAndNotAQuery(t *testing.T) {
	t.Parallel()
	_, err := promql.Pattern("code", "5[")
	require.ErrorContains(t, err, `label code cannot match "5["`)
	_, err = promql.NoPattern("code", "5[")
	require.ErrorContains(t, err, `label code cannot be held against "5["`)
	m, err := promql.NoPattern("code", "5..")
	require.NoError(t, err)
	text, err := promql.Select("up", m).Text()
	require.NoError(t, err)
	require.Equal(t, `up{code!~"5.."}`, text)
}

func parse(t require.TestingT, text string) parser.Expr {
	expr, err := parser.NewParser(parser.Options{}).ParseExpr(text)
	require.NoError(t, err, text)
	return expr
}

func equalities(t require.TestingT, e parser.Expr) map[string]string {
	got := map[string]string{}
	for _, m := range e.(*parser.VectorSelector).LabelMatchers {
		require.Equal(t, labels.MatchEqual, m.Type)
		got[m.Name] = m.Value
	}
	return got
}

func contains(values []string, s string) bool {
	for _, v := range values {
		if v == s {
			return true
		}
	}
	return false
}
