package plugin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

// binary is the real backend, built once for all tests; impostors is a folder of programs that are none.
var binary, impostors string

func TestMain(m *testing.M) {
	if backend := os.Getenv(doomedVariable); backend != "" {
		os.Exit(doomed(backend)) // no test run: the process that a test starts in order to kill it
	}
	os.Exit(run(m)) // hands on how the tests ended; run returns, so that what it deferred has run
}

// run fails if backends leave something behind in the folder for temporary files.
func run(m *testing.M) int {
	folder, err := os.MkdirTemp("", "f-") // with a short name, since sockets are made below it
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(folder) }()
	if err := os.Setenv("TMPDIR", folder); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	impostors = folder
	// They are written before the first test starts a program: one that is open for writing cannot be started.
	for name, content := range map[string]string{"text": "not a program", "exits": "#!/bin/sh\nexit 3\n", "greets": "#!/bin/sh\necho hello\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o700); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	if binary, err = plugin.Compile(context.Background(), folder); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	status := m.Run()
	if left, _ := filepath.Glob(filepath.Join(folder, "faultline-*")); len(left) > 0 {
		fmt.Fprintf(os.Stderr, "left behind: %q\n", left)
		return 1
	}
	return status
}

func TestTheBackendsSourcesDecideWhetherResultsAreCurrent(t *testing.T) {
	t.Parallel()
	require.NoError(t, plugin.LookAtSources(t.Context()))
}

func started(t *testing.T) *plugin.Backend {
	t.Helper()
	b, err := plugin.Start(binary, io.Discard)
	require.NoError(t, err)
	t.Cleanup(b.Stop)
	return b
}

// unreachable is an instance whose stores are not there.
func unreachable() plugin.Instance {
	nowhere := map[string]string{"url": "http://127.0.0.1:1"}
	return plugin.Instance{Organization: 1, UID: "test", Name: "Test",
		Settings: map[string]any{"metrics": nowhere, "traces": nowhere, "logs": nowhere}}
}

func request(service string) investigate.Request {
	ten := time.Date(2026, 1, 2, 10, 0, 0, 0, time.UTC)
	return investigate.Request{Subject: incident.Subject{Service: service}, Window: incident.Window{From: ten, To: ten.Add(time.Hour)}}
}

func TestTheHealthCheckNamesEveryStoreThatCannotBeReached(t *testing.T) {
	t.Parallel()
	result, err := started(t).CheckHealth(t.Context(), unreachable())
	require.NoError(t, err)
	assert.Equal(t, backend.HealthStatusError, result.Status)
	var health environment.Health
	require.NoError(t, json.Unmarshal(result.JSONDetails, &health))
	require.Len(t, health.Stores, 3)
	for _, s := range health.Stores {
		assert.Contains(t, s.Problem, "could not be reached: connection refused.")
		assert.Contains(t, result.Message, s.Problem)
	}
}

func TestAnInvestigationArrivesEventByEventAndGivesItsCase(t *testing.T) {
	t.Parallel()
	var types []investigate.EventType
	c, err := started(t).Investigate(t.Context(), unreachable(), request("order-service"), func(e investigate.Event) { types = append(types, e.Type) })
	require.NoError(t, err)
	assert.Equal(t, "order-service", c.Subject.Service)
	assert.Equal(t, "Test", c.Environment)
	require.NotEmpty(t, c.Steps)
	// How many steps ask at once, and so how often that is told, depends on the moment at which each ends.
	told := slices.DeleteFunc(slices.Clone(types), func(e investigate.EventType) bool { return e == investigate.Running })
	require.Len(t, told, len(c.Steps)+2)
	assert.Contains(t, types, investigate.Running)
	assert.Equal(t, investigate.Started, types[0])
	assert.Equal(t, investigate.Done, types[len(types)-1])
}

func TestAnAnswerArrivesInChunks(t *testing.T) {
	t.Parallel()
	chunks := 0
	require.NoError(t, started(t).Call(t.Context(), unreachable(), "POST", "investigations", request("order-service"), func(chunk []byte) error {
		chunks++
		assert.Equal(t, 1, bytes.Count(chunk, []byte("\n")), "a chunk is an event")
		return nil
	}))
	assert.Greater(t, chunks, 2)
}

func TestWhoCannotUseAChunkGetsTheirErrorBack(t *testing.T) {
	t.Parallel()
	enough := errors.New("enough")
	err := started(t).Call(t.Context(), unreachable(), "POST", "investigations", request("order-service"), func([]byte) error { return enough })
	require.ErrorIs(t, err, enough)
}

func TestARefusalGivesStatusSentenceAndAdvice(t *testing.T) {
	t.Parallel()
	b := started(t)
	for name, c := range map[string]struct {
		instance plugin.Instance
		path     string
		status   int
		says     string
	}{
		"no service":     {unreachable(), "investigations", 400, "The request names no service. Set subject.service"},
		"wrong settings": {plugin.Instance{Name: "Empty", Settings: map[string]any{}}, "investigations", 422, "The settings of Empty are wrong"},
		"no such path":   {unreachable(), "nothing", 404, "There is no resource POST /nothing."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := b.Call(t.Context(), c.instance, "POST", c.path, investigate.Request{}, func([]byte) error { return nil })
			var refused *plugin.Refused
			require.ErrorAs(t, err, &refused)
			assert.Equal(t, c.status, refused.Status)
			assert.Contains(t, refused.Error(), c.says)
		})
	}
}

func TestAPanelsQueryIsAnsweredWithFrames(t *testing.T) {
	t.Parallel()
	window := request("").Window
	response, err := started(t).Query(t.Context(), unreachable(), backend.DataQuery{RefID: "A", QueryType: "findings",
		TimeRange: backend.TimeRange{From: window.From, To: window.To}, JSON: []byte(`{"service":"order-service"}`)})
	require.NoError(t, err)
	require.NoError(t, response.Responses["A"].Error)
	require.Len(t, response.Responses["A"].Frames, 1)
	assert.Positive(t, response.Responses["A"].Frames[0].Rows())
}

func TestStopLeavesNoProcess(t *testing.T) {
	t.Parallel()
	b, err := plugin.Start(binary, io.Discard)
	require.NoError(t, err)
	process, err := os.FindProcess(b.PID())
	require.NoError(t, err)
	require.NoError(t, process.Signal(syscall.Signal(0)), "it runs")
	b.Stop()
	require.Error(t, process.Signal(syscall.Signal(0)), "it runs no more")
	_, err = b.CheckHealth(t.Context(), unreachable())
	require.Error(t, err)
}

func TestABinaryThatIsNoBackendIsNamed(t *testing.T) {
	t.Parallel()
	for name, says := range map[string]string{
		"missing": "there is no such file",
		"text":    "it is not a program for this machine",
		"exits":   "it is not a Grafana plugin's backend, or ended before it could say so",
		"greets":  "it is not a Grafana plugin's backend, or ended before it could say so",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(impostors, name)
			_, err := plugin.Start(path, io.Discard)
			require.EqualError(t, err, "the backend "+path+" did not start: "+says+". Build it with `go tool mage build` and see its log")
		})
	}
}
