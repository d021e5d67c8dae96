package lab_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/lab/stack"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/cause"
	"github.com/faultline-investigation/faultline/pkg/source/httpapi"
	"github.com/faultline-investigation/faultline/pkg/source/recorded"
)

// stepRecordings are the steps of the fourth phase whose answers of a scenario are written down with -record: those in which
// the scenario shows something that the walkthrough does not.
var stepRecordings = map[string][]string{
	"node":        {"surroundings", "events"},
	"queue":       {"surroundings"},
	"certificate": {"surroundings", "events"},
	"pool":        {"pool", "events"},
	"surge":       {"limits"},
	"leak":        {"limits", "pods"},
	"outage":      {"pods", "events", "changes"},
}

const stepFolder = "../pkg/phase/cause/testdata/"

// writeStepRecording asks the stores of a scenario what its steps ask, and keeps the answers with what the case knew then.
func writeStepRecording(t *testing.T, l *lab.Lab, c *incident.Case, name string) {
	t.Helper()
	at := func(s *stack.Server) httpapi.Store { return httpapi.Store{URL: s.URL, Name: s.Name} }
	querier, err := httpapi.New(httpapi.Options{Metrics: at(l.Stack.Prometheus), Logs: at(l.Stack.Loki), Traces: at(l.Stack.Tempo), Client: http.DefaultClient})
	require.NoError(t, err)
	file, err := os.Create(stepFolder + name + ".jsonl.gz")
	require.NoError(t, err)
	recorder := recorded.Compress(querier, file)
	for _, step := range cause.Steps() {
		if !slices.Contains(stepRecordings[name], step.ID) {
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
	require.NoError(t, os.WriteFile(stepFolder+name+".case.json", append(content, '\n'), 0o600))
}
