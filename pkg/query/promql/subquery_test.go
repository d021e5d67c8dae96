package promql_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/query/promql"
)

func TestWhatRoseMostIsAskedOfTheStore(t *testing.T) {
	t.Parallel()
	named := promql.NameKept(promql.Or(promql.Select("a"), promql.Select("b")), "metric")
	rise := promql.AtMost(promql.Divide(promql.OverTime("avg_over_time", named, 5*time.Minute, time.Minute, 0),
		promql.OverTime("avg_over_time", named, 48*time.Minute, 3*time.Minute, 12*time.Minute)), 1000)
	const ratio = `clamp_max(avg_over_time(label_replace(a or b, "metric", "$1", "__name__", "(.+)")[5m:1m]) / avg_over_time(label_replace(a or b, "metric", "$1", "__name__", "(.+)")[48m:3m] offset 12m), 1000)`
	for want, e := range map[string]promql.Expr{
		"topk(20, " + ratio + " > 1.5)":                                        promql.Top(20, promql.Above(rise, 1.5)),
		"quantile by (metric) (0.5, " + ratio + ")":                            promql.Middle(rise, "metric"),
		"rate(label_replace(a, \"m\", \"$1\", \"__name__\", \"(.+)\")[5m:1m])": promql.OverTime("rate", promql.NameKept(promql.Select("a"), "m"), 5*time.Minute, time.Minute, 0),
	} {
		text, err := e.Text()
		require.NoError(t, err)
		require.Equal(t, want, text)
	}
}
