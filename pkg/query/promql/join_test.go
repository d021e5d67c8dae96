package promql_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/query/promql"
)

func TestAnEarlierTimeIsAskedForWithoutChangingTheExpressionItself(t *testing.T) {
	t.Parallel()
	rate := promql.Rate(promql.Select("requests_total", promql.Equal("job", "a")), time.Minute)
	now := promql.Sum(promql.Divide(rate, rate), "job")
	earlier, err := promql.Offset(now, 25*time.Hour)
	require.NoError(t, err)
	text, err := earlier.Text()
	require.NoError(t, err)
	require.Equal(t, `sum by (job) (rate(requests_total{job="a"}[1m] offset 1d1h) / rate(requests_total{job="a"}[1m] offset 1d1h))`, text)
	text, err = now.Text()
	require.NoError(t, err)
	require.NotContains(t, text, "offset")
	same, err := promql.Offset(now, 0)
	require.NoError(t, err)
	require.Equal(t, now, same)
}

func TestPartsAreToldApartByALabelWhateverTheyAreCalled(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value, name := rapid.String().Draw(t, "value"), rapid.String().Draw(t, "part")
		one := promql.Labelled(promql.Sum(promql.Select("up", promql.Equal("job", value))), "part", name)
		earlier, err := promql.Offset(promql.Or(one, promql.Labelled(promql.Sum(promql.Select("down")), "part", "b")), time.Hour)
		require.NoError(t, err)
		text, err := earlier.Text()
		require.NoError(t, err)
		require.Contains(t, text, "offset 1h")
	})
}
