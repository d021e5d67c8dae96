package investigate

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

//nolint:paralleltest // what all runs of the process keep is counted
func TestTheLargestAnswersAreForgottenWhereRunsKeepTooMuch(t *testing.T) {
	require.Zero(t, keptByAll.Load())
	runs := make([]kept, 20)
	for i := range runs {
		runs[i].sizes = map[string]int64{}
		for n := range 10 {
			runs[i].add(strconv.Itoa(n), 1<<10)
		}
		require.Empty(t, runs[i].add("medium", keptAnyway/2))
	}
	for i := range runs {
		runs[i].add("large", keptOfRun/2)
	}
	for i := range runs {
		for n := range 10 {
			assert.Contains(t, runs[i].sizes, strconv.Itoa(n), "a small answer was forgotten")
		}
	}
	assert.LessOrEqual(t, keptByAll.Load(), int64(keptOfAll+keptOfRun))
	assert.Equal(t, []string{"huge"}, runs[0].add("huge", keptOfRun+1), "one that no run may keep")
	for i := range runs {
		runs[i].end()
		assert.Equal(t, []string{"late"}, runs[i].add("late", 1))
	}
	require.Zero(t, keptByAll.Load(), "what ended keeps nothing")
}
