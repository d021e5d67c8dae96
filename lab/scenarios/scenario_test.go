package scenarios_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/scenarios"
)

func TestEveryNameLeadsToAScenarioThatSaysWhatItIs(t *testing.T) {
	t.Parallel()
	for _, name := range scenarios.Names() {
		scenario, err := scenarios.Lookup(name)
		require.NoError(t, err)
		require.Equal(t, name, scenario.Name())
		require.NotEmpty(t, scenario.Title())
		require.NotEmpty(t, scenario.Story())
		require.NotEmpty(t, scenario.Alert().Service)
		require.NotEmpty(t, scenario.Alert().Operation)
		require.Greater(t, scenario.Alert().Value, scenario.Alert().Threshold)
		require.NotEmpty(t, scenario.Truth().Cause)
		require.Negative(t, scenario.Truth().Since)
	}
}

func TestAnUnknownNameIsAnsweredWithTheKnownOnes(t *testing.T) {
	t.Parallel()
	_, err := scenarios.Lookup("no-such-thing")
	require.ErrorContains(t, err, `"no-such-thing"`)
	require.ErrorContains(t, err, "walkthrough")
}

func TestAGeneratorStartsWithWholeSecondsAndTwoHoursOfHistory(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 20, 10, 47, 0, 123456789, time.UTC)
	for _, name := range scenarios.Names() {
		scenario, err := scenarios.Lookup(name)
		require.NoError(t, err)
		generator := scenario.Start(at, 1)
		require.Equal(t, at.Truncate(time.Second), generator.Alert())
		require.Equal(t, generator.Alert().Add(-2*time.Hour), generator.Begin())
	}
}
