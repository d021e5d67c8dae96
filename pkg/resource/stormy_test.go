package resource

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/alerts"
	"github.com/faultline-investigation/faultline/pkg/firing"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/relay"
	"github.com/faultline-investigation/faultline/pkg/runs"
	"github.com/faultline-investigation/faultline/pkg/storms"
)

// oneStorm knows a cause of the alerts of all services but one, once it has been looked for.
type oneStorm struct {
	mu    sync.Mutex
	looks int
	known bool
	goOn  chan struct{} // closed when a look may end
}

func (s *oneStorm) Find(ctx context.Context, _ int64, _ storms.Request, _ func(storms.Storm)) (storms.Storm, error) {
	s.mu.Lock()
	s.looks++
	s.mu.Unlock()
	select {
	case <-s.goOn:
	case <-ctx.Done():
		return storms.Storm{}, ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known = true
	return storms.Storm{}, nil
}

func (s *oneStorm) Join(_ context.Context, _ int64, a firing.Alert) (storms.Joined, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.known || a.Subject.Service == "apart" {
		return storms.Joined{}, false
	}
	return storms.Joined{Cause: storms.Cause{Level: incident.Likely, Sentence: "Likely: stock's disk is full.", Owner: "Team Stock"},
		Path: []string{a.Subject.Service, "stock"}, Alerts: 3, At: time.UnixMilli(1767348000000)}, true
}

// stormMessage is a message about new alerts of services.
func stormMessage(t *testing.T, services ...string) alerts.Message {
	t.Helper()
	var all []string
	for _, s := range services {
		all = append(all, fmt.Sprintf(`{"status":"firing","labels":{"alertname":"Slow","service":%q},"startsAt":%q,"fingerprint":"f-%[1]s"}`, s, time.Now().Add(-time.Minute).Format(time.RFC3339)))
	}
	var message alerts.Message
	require.NoError(t, json.Unmarshal([]byte(`{"groupKey":"g","alerts":[`+strings.Join(all, ",")+`]}`), &message))
	return message
}

func TestAlertsOfAStormShareItsAnswer(t *testing.T) {
	t.Parallel()
	e := directly(t, emptyStores)
	background := runs.New(e)
	t.Cleanup(func() {
		background.Close()
		e.Dispose()
	})
	s := &oneStorm{goOn: make(chan struct{})}
	told := alerts.New(background, nil, nil)
	webhook := inbox{told, e, watchStorms(e, told, s)}
	look := func(ctx context.Context, services ...string) (*relayed, []relay.Answer, func(context.Context) []relay.Answer) {
		on := &relayed{inbox: webhook, organization: 1, grafana: "https://grafana/sub/", message: stormMessage(t, services...)}
		now, later := on.look(ctx)
		return on, now, later
	}
	deadline, cancel := context.WithCancel(t.Context())
	cancel()
	on, now, later := look(deadline, "front", "cart", "apart")
	for _, o := range *on.outcomes.Load() {
		assert.Equal(t, alerts.Stormed, o.Result, "none is investigated by itself")
	}
	assert.Equal(t, []relay.Answer{{Reason: "storm"}, {Reason: "storm"}, {Reason: "storm"}}, now)
	require.NotNil(t, later, "more may become known")
	close(s.goOn)
	updated := later(t.Context())
	assert.Equal(t, relay.Answer{Verdict: "likely", Names: true, URL: "https://grafana/sub/a/faultline-investigation-app/storm?at=1767348000000&ds=&orgId=1",
		Summary: "Likely: stock's disk is full. One cause of a storm of 3 alerts; it reaches this service by calls from front to stock. Owner: Team Stock."}, updated[0])
	assert.NotEqual(t, relay.Reason("storm"), updated[2].Reason, "it is not explained, and waits for an investigation of its own")
	require.Eventually(t, func() bool { _, _, found := told.Find(1, "f-apart"); return found }, time.Minute, 10*time.Millisecond, "so that it is investigated by itself")
	_, _, found := told.Find(1, "f-front")
	assert.False(t, found, "the cause explains this one")

	_, joined, later := look(t.Context(), "desk", "front")
	assert.Equal(t, "likely", joined[0].Verdict, "whoever joins has the answer at once")
	assert.Equal(t, "likely", joined[1].Verdict, "and whoever is told again")
	assert.Nil(t, later)
	assert.Equal(t, 1, s.looks)
}

func TestFewAlertsAreNoStorm(t *testing.T) {
	t.Parallel()
	e := directly(t, emptyStores)
	background := runs.New(e)
	t.Cleanup(func() {
		background.Close()
		e.Dispose()
	})
	s := &oneStorm{goOn: make(chan struct{})}
	told := alerts.New(background, nil, nil)
	watchStorms(e, told, s)
	for services, want := range map[string]alerts.Result{"front": alerts.Started, "cart": alerts.Started} {
		outcomes, err := told.Receive(t.Context(), 1, stormMessage(t, services))
		require.NoError(t, err)
		assert.Equal(t, want, outcomes[0].Result)
	}
	assert.Zero(t, s.looks)
}
