package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestTheExitStatusTellsWhetherEverythingWasLookedAt(t *testing.T) {
	t.Parallel()
	looked := incident.StepResult{Outcome: incident.Found}
	normal := incident.StepResult{Outcome: incident.Clear}
	blind := incident.StepResult{Outcome: incident.NotChecked}
	require.Equal(t, 0, status(unlooked(&incident.Case{Steps: []incident.StepResult{looked, normal}})))
	require.Equal(t, incomplete, status(fmt.Errorf("demo: %w", unlooked(&incident.Case{Steps: []incident.StepResult{looked, blind}}))))
	require.Equal(t, failed, status(errors.New("disk full")))
}

func TestAWrongCommandLineIsRefusedBeforeAnythingIsStarted(t *testing.T) {
	t.Parallel()
	for _, arguments := range [][]string{{}, {"dance"}, {"-nonsense"}} {
		require.Equal(t, misused, status(run(context.Background(), arguments)), arguments)
	}
	require.ErrorContains(t, run(context.Background(), []string{"-format", "pdf", "investigate"}), `there is no format "pdf": choose text, json or markdown`)
	require.ErrorContains(t, run(context.Background(), []string{"investigate"}), "-backend is missing")
	require.ErrorContains(t, run(context.Background(), []string{"-backend", "x", "-scenario", "flood", "investigate"}), `there is no scenario "flood": choose one of walkthrough, `)
}

func TestPracticePicksARecordedIncidentThatCanBeInvestigated(t *testing.T) {
	t.Parallel()
	const sheet = `
from: 2026-01-02T10:00:00Z
to: 2026-01-02T12:00:00Z
incidents:
  - {id: a, alert: {service: shop}, truth: {service: db}}
  - {id: b, alert: {service: shop, at: 2026-01-02T11:00:00Z}, truth: {service: db}}
`
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "recording.yaml"), []byte(sheet), 0o600))
	_, one, err := pickRecorded(folder)
	require.NoError(t, err)
	require.Equal(t, "b", one.ID)
	_, _, err = pickRecorded(filepath.Join(folder, "none"))
	require.ErrorContains(t, err, "set RECORDINGS to a folder of recordings")
}
