package phase_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

func TestSeveralExpressionsAreAskedAsOneAndTakenApartAgain(t *testing.T) {
	t.Parallel()
	up := promql.Sum(promql.Select("up"), "job")
	text, err := phase.Joined(phase.Part{Name: "now", Expr: up}, phase.Part{Name: "before", Expr: up, Earlier: time.Hour})
	require.NoError(t, err)
	require.Equal(t, `label_replace(sum by (job) (up), "faultline_part", "now", "", "") or label_replace(sum by (job) (up offset 1h), "faultline_part", "before", "", "")`, text)

	parts := phase.Parted(source.Answer{Series: []incident.Series{
		{Labels: map[string]string{phase.PartLabel: "now", "job": "a"}}, {Labels: map[string]string{phase.PartLabel: "now", "job": "b"}}}})
	require.Equal(t, map[string][]incident.Series{"now": {{Labels: map[string]string{"job": "a"}}, {Labels: map[string]string{"job": "b"}}}}, parts)
}
