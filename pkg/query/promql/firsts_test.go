package promql_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/query/promql"
)

func TestCountersThatAppearCountFromZero(t *testing.T) {
	t.Parallel()
	rate, err := promql.RateWithFirsts(promql.Select("requests_total", promql.Equal("app", "shop")), time.Minute, 15)
	require.NoError(t, err)
	text, err := promql.Sum(rate, "code").Text()
	require.NoError(t, err)
	require.Equal(t, `sum by (code) ((last_over_time(requests_total{app="shop"}[1m]) and (min_over_time(requests_total{app="shop"}[1m]) < 16 `+
		`unless requests_total{app="shop"} offset 1m)) / 60 or rate(requests_total{app="shop"}[1m]))`, text)
}
