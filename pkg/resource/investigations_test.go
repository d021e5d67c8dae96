package resource

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/faultline-investigation/faultline/pkg/alerts"
	"github.com/faultline-investigation/faultline/pkg/assistant"
	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/runs"
	"github.com/faultline-investigation/faultline/pkg/storms"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const never = time.Hour // between two heartbeats of a test that wants none

// emptyStores answer every question, and hold nothing.
func emptyStores(w http.ResponseWriter, r *http.Request) {
	answer := `{"status":"success","data":[]}`
	switch {
	case strings.HasSuffix(r.URL.Path, "/api/search"):
		answer = `{"traces":[],"metrics":{}}`
	case strings.HasSuffix(r.URL.Path, "/query"), strings.HasSuffix(r.URL.Path, "/query_range"):
		answer = `{"status":"success","data":{"resultType":"vector","result":[]}}`
	}
	_, _ = w.Write([]byte(answer))
}

func server(tb testing.TB, handler http.HandlerFunc) string {
	tb.Helper()
	s := httptest.NewServer(handler)
	tb.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s.URL
}

func environmentOf(t *testing.T, settings string) *environment.Environment {
	t.Helper()
	return secretly(t, settings, map[string]string{"token": "t"})
}

func secretly(t *testing.T, settings string, secrets map[string]string) *environment.Environment {
	t.Helper()
	e, err := environment.New(t.Context(), backend.DataSourceInstanceSettings{Name: "Production", Type: "faultline",
		JSONData: json.RawMessage(settings), DecryptedSecureJSONData: secrets})
	require.NoError(t, err)
	return e
}

func directly(t *testing.T, stores http.HandlerFunc) *environment.Environment {
	t.Helper()
	return environmentOf(t, fmt.Sprintf(`{"metrics":{"url":%[1]q},"traces":{"url":%[1]q},"logs":{"url":%[1]q}}`, server(t, stores)))
}

// resourcesOf are the resources of an environment that no alert was told of.
func resourcesOf(tb testing.TB, e *environment.Environment, beat time.Duration) backend.CallResourceHandler {
	tb.Helper()
	background := runs.New(e)
	tb.Cleanup(background.Close)
	return handler(e, alerts.New(background, nil, nil), storms.New(e, background), assistant.New(e, background), beat)
}

// client collects what it is sent; sent is told of every response.
type client struct {
	mu        sync.Mutex
	responses []*backend.CallResourceResponse
	sent      func(*backend.CallResourceResponse)
}

func (c *client) Send(r *backend.CallResourceResponse) error {
	c.mu.Lock()
	c.responses = append(c.responses, r)
	c.mu.Unlock()
	if c.sent != nil {
		c.sent(r)
	}
	return nil
}

// types are the types of the events in all responses, in order.
func (c *client) types(t *testing.T) []string {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	var types []string
	for _, r := range c.responses {
		for line := range strings.Lines(string(r.Body)) {
			types = append(types, typeOf(t, line))
		}
	}
	return types
}

func typeOf(t *testing.T, line string) string {
	t.Helper()
	var event struct{ Type string }
	require.NoError(t, json.Unmarshal([]byte(line), &event), "line %q", line)
	return event.Type
}

func post(body string) *backend.CallResourceRequest {
	return &backend.CallResourceRequest{PluginContext: backend.PluginContext{OrgID: 1}, Method: http.MethodPost, Path: "investigations",
		URL: "investigations", Body: []byte(body)}
}

const checkout = `{"subject":{"service":"order-service"},"window":{"from":"2026-01-02T10:00:00Z","to":"2026-01-02T11:00:00Z"}}`

func TestEventsArriveOneByOneFromStartedToDone(t *testing.T) {
	t.Parallel()
	page := &client{}
	require.NoError(t, resourcesOf(t, directly(t, emptyStores), never).CallResource(t.Context(), post(checkout), page))

	types := page.types(t)
	require.Greater(t, len(types), 2)
	assert.Equal(t, "started", types[0])
	assert.Equal(t, "done", types[len(types)-1])
	for _, step := range types[1 : len(types)-1] {
		assert.Contains(t, []string{"running", "step"}, step)
	}
	assert.Len(t, page.responses, len(types), "one response for each event")
	assert.Equal(t, http.StatusOK, page.responses[0].Status)
	assert.Equal(t, []string{"application/x-ndjson"}, page.responses[0].Headers["Content-Type"])
	assert.Equal(t, []string{"no"}, page.responses[0].Headers["X-Accel-Buffering"])
}

func TestTwoWhoOpenTheSameLinkSeeEverythingAndTheStoresAreAskedOnce(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	both := make(chan struct{})
	stores := func(w http.ResponseWriter, r *http.Request) {
		<-both // no store answers before both of them see it run
		asked.Add(1)
		emptyStores(w, r)
	}
	var begun sync.WaitGroup
	begun.Add(2)
	var first, second client
	resources := resourcesOf(t, directly(t, stores), never)
	var people sync.WaitGroup
	for _, page := range []*client{&first, &second} {
		var once sync.Once
		page.sent = func(*backend.CallResourceResponse) { once.Do(begun.Done) }
		people.Go(func() { assert.NoError(t, resources.CallResource(t.Context(), post(checkout), page)) })
	}
	begun.Wait()
	close(both)
	people.Wait()
	require.Equal(t, first.types(t), second.types(t))
	together := asked.Swap(0)
	require.NoError(t, resources.CallResource(t.Context(), post(checkout), &client{}))
	require.Equal(t, asked.Load(), together)
}

func TestAStreamThatWaitsForAStoreShowsSignsOfLife(t *testing.T) {
	t.Parallel()
	alive := make(chan struct{})
	var once sync.Once
	page := &client{sent: func(r *backend.CallResourceResponse) {
		if strings.Contains(string(r.Body), `"alive"`) {
			once.Do(func() { close(alive) })
		}
	}}
	stores := func(w http.ResponseWriter, r *http.Request) {
		<-alive // no store answers before the page has seen a sign of life
		emptyStores(w, r)
	}
	require.NoError(t, resourcesOf(t, directly(t, stores), time.Millisecond).CallResource(t.Context(), post(checkout), page))
	types := page.types(t)
	assert.Equal(t, "started", types[0])
	assert.Equal(t, "done", types[len(types)-1])
	assert.Contains(t, types, "alive")
}

func TestWhenTheClientLeavesTheRunIsCanceled(t *testing.T) {
	t.Parallel()
	arrived, left := make(chan struct{}, 100), make(chan struct{}, 100)
	stores := func(_ http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		arrived <- struct{}{}
		<-r.Context().Done()
		left <- struct{}{}
	}
	ctx, leave := context.WithCancel(t.Context())
	ended := make(chan error)
	// No question ends by itself, so that only the client's leaving can end one.
	patient := fmt.Sprintf(`{"metrics":{"url":%[1]q},"traces":{"url":%[1]q},"logs":{"url":%[1]q},"limits":{"questionTimeout":"24h"}}`, server(t, stores))
	resources := resourcesOf(t, environmentOf(t, patient), never)
	go func() { ended <- resources.CallResource(ctx, post(checkout), &client{}) }()
	<-arrived
	leave()
	<-left
	require.NoError(t, <-ended)
}

func TestARequestThatCannotBeRunIsRefusedWithASentence(t *testing.T) {
	t.Parallel()
	grafana := server(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"id":2,"name":"Other"}`)) })
	for name, c := range map[string]struct {
		settings, body   string
		status           int
		sentence, advice string
	}{
		"no body":         {"", ``, 400, "not a JSON object with subject and window", `Send {"subject"`},
		"broken JSON":     {"", `{"subject":`, 400, "not a JSON object with subject and window", `Send {"subject"`},
		"a list":          {"", `[]`, 400, "not a JSON object with subject and window", `Send {"subject"`},
		"a misspelt key":  {"", `{"service":"order"}`, 400, `unknown field "service"`, `Send {"subject"`},
		"a body too long": {"", `{"subject":{"service":"` + strings.Repeat("a", requestBytes) + `"}}`, 413, "more than 64 KiB", "the subject and the window"},
		"no service":      {"", `{}`, 400, "names no service", "Set subject.service"},
		"a window too short": {"", `{"subject":{"service":"a"},"window":{"from":"2026-01-02T10:00:00Z","to":"2026-01-02T10:01:00Z"}}`,
			400, "is shorter than 10m0s", "earlier start"},
		"wrong settings": {`{}`, checkout, 422, "The settings of Production are wrong", "Fix them"},
		"another organization's token": {`{"grafanaUrl":"` + grafana + `","metrics":{"uid":"p"}}`, checkout,
			422, "The token belongs to organization 2, but this is organization 1.", "Create a service account"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			settings := c.settings
			if settings == "" {
				settings = `{"logs":{"url":"http://127.0.0.1:1"}}`
			}
			page := &client{}
			require.NoError(t, resourcesOf(t, environmentOf(t, settings), never).CallResource(t.Context(), post(c.body), page))
			refused(t, page, c.status, c.sentence, c.advice)
		})
	}
}

func refused(t *testing.T, page *client, status int, sentence, advice string) {
	t.Helper()
	require.Len(t, page.responses, 1)
	assert.Equal(t, status, page.responses[0].Status)
	var said refusal
	require.NoError(t, json.Unmarshal(page.responses[0].Body, &said))
	assert.Equal(t, "failed", said.Type)
	assert.Contains(t, said.Sentence, sentence)
	assert.Contains(t, said.Advice, advice)
}

func TestAResourceThatIsNotThereIsNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ method, path string }{{"GET", "nothing"}, {"GET", "investigations"}, {"POST", ""}} {
		page := &client{}
		request := &backend.CallResourceRequest{Method: c.method, Path: c.path, URL: c.path}
		require.NoError(t, resourcesOf(t, directly(t, emptyStores), never).CallResource(t.Context(), request, page))
		refused(t, page, http.StatusNotFound, "There is no resource "+c.method+" /"+c.path+".", "documentation")
	}
}

func TestAnEventWithoutJSONEndsTheRunWithASentence(t *testing.T) {
	t.Parallel()
	recorder := httptest.NewRecorder()
	broken := false
	broke := newStream(recorder, func() { broken = true })
	broke.send(map[string]any{"never": func() {}})
	broke.farewell()
	assert.True(t, broken)
	assert.Equal(t, "failed", typeOf(t, recorder.Body.String()))
}

func TestTheServicesOfAnEnvironmentAreListed(t *testing.T) {
	t.Parallel()
	page := &client{}
	request := &backend.CallResourceRequest{PluginContext: backend.PluginContext{OrgID: 1}, Method: http.MethodGet, Path: "services", URL: "services"}
	require.NoError(t, resourcesOf(t, directly(t, emptyStores), never).CallResource(t.Context(), request, page))
	require.Equal(t, http.StatusOK, page.responses[0].Status)
	assert.Contains(t, string(page.responses[0].Body), `"services":[]`)
}

func TestServicesThatCannotBeAskedForAreNoEmptyList(t *testing.T) {
	t.Parallel()
	page := &client{}
	request := &backend.CallResourceRequest{PluginContext: backend.PluginContext{OrgID: 1}, Method: http.MethodGet, Path: "services", URL: "services"}
	down := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }
	require.NoError(t, resourcesOf(t, directly(t, down), never).CallResource(t.Context(), request, page))
	refused(t, page, http.StatusBadGateway, "500", "")
}

func TestOperationsAreOfAServiceThatIsNamed(t *testing.T) {
	t.Parallel()
	down := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }
	ask := func(stores http.HandlerFunc, parameters string) *client {
		page := &client{}
		request := &backend.CallResourceRequest{PluginContext: backend.PluginContext{OrgID: 1}, Method: http.MethodGet, Path: "operations", URL: "operations" + parameters}
		require.NoError(t, resourcesOf(t, directly(t, stores), never).CallResource(t.Context(), request, page))
		return page
	}
	refused(t, ask(emptyStores, "?service=+"), http.StatusBadRequest, "none is named", "service")
	refused(t, ask(down, "?service=order"), http.StatusBadGateway, "500", "")
	page := ask(emptyStores, "?service=order&namespace=shop")
	require.Equal(t, http.StatusOK, page.responses[0].Status)
	assert.Contains(t, string(page.responses[0].Body), `"operations":[]`)
}

func TestACaseIsWrittenAsMarkdown(t *testing.T) {
	t.Parallel()
	write := func(body string) *client {
		page := &client{}
		request := &backend.CallResourceRequest{Method: http.MethodPost, Path: "report", URL: "report", Body: []byte(body)}
		require.NoError(t, resourcesOf(t, environmentOf(t, `{}`), never).CallResource(t.Context(), request, page))
		return page
	}
	page := write(`{"version":1,"subject":{"service":"order-service"},"verdict":{"sentence":"Likely: it is DNS."}}`)
	require.Equal(t, http.StatusOK, page.responses[0].Status)
	assert.Equal(t, []string{"text/markdown; charset=utf-8"}, page.responses[0].Headers["Content-Type"])
	assert.Contains(t, string(page.responses[0].Body), "# order-service")
	refused(t, write(`not JSON`), http.StatusBadRequest, "The request is not a case document", "Send the case")
}
