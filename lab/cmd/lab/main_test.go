package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/host"
	"github.com/faultline-investigation/faultline/lab/progress"
	"github.com/faultline-investigation/faultline/lab/recordings"
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

func TestAnInvestigationOfGivenStoresSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	for said, arguments := range map[string][]string{
		"set SERVICE to the service":     {"-prometheus", "http://localhost:1"},
		"set PROMETHEUS, TEMPO and LOK":  {"-service", "shop"},
		`TEMPO is "localhost:3200", whi`: {"-service", "shop", "-tempo", "localhost:3200"},
		`TO: "noon" is no time`:          {"-service", "shop", "-tempo", "http://localhost:1", "-to", "noon"},
		"FROM: ":                         {"-service", "shop", "-from", "yesterday"},
		"-backend is missing":            {"-service", "shop", "-backend", ""},
	} {
		require.ErrorContains(t, run(context.Background(), append([]string{"-backend", "/nowhere/faultline"}, append(arguments, "investigate")...)), said)
	}
}

func TestGivenStoresBecomeADataSourceThatKeepsPasswordsSecret(t *testing.T) {
	t.Parallel()
	instance, err := instanceOf(recordings.Stores{Prometheus: "https://me:secret@metrics.example/prometheus", Loki: "http://localhost:3100"})
	require.NoError(t, err)
	require.Equal(t, map[string]any{"metrics": map[string]string{"url": "https://metrics.example/prometheus", "user": "me"},
		"logs": map[string]string{"url": "http://localhost:3100", "user": ""}}, instance.Settings)
	require.Equal(t, map[string]string{"metricsPassword": "secret"}, instance.Secrets)
}

func TestTheTimeToInvestigateIsTheHourUnlessSet(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 31, 10, 0, 0, 5, time.UTC)
	request, err := settings{subject: subject{service: "shop", operation: "GET /"}}.request(now)
	require.NoError(t, err)
	require.Equal(t, incident.Subject{Service: "shop", Operation: "GET /"}, request.Subject)
	require.Equal(t, incident.Window{From: now.Add(-time.Hour).Truncate(time.Second), To: now.Truncate(time.Second)}, request.Window)
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

func TestTheDemoBeginsWithWhatThereIs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		settings settings
		recorded bool
		says     string
	}{
		{settings{scenario: "walkthrough", stores: "recorded"}, true, ""},
		{settings{scenario: "walkthrough", stores: "live"}, false, ""},
		{settings{scenario: "pool"}, false, ""},
		{settings{scenario: "walkthrough", names: "istio"}, false, ""},
		{settings{scenario: "pool", stores: "recorded"}, false, "there is a recording of the walkthrough alone"},
		{settings{scenario: "walkthrough", stores: "dead"}, false, `STORES is "dead": set it to recorded or live`},
	} {
		recorded, err := c.settings.recordedFirst(t.Context())
		assert.Equal(t, c.recorded, recorded)
		if c.says == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, c.says)
		}
	}
}

func TestTheNoticeFollowsTheDemo(t *testing.T) {
	t.Parallel()
	d, err := newRecordedDemo(settings{}, nil, false)
	require.NoError(t, err)
	d.page = &host.Host{URL: "http://localhost:3000"}
	assert.Equal(t, host.Notice{Text: "You see a recording of real stores' answers. The live incident follows.", Busy: true}, d.notice())
	require.NoError(t, progress.New(d.board).During("building Loki", func() error {
		assert.Contains(t, d.notice().Text, "The live incident follows: building Loki, 0s so far.")
		return nil
	}))
	d.turn("http://localhost:3000/live")
	assert.Equal(t, "http://localhost:3000/live", d.notice().Instead)
	assert.Equal(t, d.instance().UID, d.notice().From)
	assert.False(t, d.notice().Busy)
	d.lose(errors.New("no disk"))
	assert.Contains(t, d.notice().Text, "cannot be shown")
	require.Len(t, d.content().Alerts, 1)
	assert.Equal(t, d.recording.At(), d.content().Alerts[0].Since)
}
