package promql_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/query/promql"
)

func TestAnExpressionNamesTheServicesThatItsMatchersPick(t *testing.T) {
	t.Parallel()
	for query, want := range map[string][2]bool{ // whether it names shop, and whether it tells shop apart by the metric requests
		`sum(rate(requests{service="shop"}[5m])) > 1`:                                  {true, false},
		`sum(rate(requests{service=~"shop|pay"}[5m])) > 1`:                             {true, false},
		`sum(rate(requests{service="pay"}[5m])) > 1`:                                   {false, false},
		`sum(rate(requests{service!="pay"}[5m])) > 1`:                                  {false, false},
		`sum by (service) (rate(requests[5m])) > 1`:                                    {false, true},
		`sum by (service) (rate(requests{service!="shop"}[5m])) > 1`:                   {false, false},
		`sum without (pod) (rate(requests[5m])) > 1`:                                   {false, true},
		`sum without (service) (rate(requests[5m])) > 1`:                               {false, false},
		`sum by (pod) (rate(requests[5m])) > 1`:                                        {false, false},
		`rate(restarts[5m]) > 1`:                                                       {false, false},
		`sum(requests) / on () group_left sum by (service) (requests{service="shop"})`: {true, true},
	} {
		scopes, err := promql.Scopes(query, "service", "service_name")
		require.NoError(t, err, query)
		var got [2]bool
		for _, s := range scopes {
			got[0] = got[0] || s.Names("shop")
			got[1] = got[1] || s.Tells("shop", "requests")
		}
		require.Equal(t, want, got, query)
	}
}

func TestWhatIsNotPromQLHasNoScope(t *testing.T) {
	t.Parallel()
	_, err := promql.Scopes(`{service="shop"} |= "x"`, "service")
	require.Error(t, err)
}
