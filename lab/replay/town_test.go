package replay_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/replay"
	"github.com/faultline-investigation/faultline/lab/town"
	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
)

var nine = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// shows is the kind of evidence that a fault is known by.
var shows = map[town.Fault]rank.Kind{town.Disk: rank.Disk, town.Memory: rank.Memory, town.Loss: rank.EdgeLatency, town.Edge: rank.EdgeLatency}

// of is a town's ranking, and the service that is hurt.
func of(t *testing.T, size int, fault town.Fault, clocks time.Duration) (found rank.Ranking, truth string) {
	t.Helper()
	s := town.Scenario(size, fault)
	batch := s.Start(nine, 1).Generate(nine)
	town.MoveClocks(batch, clocks)
	return rank.Rank(replay.Of(batch.Traces, batch.Logs, batch.Metrics).Sample(town.Front, nine, 1)), s.Truth().Service
}

func requireFirst(t *testing.T, found rank.Ranking, truth string, kind rank.Kind) {
	t.Helper()
	require.NotEmpty(t, found.Suspects)
	first := found.Suspects[0]
	require.Equal(t, truth, first.Service)
	require.True(t, slices.ContainsFunc(first.Evidence, func(e rank.Evidence) bool { return e.Kind == kind }), "%s is not among %+v", kind, first.Evidence)
}

func TestBusyDisksFullMemoryAndLostPacketsAreRankedFirstForWhatTheyAre(t *testing.T) {
	t.Parallel()
	for _, fault := range town.Faults() {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			found, truth := of(t, 30, fault, 0)
			requireFirst(t, found, truth, shows[fault])
			require.LessOrEqual(t, found.Suspects[0].Chance, rank.Unsure)
		})
	}
}

func TestClocksThatDifferByFourSecondsChangeNoPlaceAndHardlyAnyScore(t *testing.T) {
	t.Parallel()
	for _, fault := range town.Faults() {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			right, truth := of(t, 30, fault, 0)
			wrong, _ := of(t, 30, fault, 2*time.Second)
			requireFirst(t, wrong, truth, shows[fault])
			require.InDelta(t, right.Suspects[0].Score, wrong.Suspects[0].Score, 0.05)
		})
	}
}

// Few of the requests pass any one of so many services. What a fault shows in a handful of them is less than what chance
// shows somewhere, so that lost packets, of which only every second call suffers, are not told from it.
func TestAmongMoreThanAHundredServicesTheHurtOneIsRankedFirst(t *testing.T) {
	t.Parallel()
	for _, fault := range []town.Fault{town.Disk, town.Memory, town.Edge} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			found, truth := of(t, 160, fault, 2*time.Second)
			require.Greater(t, len(found.Services), 100)
			requireFirst(t, found, truth, shows[fault])
		})
	}
}
