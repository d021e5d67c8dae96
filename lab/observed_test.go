package lab_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/lab/stack"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/httpapi"
)

// seen is one investigation as those see it who run Faultline: its backend sends traces to a Tempo, and is scraped by a Prometheus as
// Grafana's address for it would be.
type seen struct {
	found   *incident.Case
	id      string // that the reader of its events learns
	log     *lines
	stores  source.Querier // of Faultline's own metrics and traces
	backend *plugin.Backend
}

// lines are those of a log, safe for who writes while another reads.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// of are the lines with a message, as the log's fields.
func (l *lines) of(message string) []map[string]any {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []map[string]any
	for scanner := bufio.NewScanner(bytes.NewReader(l.text.Bytes())); scanner.Scan(); {
		var line map[string]any
		if json.Unmarshal(scanner.Bytes(), &line) == nil && line["@message"] == message {
			all = append(all, line)
		}
	}
	return all
}

// watched runs the walkthrough's investigation by a backend of its own, whose telemetry goes to stores of their own: the walkthrough's
// hold no more than the incident.
func watched(t *testing.T) seen {
	t.Helper()
	var running atomic.Pointer[plugin.Backend]
	grafana := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if b := running.Load(); b != nil {
			b.ServeMetrics(w, r)
			return
		}
		w.WriteHeader(http.StatusNotFound)
	}))
	t.Cleanup(grafana.Close)
	own, err := stack.Start(context.Background(), stack.Options{Progress: os.Stderr, Scrape: []string{grafana.URL + "/metrics/plugins/" + plugin.ID}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, own.Stop(context.Background())) })
	s := seen{log: &lines{}}
	s.backend, err = plugin.StartBeside(own, backend, os.Stderr, plugin.WithLog(s.log, hclog.Debug),
		plugin.WithEnvironment("GF_INSTANCE_OTLP_ADDRESS="+own.Tempo.OTLPGRPC, "GF_INSTANCE_OTLP_PROPAGATION=w3c",
			"GF_INSTANCE_OTLP_SAMPLER_TYPE=const", "GF_INSTANCE_OTLP_SAMPLER_PARAM=1"))
	require.NoError(t, err)
	t.Cleanup(s.backend.Stop)
	running.Store(s.backend)
	s.found, err = s.backend.Investigate(context.Background(), patient(t, world.Instance()), world.Request(), func(e investigate.Event) {
		if e.Type == investigate.Started {
			s.id = e.Investigation
		}
	})
	require.NoError(t, err)
	s.stores, err = httpapi.New(httpapi.Options{Client: http.DefaultClient, Metrics: httpapi.Store{URL: own.Prometheus.URL, Name: "own"},
		Traces: httpapi.Store{URL: own.Tempo.URL, Name: "own"}})
	require.NoError(t, err)
	return s
}

// number is what a query of Faultline's own metrics answers with; false where it answers with nothing.
func (s seen) number(t require.TestingT, expression string) (float64, bool) {
	now := time.Now()
	answer := s.stores.Ask(context.Background(), source.Question{Kind: source.Instant, Text: expression, Window: incident.Window{From: now, To: now}})
	require.Nil(t, answer.Problem, expression)
	if len(answer.Series) == 0 {
		return 0, false
	}
	return answer.Series[0].Points[0].Value, true
}

// patienceOfStores is how long a scrape, or the export of spans, may take on a busy machine.
const patienceOfStores = time.Minute

func TestAnInvestigationIsSeenInTheMetricsTheTraceAndTheLogOfFaultline(t *testing.T) {
	t.Parallel()
	s := watched(t)
	require.Equal(t, incident.Likely, s.found.Verdict.Level)
	s.inMetrics(t)
	s.inTrace(t)
	s.inLog(t)
	s.inAlertRule(t)
}

func (s seen) inMetrics(t *testing.T) {
	t.Helper()
	unchecked := 0
	for _, step := range s.found.Steps {
		if step.Outcome == incident.NotChecked {
			unchecked++
		}
	}
	for store, read := range map[string]int64{"metrics": s.found.Cost.Read.Samples, "logs": s.found.Cost.Read.LogBytes, "traces": s.found.Cost.Read.TraceBytes} {
		assert.Positive(t, read, "%s: each says what it read", store)
	}
	for expression, want := range map[string]float64{
		`sum(faultline_investigations_started_total{origin="page"})`:                  1,
		`sum(faultline_investigation_duration_seconds_count{result="likely"})`:        1,
		`sum(faultline_investigation_duration_seconds_count)`:                         1,
		`faultline_investigations_running`:                                            0,
		`sum(faultline_steps_total)`:                                                  float64(len(s.found.Steps)),
		`sum(faultline_steps_not_checked_total)`:                                      float64(unchecked),
		`sum(faultline_store_queries_total{kind!="status page",status="ok"})`:         float64(s.found.Cost.Queries),
		`sum(faultline_store_query_duration_seconds_count{kind!="status page"})`:      float64(s.found.Cost.Queries),
		`sum(faultline_store_answer_bytes_total)`:                                     float64(s.found.Cost.Bytes),
		`faultline_store_read_samples_total`:                                          float64(s.found.Cost.Read.Samples),
		`faultline_store_read_bytes_total{signal="logs"}`:                             float64(s.found.Cost.Read.LogBytes),
		`faultline_store_read_bytes_total{signal="traces"}`:                           float64(s.found.Cost.Read.TraceBytes),
		`faultline_answers_kept_bytes`:                                                0,
		`faultline_defects_total`:                                                     0,
		`faultline_memory_limit_bytes == bool 268435456`:                              1,
		`sum(faultline_investigation_duration_seconds_sum{result="likely"}) > bool 0`: 1,
		`count({__name__=~"faultline_.*_total|faultline_.*_bucket"}) < bool 1500`:     1,
		`count({__name__=~"faultline_.+", service=~".+"}) or vector(0)`:               0,
	} {
		require.EventuallyWithT(t, func(t *assert.CollectT) {
			got, is := s.number(t, expression)
			assert.True(t, is, expression)
			assert.InDelta(t, want, got, 0, expression)
		}, patienceOfStores, 200*time.Millisecond, expression)
	}
}

func (s seen) inTrace(t *testing.T) {
	t.Helper()
	window := incident.Window{From: time.Now().Add(-10 * time.Minute), To: time.Now().Add(time.Minute)}
	var trace *incident.Trace
	require.EventuallyWithT(t, func(t *assert.CollectT) {
		found := s.stores.Ask(context.Background(), source.Question{Kind: source.TraceSearch, Window: window, Limit: 10,
			Text: `{ resource.service.name = "` + plugin.ID + `" && name = "investigation" && span.faultline.investigation.id = "` + s.id + `" }`})
		require.Nil(t, found.Problem)
		require.Len(t, found.Traces, 1)
		whole := s.stores.Ask(context.Background(), source.Question{Kind: source.TraceByID, Text: found.Traces[0].ID, Window: window})
		require.Nil(t, whole.Problem)
		trace = whole.Trace
		assert.Equal(t, s.found.Cost.Queries, len(spansOf(trace, "query "))-len(spansOf(trace, "query status page")), "queries")
	}, patienceOfStores, 500*time.Millisecond)
	root := spansOf(trace, "investigation")
	require.Len(t, root, 1)
	assert.Equal(t, "likely", root[0].Attributes["faultline.result"])
	steps, keys := map[string]bool{}, map[string]string{}
	for _, span := range spansOf(trace, "step ") {
		assert.Equal(t, root[0].ID, span.Parent, span.Name)
		keys[strings.TrimPrefix(span.Name, "step ")] = span.Attributes["faultline.step.outcome"]
		steps[span.ID] = true
	}
	for _, step := range s.found.Steps {
		assert.Equal(t, string(step.Outcome), keys[step.Key()], step.Key())
	}
	assert.Len(t, keys, len(s.found.Steps))
	for _, span := range spansOf(trace, "query ") {
		assert.True(t, steps[span.Parent], "%s belongs to a step", span.Name)
		assert.Equal(t, "ok", span.Attributes["faultline.query.status"])
	}
	assert.NotEmpty(t, spansOf(trace, "HTTP Outgoing Request"), "the requests themselves, which carry the trace on to the stores")
}

func spansOf(trace *incident.Trace, prefix string) []incident.Span {
	var some []incident.Span
	for _, span := range trace.Spans {
		if strings.HasPrefix(span.Name, prefix) {
			some = append(some, span)
		}
	}
	return some
}

func (s seen) inLog(t *testing.T) {
	t.Helper()
	require.EventuallyWithT(t, func(t *assert.CollectT) { assert.Len(t, s.log.of("An investigation ended"), 1) }, patienceOfStores, 100*time.Millisecond)
	began, ended := s.log.of("An investigation began"), s.log.of("An investigation ended")
	require.Len(t, began, 1)
	assert.Equal(t, "debug", began[0]["@level"])
	assert.Equal(t, "info", ended[0]["@level"])
	for _, line := range []map[string]any{began[0], ended[0]} {
		assert.Equal(t, s.id, line["investigation"])
		assert.Equal(t, "order-service", line["service"])
	}
	assert.Equal(t, "likely", ended[0]["result"])
}

// The provisioned rule is quiet while the backend answers, and fires once it is gone.
func (s seen) inAlertRule(t *testing.T) {
	t.Helper()
	rule := provisionedRule(t, "faultline-does-not-answer")
	require.EventuallyWithT(t, func(t *assert.CollectT) {
		_, fires := s.number(t, rule)
		assert.False(t, fires)
	}, patienceOfStores, 200*time.Millisecond)
	never := strings.ReplaceAll(rule, `job="faultline"`, `job="never-scraped"`)
	require.NotEqual(t, rule, never)
	_, fires := s.number(t, strings.SplitN(never, "or sum by", 2)[0]) // without what is told by the metrics themselves
	require.False(t, fires, "where nothing scrapes it, nothing is known to have stopped")
	ago := strings.ReplaceAll(rule, `absent(up{job="faultline"})`, `absent(up{job="faultline"} offset 1h)`)
	require.NotEqual(t, rule, ago)
	_, fires = s.number(t, ago)
	require.True(t, fires, "it was scraped within the last day, and is not there")
	s.backend.Stop()
	require.EventuallyWithT(t, func(t *assert.CollectT) {
		value, fires := s.number(t, rule)
		assert.True(t, fires)
		assert.InDelta(t, 1, value, 0)
	}, patienceOfStores, 200*time.Millisecond)
}

// provisionedRule is the PromQL of an alert rule.
func provisionedRule(t *testing.T, uid string) string {
	t.Helper()
	text, err := os.ReadFile("../provisioning/alerting/self-monitoring.yaml")
	require.NoError(t, err)
	var file struct {
		Groups []struct {
			Rules []struct {
				UID  string `yaml:"uid"`
				Data []struct {
					Model struct {
						Expr string `yaml:"expr"`
					} `yaml:"model"`
				} `yaml:"data"`
			} `yaml:"rules"`
		} `yaml:"groups"`
	}
	require.NoError(t, yaml.Unmarshal(text, &file))
	for _, group := range file.Groups {
		for _, rule := range group.Rules {
			if rule.UID == uid {
				return rule.Data[0].Model.Expr
			}
		}
	}
	require.Fail(t, "there is no such rule", uid)
	return ""
}
