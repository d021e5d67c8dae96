package plugin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/alertmanager/template"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/lab/stack"
)

// hundred is how many alerts are sent in each part of a test.
const hundred = 100

// arrival is an alert as a receiver first accepted it.
type arrival struct {
	at      time.Time
	verdict string
}

// people are a receiver that fails as often as it is told to.
type people struct {
	failing atomic.Int64 // percent of the requests

	mu       sync.Mutex
	random   *rand.Rand
	refused  int
	repeated int
	arrived  map[string]arrival // by the alert's name
	news     chan struct{}      // closed, and made anew, with every alert that is new
}

func newPeople() *people {
	return &people{random: rand.New(rand.NewPCG(19, 1)), arrived: map[string]arrival{}, news: make(chan struct{})}
}

// ServeHTTP implements http.Handler.
func (p *people) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.random.Int64N(100) < p.failing.Load() {
		p.refused++
		w.WriteHeader([]int{http.StatusInternalServerError, http.StatusServiceUnavailable, http.StatusTooManyRequests, http.StatusBadRequest}[p.random.IntN(4)])
		return
	}
	var data template.Data
	if err := json.NewDecoder(r.Body).Decode(&data); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	for _, a := range data.Alerts {
		name := a.Labels["alertname"]
		if _, known := p.arrived[name]; known {
			p.repeated++
			continue
		}
		p.arrived[name] = arrival{time.Now(), a.Annotations["faultline_verdict"]}
		close(p.news)
		p.news = make(chan struct{})
	}
}

// again is how many alerts arrived more than once.
func (p *people) again() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.repeated
}

// await returns once that many alerts have arrived.
func (p *people) await(ctx context.Context, t *testing.T, many int) {
	t.Helper()
	for {
		p.mu.Lock()
		there, news := len(p.arrived), p.news
		p.mu.Unlock()
		if there >= many {
			return
		}
		select {
		case <-news:
		case <-ctx.Done():
			require.Fail(t, "alerts are missing", "%d of %d have arrived", there, many)
		}
	}
}

// front is what Grafana is to senders: it hands their messages to the backend that runs, and fails where none does.
type front struct {
	instance plugin.Instance
	backend  atomic.Pointer[plugin.Backend]
	failed   atomic.Int64
}

// ServeHTTP implements http.Handler.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	b := f.backend.Load()
	if err != nil || b == nil {
		f.failed.Add(1)
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	status := http.StatusBadGateway
	err = b.Stream(r.Context(), f.instance, plugin.Request{Method: "POST", Path: "alerts", Body: body}, func(p plugin.Part) error {
		if p.Status != 0 {
			status = p.Status
		}
		return nil
	})
	if err != nil {
		status = http.StatusBadGateway
	}
	if status/100 != 2 {
		f.failed.Add(1)
	}
	w.WriteHeader(status)
}

// The alerts of each part have groups of their own, and each service several of them, as rules that are grouped by their name do. What
// the sender waits for is far more than any machine needs.
const routing = `
route:
  receiver: faultline
  group_by: [alertname]
  group_wait: 0s
  group_interval: 5m
  repeat_interval: 4h
receivers:
  - name: faultline
    webhook_configs:
      - url: %s
`

func post(ctx context.Context, t *testing.T, alertmanager string, names []string) map[string]time.Time {
	t.Helper()
	services := []string{"order-service", "payment-service", "inventory-service"}
	var all []map[string]any
	sent := map[string]time.Time{}
	for i, name := range names {
		sent[name] = time.Now()
		all = append(all, map[string]any{"startsAt": time.Now().Add(-time.Minute), "endsAt": time.Now().Add(time.Hour),
			"labels": map[string]string{"alertname": name, "service_name": services[i%len(services)]}, "annotations": map[string]string{"summary": "It fails."}})
	}
	body, err := json.Marshal(all)
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, alertmanager+"/api/v2/alerts", bytes.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	_ = response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
	return sent
}

func namesOf(part string) []string {
	names := make([]string, hundred)
	for i := range names {
		names[i] = fmt.Sprintf("%s-%03d", part, i)
	}
	return names
}

// A real Alertmanager sends to the real backend, which looks into what real stores answered, and passes on to a receiver.
func TestAHundredAlertsArriveThoughFaultlineIsKilledAndItsReceiverFails(t *testing.T) {
	t.Parallel()
	receivers := newPeople()
	phone := httptest.NewServer(receivers)
	t.Cleanup(phone.Close)
	grafana := &front{instance: plugin.Instance{Organization: 1, UID: "test", Name: "Test", Settings: map[string]any{"recording": "walkthrough",
		"relay": map[string]any{"deadline": "1m", "receivers": []any{map[string]any{"name": "phone", "type": "webhook", "internal": true, "url": phone.URL}}}}}}
	door := httptest.NewServer(grafana)
	t.Cleanup(door.Close)
	servers, alertmanager, err := stack.StartAlertmanager(t.Context(), stack.Options{Progress: os.Stderr}, fmt.Sprintf(routing, door.URL))
	require.NoError(t, err)
	t.Cleanup(func() { _ = servers.Stop(context.Background()) })
	begin := func() *plugin.Backend {
		b, err := plugin.Start(binary, io.Discard)
		require.NoError(t, err)
		grafana.backend.Store(b)
		return b
	}
	b := begin()
	t.Cleanup(func() { grafana.backend.Load().Stop() })

	sent := post(t.Context(), t, alertmanager.URL, namesOf("quiet"))
	receivers.await(t.Context(), t, hundred)
	with := printed(t, receivers, "in quiet running", sent)
	assert.GreaterOrEqual(t, with, 95)
	assert.Zero(t, receivers.again(), "nothing failed, and nothing is sent twice")

	receivers.failing.Store(30)
	random, names := rand.New(rand.NewPCG(19, 2)), namesOf("storm")
	sent = map[string]time.Time{}
	for part := range slices.Chunk(names, hundred/5) {
		for name, at := range post(t.Context(), t, alertmanager.URL, part) {
			sent[name] = at
		}
		time.Sleep(time.Duration(random.IntN(1500)) * time.Millisecond)
		require.NoError(t, syscall.Kill(b.PID(), syscall.SIGSTOP)) // slowed to a halt
		time.Sleep(time.Duration(random.IntN(500)) * time.Millisecond)
		require.NoError(t, syscall.Kill(b.PID(), syscall.SIGKILL))
		grafana.backend.Store(nil)
		b.Stop()
		b = begin()
	}
	receivers.await(t.Context(), t, 2*hundred)
	printed(t, receivers, "while it is killed five times and the receiver fails", sent)
	receivers.mu.Lock()
	defer receivers.mu.Unlock()
	t.Logf("the receiver refused %d messages, the sender was told of failure %d times, %d alerts arrived more than once", receivers.refused, grafana.failed.Load(), receivers.repeated)
	assert.Positive(t, receivers.refused)
	assert.Positive(t, grafana.failed.Load())
}

// printed says how many of the alerts have arrived and how long it took, and gives how many have a verdict.
func printed(t *testing.T, p *people, when string, sent map[string]time.Time) (with int) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	var delays []time.Duration
	for name, at := range sent {
		if a, arrived := p.arrived[name]; arrived {
			delays = append(delays, a.at.Sub(at).Round(time.Millisecond))
			if a.verdict != "" {
				with++
			}
		}
	}
	slices.Sort(delays)
	require.Len(t, delays, len(sent))
	t.Logf("%s: %d of %d alerts arrived, %d with a verdict; after %v in the median, %v at the latest", when, len(delays), len(sent), with, delays[len(delays)/2], delays[len(delays)-1])
	return with
}
