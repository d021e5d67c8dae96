package resource

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/readiness"
	"github.com/faultline-investigation/faultline/pkg/services"
)

// caseOf is the case at the end of a stream of events.
func caseOf(t *testing.T, page *client) *incident.Case {
	t.Helper()
	page.mu.Lock()
	defer page.mu.Unlock()
	var done *incident.Case
	for _, r := range page.responses {
		for line := range strings.Lines(string(r.Body)) {
			var event investigate.Event
			require.NoError(t, json.Unmarshal([]byte(line), &event))
			if event.Type == investigate.Done {
				done = event.Case
			}
		}
	}
	require.NotNil(t, done)
	return done
}

// Who has no stores yet can follow every way that the pages offer, at whatever time of day: nothing that they ask is missing in the
// recording. Record again where this fails: go test ./lab -run Recording -record.
func TestARecordingAnswersWhateverThePagesAsk(t *testing.T) {
	t.Parallel()
	e := environmentOf(t, `{"recording":"walkthrough"}`)
	t.Cleanup(e.Dispose)
	handler := resourcesOf(t, e, never)
	get := func(path string) []byte {
		page := &client{}
		request := post("")
		request.Method, request.Path, request.URL, request.Body = http.MethodGet, path, path, nil
		require.NoError(t, handler.CallResource(t.Context(), request, page))
		require.Len(t, page.responses, 1)
		require.Equal(t, http.StatusOK, page.responses[0].Status, string(page.responses[0].Body))
		return page.responses[0].Body
	}
	var ready readiness.Report
	require.NoError(t, json.Unmarshal(get("readiness"), &ready))
	assert.NotContains(t, string(get("readiness")), "The recording has no answer")
	assert.NotContains(t, string(get("conventions")), "The recording has no answer")
	assert.Contains(t, string(get("operations?service=order-service")), "Type the operation")
	var overview services.Overview
	require.NoError(t, json.Unmarshal(get("services"), &overview))
	require.Contains(t, names(overview), "order-service")
	for _, service := range names(overview) {
		page := &client{}
		asked, err := json.Marshal(investigate.Request{Subject: incident.Subject{Service: service},
			Window: incident.Window{From: time.Now().Add(-time.Hour), To: time.Now()}})
		require.NoError(t, err)
		require.NoError(t, handler.CallResource(t.Context(), post(string(asked)), page))
		c := caseOf(t, page)
		assert.Equal(t, e.Now(), c.Window.To, "a recording has one window, whatever is asked for")
		for _, s := range c.Steps {
			assert.NotContains(t, s.Reason, "The recording has no answer", "%s of %s", s.Key(), service)
		}
	}
}

func names(o services.Overview) []string {
	var names []string
	for _, s := range o.Services {
		names = append(names, s.Service)
	}
	return names
}
