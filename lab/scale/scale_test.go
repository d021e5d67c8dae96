package scale_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/lab/scale"
	"github.com/faultline-investigation/faultline/lab/stack"
)

// A town of ten services has few enough metrics to compare all; of a larger one only those that rose are read.
func TestAnswersDoNotGrowWithTheTown(t *testing.T) {
	t.Parallel()
	backend, err := plugin.Compile(t.Context(), t.TempDir())
	require.NoError(t, err)
	sizes, err := scale.Measure(t.Context(), scale.Options{Sizes: []int{10, 60}, Runs: 1, Backend: backend, Log: os.Stderr, Stack: stack.Options{Progress: os.Stderr}})
	require.NoError(t, err)
	require.Less(t, sizes[1].Bytes, sizes[0].Bytes)
	require.Equal(t, sizes[0].Verdict, sizes[1].Verdict)
	require.Contains(t, sizes[1].Verdict, "town-0003")
	for _, s := range sizes {
		require.Equal(t, []string{"town-0003"}, s.Risen, "%d services", s.Services)
		require.LessOrEqual(t, s.Queries, 40)
	}
}
