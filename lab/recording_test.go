package lab_test

import (
	"context"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/stack"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/readiness"
	"github.com/faultline-investigation/faultline/pkg/services"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/httpapi"
	"github.com/faultline-investigation/faultline/pkg/source/recorded"
	"github.com/faultline-investigation/faultline/pkg/source/statuspage"
)

// recordings is where the recording lies that comes with the plugin.
const recordings = "../pkg/source/shipped/"

var record = flag.Bool("record", false, "write down the stores' answers to the walkthrough, for the tests that run without stores")

// What the stores answered, written down with -record, is what the demo begins with and what tests replay that have no stores. Here
// the recording must still be of the questions that are asked today.
func TestTheRecordingAnswersWhatIsAskedToday(t *testing.T) {
	t.Parallel()
	if *record {
		writeRecording(t)
	}
	recording, err := recorded.Open(os.DirFS(recordings), "walkthrough.jsonl.zst")
	require.NoError(t, err)
	replayed, err := investigate.Run(context.Background(), recordedRequest(t), recording, investigate.Options{}, func(investigate.Event) {})
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
	request := world.Request()
	request.Knowledge.Externals = world.Externals()
	file, err := os.Create(recordings + "walkthrough.jsonl.zst")
	require.NoError(t, err)
	recorder, err := recorded.Compress(withPages{querier, statuspage.New(statuspage.Page{Address: request.Knowledge.Externals[0].StatusPage, Internal: true})}, file, file.Name())
	require.NoError(t, err)
	limits := investigate.DefaultLimits()
	limits.QuestionTimeout = time.Minute // a recording is made once, on whatever machine
	c, err := investigate.Run(context.Background(), request, recorder, investigate.Options{Limits: limits}, func(investigate.Event) {})
	require.NoError(t, err)
	for _, s := range c.Steps {
		require.NotEqual(t, incident.NotChecked, s.Outcome, s.Reason)
	}
	recordTheRest(t, recorder, request, limits)
	require.NoError(t, recorder.Close())
	for name, value := range map[string]any{"request": request, "knowledge": request.Knowledge} {
		content, err := json.MarshalIndent(value, "", "  ")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(recordings+"walkthrough."+name+".json", append(content, '\n'), 0o600))
	}
}

// recordTheRest has the stores asked what the pages ask from where an investigation leads to: about every other service, how all
// of them fare, and how ready they are.
func recordTheRest(t *testing.T, recorder *recorded.Recorder, request investigate.Request, limits investigate.Limits) {
	t.Helper()
	at := request.Window.To.UTC().Truncate(time.Second)
	overview, err := services.Look(t.Context(), recorder, incident.Naming{}, limits.QuestionTimeout, at)
	require.NoError(t, err)
	require.NotEmpty(t, overview.Services)
	_, err = readiness.Look(t.Context(), recorder, incident.Naming{}, limits.QuestionTimeout, at)
	require.NoError(t, err)
	for _, s := range overview.Services {
		other := request
		other.Subject = incident.Subject{Service: s.Service}
		_, err := investigate.Run(t.Context(), other, recorder, investigate.Options{Limits: limits}, func(investigate.Event) {})
		require.NoError(t, err)
	}
}

// withPages asks the stores, and a status page where the question is for one.
type withPages struct{ stores, pages source.Querier }

func (w withPages) Ask(ctx context.Context, q source.Question) source.Answer {
	if q.Kind == source.StatusPage {
		return w.pages.Ask(ctx, q)
	}
	return w.stores.Ask(ctx, q)
}

// recordedRequest is what was asked when the recording was made, with what was known beforehand.
func recordedRequest(t *testing.T) investigate.Request {
	t.Helper()
	var request investigate.Request
	for name, into := range map[string]any{"request": &request, "knowledge": &request.Knowledge} {
		content, err := os.ReadFile(recordings + "walkthrough." + name + ".json")
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(content, into))
	}
	return request
}
