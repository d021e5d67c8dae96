package lab_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/lab/stack"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source/httpapi"
	"github.com/faultline-investigation/faultline/pkg/source/recorded"
)

// stepRecordings are the steps whose answers of a scenario are written down with -record, by phase: those in which the scenario
// shows something that the walkthrough does not.
var stepRecordings = map[string]map[incident.Phase][]string{
	"node":        {incident.PhaseCause: {"surroundings", "events"}},
	"queue":       {incident.PhaseCause: {"surroundings"}},
	"certificate": {incident.PhaseCause: {"surroundings", "events"}},
	"pool":        {incident.PhaseCause: {"pool", "events"}},
	"surge":       {incident.PhaseCause: {"limits"}, incident.PhaseImpact: {"error-rate", "latency", "request-rate"}},
	"leak":        {incident.PhaseCause: {"limits", "pods"}},
	"outage":      {incident.PhaseCause: {"pods", "events", "changes"}},
	"nightfall":   {incident.PhaseImpact: {"error-rate", "latency", "request-rate"}},
}

// writeStepRecordings asks the stores of a scenario what its steps ask, and keeps the answers with what the case knew then,
// where the tests of each phase look for them.
func writeStepRecordings(t *testing.T, l *lab.Lab, c *incident.Case, name string) {
	t.Helper()
	for of, ids := range stepRecordings[name] {
		writeStepRecording(t, l, c, fmt.Sprintf("../pkg/phase/%s/testdata/%s", of, name), func(s phase.Step) bool {
			return s.Phase == of && slices.Contains(ids, s.ID)
		})
	}
}

func writeStepRecording(t *testing.T, l *lab.Lab, c *incident.Case, path string, wanted func(phase.Step) bool) {
	t.Helper()
	at := func(s *stack.Server) httpapi.Store { return httpapi.Store{URL: s.URL, Name: s.Name} }
	querier, err := httpapi.New(httpapi.Options{Metrics: at(l.Stack.Prometheus), Logs: at(l.Stack.Loki), Traces: at(l.Stack.Tempo), Client: http.DefaultClient})
	require.NoError(t, err)
	file, err := os.Create(path + ".jsonl.gz")
	require.NoError(t, err)
	recorder, err := recorded.Compress(querier, file, file.Name())
	require.NoError(t, err)
	for _, step := range investigate.All() {
		if !wanted(step) {
			continue
		}
		questions, err := step.Plan(c)
		require.NoError(t, err)
		for _, q := range questions {
			require.Nil(t, recorder.Ask(context.Background(), q).Problem)
		}
	}
	require.NoError(t, recorder.Close())
	f := c.Facts
	known := incident.Case{Subject: c.Subject, Window: c.Window, Facts: incident.Facts{Conventions: f.Conventions, LogLabels: f.LogLabels, Service: f.Service,
		Onset: f.Onset, Callees: f.Callees, Culprit: f.Culprit, Events: f.Events}}
	content, err := json.MarshalIndent(map[string]any{"subject": known.Subject, "window": known.Window, "facts": known.Facts}, "", "  ")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path+".case.json", append(content, '\n'), 0o600))
}
