package frames

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestACriterionThatNobodyCouldMeasureIsNotBack(t *testing.T) {
	t.Parallel()
	c := &incident.Case{Facts: incident.Facts{Recovery: &incident.ExitCriteria{Criteria: []incident.ExitCriterion{
		{Name: "error rate", Unit: incident.Ratio, Most: incident.Baselined(0.002)},
		{Name: "request rate", Unit: incident.PerSecond, Least: incident.Baselined(5), Now: incident.Baselined(17), Holds: true},
	}}}}
	kind := recoveryQuery()
	assert.InDelta(t, 1, *kind.numbers["open"].read(c), 0)
	drawn := kind.draw(drawing{Case: c})[0]
	require.Equal(t, 2, drawn.Rows())
	assert.Nil(t, column(t, drawn, "now").At(0))
	assert.Equal(t, false, column(t, drawn, "met").At(0))
	assert.Equal(t, true, column(t, drawn, "met").At(1), "there is more traffic than it takes")
	assert.Equal(t, "at least", column(t, drawn, "bound").At(1))
	assert.Empty(t, column(t, drawn, "reading").At(0), "nothing is made up where nothing was measured")
	assert.Equal(t, "at most 0.2%", column(t, drawn, "wanted").At(0))
	assert.Equal(t, "17/s", column(t, drawn, "reading").At(1))
	assert.Equal(t, "at least 5/s", column(t, drawn, "wanted").At(1))
}
