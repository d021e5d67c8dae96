package score_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/score"
	"github.com/faultline-investigation/faultline/lab/town"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Real stores and the real backend, with clocks that are up to four seconds apart.
func TestFaultsThatNoScenarioPlaysAreFoundInALargeSystemWhoseClocksDiffer(t *testing.T) {
	t.Parallel()
	const size, clocks = 70, 2 * time.Second
	root := t.TempDir()
	alert := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for _, fault := range []town.Fault{town.Disk, town.Memory, town.Edge} {
		require.NoError(t, town.Keep(filepath.Join(root, string(fault)), size, fault, alert, 1, clocks))
	}
	require.NoError(t, town.Keep(filepath.Join(root, string(town.Loss)), 30, town.Loss, alert, 1, clocks))
	require.NoError(t, town.Keep(filepath.Join(root, string(town.Quiet)), 30, town.Quiet, alert, 1, clocks))

	result, err := score.Run(t.Context(), score.Options{Recordings: root, Backend: compiled(t), Quiet: true, Progress: os.Stderr, Log: os.Stderr})
	require.NoError(t, err)
	require.Empty(t, result.Problems)
	require.Len(t, result.Incidents, 4)
	for _, i := range result.Incidents {
		t.Logf("%s: place %d, %s", i.Recording, i.Place, i.Sentence)
		if i.Fault == string(town.Loss) { // every second call to it suffers, and few are made
			require.Contains(t, []int{1, 2, 3}, i.Place, "%v, %s", i.Ranked, i.Sentence)
			continue
		}
		require.Equal(t, 1, i.Place, "%s: %v, %s", i.Recording, i.Ranked, i.Sentence)
		if i.RightReason != nil && i.Verdict != incident.NoClearCause {
			require.True(t, *i.RightReason, "%s: %v", i.Recording, i.Because)
		}
		if i.Fault == string(town.Edge) {
			require.NotEqual(t, incident.NoClearCause, i.Verdict, i.Sentence)
		}
	}
	require.GreaterOrEqual(t, result.Quiet.Compared, 12)
	require.Zero(t, result.Quiet.Likely)
	t.Logf("of %d times without a fault %d are called Possible", result.Quiet.N, result.Quiet.Possible)
}
