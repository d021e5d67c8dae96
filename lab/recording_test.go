package lab_test

import (
	"context"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/stack"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/source/httpapi"
	"github.com/faultline-investigation/faultline/pkg/source/recorded"
)

const recordings = "../pkg/investigate/testdata/"

var record = flag.Bool("record", false, "write down the stores' answers to the walkthrough, for the tests that run without stores")

// What the stores answered to one run, written down with -record, is what pkg/investigate's own tests replay. Here the
// recording must still be of the questions that are asked today.
func TestTheRecordingAnswersWhatIsAskedToday(t *testing.T) {
	t.Parallel()
	if *record {
		writeRecording(t)
	}
	recording, err := recorded.Open(recordings + "walkthrough.jsonl.gz")
	require.NoError(t, err)
	var request investigate.Request
	content, err := os.ReadFile(recordings + "walkthrough.request.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(content, &request))
	replayed, err := investigate.Run(context.Background(), request, recording, investigate.Options{}, func(investigate.Event) {})
	require.NoError(t, err)

	live := investigated(t)
	for i, s := range replayed.Steps {
		require.Equal(t, live.Steps[i].Key(), s.Key())
		require.Equal(t, live.Steps[i].Outcome == incident.NotChecked, s.Outcome == incident.NotChecked, "%s: %s. Record again: go test ./lab -run Recording -record, then go test ./pkg/investigate -update", s.Key(), s.Reason)
	}
}

func writeRecording(t *testing.T) {
	t.Helper()
	at := func(s *stack.Server) httpapi.Store { return httpapi.Store{URL: s.URL, Name: s.Name} }
	querier, err := httpapi.New(httpapi.Options{Metrics: at(world.Stack.Prometheus), Logs: at(world.Stack.Loki), Traces: at(world.Stack.Tempo),
		Client: http.DefaultClient})
	require.NoError(t, err)
	recorder, err := recorded.Create(recordings+"walkthrough.jsonl.gz", querier)
	require.NoError(t, err)
	c, err := investigate.Run(context.Background(), world.Request(), recorder, investigate.Options{}, func(investigate.Event) {})
	require.NoError(t, err)
	require.NoError(t, recorder.Close())
	for _, s := range c.Steps {
		require.NotEqual(t, incident.NotChecked, s.Outcome, s.Reason)
	}
	content, err := json.MarshalIndent(world.Request(), "", "  ")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(recordings+"walkthrough.request.json", append(content, '\n'), 0o600))
}
