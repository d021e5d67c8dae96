package soak

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/faultline-investigation/faultline/pkg/alerts"
	"github.com/faultline-investigation/faultline/pkg/assistant"
	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/frames"
	"github.com/faultline-investigation/faultline/pkg/resource"
	"github.com/faultline-investigation/faultline/pkg/runs"
	"github.com/faultline-investigation/faultline/pkg/storms"
)

// slot holds an instance, which may be disposed of while others use it, as when settings change.
type slot struct {
	mu      sync.Mutex
	current *instance
}

// instance is the backend of one data source, wired as the plugin wires it.
type instance struct {
	resources   backend.CallResourceHandler
	panels      *frames.Handler
	environment *environment.Environment
	runs        *runs.Runs
}

// get gives the slot's instance, a new one where there is none.
func (s *slot) get(settings string) (*instance, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != nil {
		return s.current, nil
	}
	e, err := environment.New(context.Background(), backend.DataSourceInstanceSettings{UID: "soak", Name: "Soak", JSONData: []byte(settings)})
	if err != nil {
		return nil, err
	}
	background := runs.New(e)
	s.current = &instance{resources: resource.New(e, alerts.New(background, resource.AlertCases{Environment: e}, nil), storms.New(e, background), assistant.New(e, background)),
		panels:      &frames.Handler{Runs: background, Surveyor: resource.Survey{Environment: e}, UID: "soak"},
		environment: e, runs: background}
	return s.current, nil
}

func (s *slot) dispose() {
	s.mu.Lock()
	current := s.current
	s.current = nil
	s.mu.Unlock()
	if current != nil {
		current.runs.Close()
		current.environment.Dispose()
	}
}

// actions are what is done, each as often as it stands there.
var actions = []string{"investigate", "investigate", "investigate", "leave", "leave", "save", "save", "alert", "alert", "case", "case", "case", "watch", "panel", "panel",
	"services", "readiness", "conventions", "dispose"}

// act does one thing at random.
func (s *soak) act(ctx context.Context, random *rand.Rand) {
	at := random.IntN(len(s.slots))
	settings := `{"recording":"walkthrough"}`
	if at%2 == 1 {
		settings = fmt.Sprintf(`{"metrics":{"url":"%[1]s"},"logs":{"url":"%[1]s"},"traces":{"url":"%[1]s"},"limits":{"questionTimeout":"500ms"}}`, s.stores)
	}
	what := actions[random.IntN(len(actions))]
	s.mu.Lock()
	s.done[what]++
	s.mu.Unlock()
	if what == "dispose" {
		s.slots[at].dispose()
		return
	}
	i, err := s.slots[at].get(settings)
	if err != nil {
		s.say("no instance: " + err.Error())
		return
	}
	ctx, cancel := context.WithTimeout(ctx, actionTime)
	defer cancel()
	s.do(ctx, i, what, random)
}

const subject = `{"service":"order-service","operation":"POST /api/checkout"}`

func (s *soak) do(ctx context.Context, i *instance, what string, random *rand.Rand) {
	switch what {
	case "investigate":
		s.call(ctx, i, "POST", "investigations", `{"subject":`+subject+`}`)
	case "leave":
		leaving, leave := context.WithTimeout(ctx, time.Duration(random.IntN(300))*time.Millisecond)
		defer leave()
		s.call(leaving, i, "POST", "investigations", `{"subject":`+subject+`}`)
	case "save":
		s.call(ctx, i, "POST", "investigations?save=true", `{"subject":`+subject+`}`)
	case "alert":
		s.call(ctx, i, "POST", "alerts", fmt.Sprintf(`{"groupKey":"g%d","alerts":[{"status":"firing","fingerprint":"f%d","labels":{"alertname":"Errors","service_name":"order-service"}}]}`,
			random.IntN(50), random.IntN(500)))
	case "case":
		s.writeCase(ctx, i, random)
	case "watch":
		id := s.openCase(ctx, i, random)
		s.call(ctx, i, "POST", "cases/"+id+"/entries", fmt.Sprintf(`{"id":"f%d","kind":"fix applied"}`, random.Uint32()))
		s.call(ctx, i, "GET", "cases/"+id+"/watch", "")
	case "panel":
		now := time.Now()
		_, _ = i.panels.QueryData(ctx, &backend.QueryDataRequest{PluginContext: plugin(), Queries: []backend.DataQuery{{RefID: "A", QueryType: "verdict",
			JSON: json.RawMessage(`{"service":"order-service"}`), TimeRange: backend.TimeRange{From: now.Add(-time.Hour), To: now}}}})
	default:
		s.call(ctx, i, "GET", what, "")
	}
}

func (s *soak) openCase(ctx context.Context, i *instance, random *rand.Rand) string {
	id := fmt.Sprintf("soak-%d", random.IntN(20))
	to := time.Date(2026, 1, 2, 3, random.IntN(50), 0, 0, time.UTC)
	s.call(ctx, i, "POST", "cases", fmt.Sprintf(`{"id":"%s","case":{"version":1,"subject":{"service":"s%d"},"window":{"from":"%s","to":"%s"},"started":"%[4]s","steps":[]}}`, id,
		random.IntN(20), to.Add(-time.Hour).Format(time.RFC3339), to.Format(time.RFC3339)))
	return id
}

func (s *soak) writeCase(ctx context.Context, i *instance, random *rand.Rand) {
	id := s.openCase(ctx, i, random)
	following, stop := context.WithTimeout(ctx, time.Duration(random.IntN(200))*time.Millisecond)
	defer stop()
	var looking sync.WaitGroup
	looking.Go(func() { s.call(following, i, "GET", "cases/"+id+"/events", "") })
	for _, kind := range []string{"note", "handed over", "closed", "reopened"} {
		s.call(ctx, i, "POST", "cases/"+id+"/entries", fmt.Sprintf(`{"id":"e%d","kind":"%s","text":"%s"}`, random.Uint64(), kind, strings.Repeat("soaked ", random.IntN(200)+1)))
	}
	s.call(ctx, i, "GET", "cases/"+id+"/report", "")
	if random.IntN(4) == 0 {
		s.call(ctx, i, "DELETE", "cases/"+id, "")
	}
	looking.Wait()
}

func plugin() backend.PluginContext {
	return backend.PluginContext{OrgID: 1, User: &backend.User{Login: "ana", Name: "Ana", Role: "Admin"}}
}

// call calls a resource. Refusals are counted; an internal error is wrong. Defects that the backend contained are counted by itself.
func (s *soak) call(ctx context.Context, i *instance, method, path, body string) {
	request := &backend.CallResourceRequest{PluginContext: plugin(), Path: strings.SplitN(path, "?", 2)[0], Method: method, URL: path, Body: []byte(body)}
	ctx = backend.WithPluginContext(ctx, request.PluginContext)
	_ = i.resources.CallResource(ctx, request, backend.CallResourceResponseSenderFunc(func(r *backend.CallResourceResponse) error {
		switch {
		case r.Status == http.StatusInternalServerError:
			s.say(fmt.Sprintf("%s %s: %.300s", method, path, r.Body))
		case r.Status >= http.StatusBadRequest:
			s.failed.Add(1)
		}
		return nil
	}))
}

func (s *soak) say(wrong string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.wrong) < 100 {
		s.wrong = append(s.wrong, wrong)
	}
}
