package promql_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/query/promql"
)

func TestBelowKeepsWhatIsSmaller(t *testing.T) {
	t.Parallel()
	text, err := promql.Below(promql.Max(promql.Select("expires"), "name"), 1768905000).Text()
	require.NoError(t, err)
	require.Equal(t, `max by (name) (expires) < 1768905000`, text)
}
