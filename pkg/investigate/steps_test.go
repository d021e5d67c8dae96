package investigate_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/phase/changes"
)

func TestTheStepsStandInTheOrderInWhichAPersonWalks(t *testing.T) {
	t.Parallel()
	var keys []string
	for _, s := range investigate.All() {
		keys = append(keys, s.Key())
	}
	require.Equal(t, []string{
		"impact/conventions",
		"impact/service",
		"impact/scope",
		"impact/counters",
		"impact/error-rate",
		"impact/request-rate",
		"impact/latency",
		"impact/status-codes",
		"impact/onset",
		"impact/callees",
		"impact/dependencies",
		"impact/blast-radius",
		"example/failing-traces",
		"example/refused-traces",
		"example/slow-traces",
		"example/exemplars",
		"example/whole",
		"example/shapes",
		"example/trace",
		"example/culprit",
		"example/traits",
		"logs/labels",
		"logs/trace-lines",
		"logs/failing-pattern",
		"logs/patterns",
		"logs/widened",
		"cause/externals",
		"cause/lookups",
		"cause/pool",
		"cause/limits",
		"cause/pods",
		"cause/events",
		"cause/surroundings",
		"cause/infra-logs",
		"cause/changes",
		"cause/locks",
		"cause/calls",
		"cause/agreement",
		"cause/risen-metrics",
		"cause/ranking", "cause/witness", "cause/next-witness", "cause/own-time",
		"cause/verdict",
		"recovery/runbook",
		"recovery/mitigations",
		"recovery/exit-criteria",
	}, keys)
}

func TestTheStepsThatChangesRestOnAreThere(t *testing.T) {
	t.Parallel()
	learns := map[string][]incident.Fact{}
	for _, s := range investigate.All() {
		learns[s.Key()] = s.Learns
	}
	for step, fact := range map[string]incident.Fact{changes.StepConventions: incident.FactConventions, changes.StepLabels: incident.FactLogLabels,
		changes.StepEvents: incident.FactEvents, changes.StepCalls: incident.FactNeighbours} {
		require.Contains(t, learns[step], fact, step)
	}
}

func TestEveryNeedOfEveryStepIsLearnedByAnother(t *testing.T) {
	t.Parallel()
	learned := map[incident.Fact]string{}
	for _, s := range investigate.All() {
		for _, fact := range s.Learns {
			require.Empty(t, learned[fact], "%s is learned by two steps", fact)
			learned[fact] = s.Key()
		}
	}
	for _, s := range investigate.All() {
		require.NotNil(t, s.Plan, s.Key())
		require.NotNil(t, s.Read, s.Key())
		require.NotEmpty(t, s.Title, s.Key())
		for _, fact := range append(append(append([]incident.Fact{}, s.Needs...), s.NeedsOne...), s.Awaits...) {
			require.NotEmpty(t, learned[fact], "%s needs %s, which no step learns", s.Key(), fact)
			require.NotEqual(t, s.Key(), learned[fact], "%s needs what only it learns", s.Key())
		}
	}
}

func TestEveryFactThatIsLearnedIsAFactThatACaseCanKnow(t *testing.T) {
	t.Parallel()
	full := &incident.Facts{}
	for _, field := range reflect.ValueOf(full).Elem().Fields() {
		field.Set(reflect.New(field.Type().Elem()))
	}
	for _, s := range investigate.All() {
		for _, fact := range s.Learns {
			require.True(t, full.Knows(fact), "%s learns %s, which no case can know", s.Key(), fact)
		}
	}
}
