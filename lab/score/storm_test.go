package score_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/lab/score"
	"github.com/faultline-investigation/faultline/lab/stack"
	"github.com/faultline-investigation/faultline/lab/telemetry"
	"github.com/faultline-investigation/faultline/lab/town"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/storms"
)

// apart is how far apart the storms lie in time: each has a history of its own.
const apart = 95 * time.Minute

// stormAt is a storm with the moment at which it is looked at.
type stormAt struct {
	*town.Storm
	at time.Time
}

// played pushes storms of several sizes into one set of stores, one after the other in time.
func played(t *testing.T, servers *stack.Stack, sizes []int) []stormAt {
	t.Helper()
	var all []stormAt
	now := time.Now().Truncate(time.Minute).Add(-time.Minute)
	for i, size := range sizes {
		for faults := 1; faults <= 2; faults++ {
			n := 2*i + faults - 1
			all = append(all, stormAt{town.NewStorm(fmt.Sprintf("s%d", n), size, faults, uint64(n+1)), now.Add(-apart * time.Duration(n))}) // #nosec G115 -- few
		}
	}
	settling, err := lab.Unsettled(t.Context(), servers.Tempo.URL)
	require.NoError(t, err)
	endpoints := telemetry.Endpoints{Traces: servers.Tempo.OTLP, Metrics: servers.Prometheus.OTLP, Logs: servers.Loki.OTLP}
	traces := 0
	for i, s := range slices.Backward(all) {
		volume, err := telemetry.Load(t.Context(), s.Play(s.at, uint64(i+1)), endpoints, settling.Pushed) // #nosec G115 -- few
		require.NoError(t, err)
		traces += volume.Traces
	}
	require.NoError(t, settling.Settle(t.Context(), traces))
	return all
}

// Real stores and the real backend: storms with one and with two faults, and beside them alerts that no fault explains.
func TestStormsOfAlertsHaveOneAnswerThatExplainsNothingWrongly(t *testing.T) {
	t.Parallel()
	servers, err := stack.Start(t.Context(), stack.Options{OnlyPast: true, Progress: os.Stderr})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, servers.Stop(context.Background())) })
	all := played(t, servers, []int{5, 20, 50})
	backend, err := plugin.StartBeside(servers, compiled(t), os.Stderr)
	require.NoError(t, err)
	t.Cleanup(backend.Stop)
	named, placed := 0, 0
	for _, s := range all {
		causes, services := judgeStorm(t, s, lookedAt(t, backend, score.InstanceOf(servers), s.at))
		named += causes
		placed += services
	}
	t.Logf("exact-set rate: the named causes are exactly the hurt services in %d of %d storms, those and the places at which alerts begin in %d", named, len(all), placed)
	require.GreaterOrEqual(t, placed, len(all)-1)
}

// lookedAt is the answer of the backend about a moment.
func lookedAt(t *testing.T, backend *plugin.Backend, instance plugin.Instance, at time.Time) storms.Storm {
	t.Helper()
	var answer bytes.Buffer
	require.NoError(t, backend.Call(t.Context(), instance, "POST", "storms", map[string]any{"at": at}, func(part []byte) error {
		answer.Write(part)
		return nil
	}))
	lines := strings.Split(strings.TrimSpace(answer.String()), "\n")
	var event struct {
		Type  string
		Storm storms.Storm
	}
	require.NoError(t, json.Unmarshal([]byte(lines[len(lines)-1]), &event))
	require.Equal(t, "done", event.Type)
	return event.Storm
}

// judgeStorm requires that nothing is explained wrongly, and says with 1 whether the named causes are exactly the hurt services, and whether these are
// together with the services of which only is known that alerts begin there. On a busy machine an investigation may not end in time.
func judgeStorm(t *testing.T, s stormAt, found storms.Storm) (named, placed int) {
	t.Helper()
	truth := map[string][]string{} // by alert and service
	for _, a := range s.Alerts {
		truth[a.Name+" "+a.Service] = a.By
	}
	require.Len(t, found.Alerts, len(s.Alerts), "%v", found.Problems)
	blames, byID := map[string]string{}, map[string]string{}
	var causes, services, hurt []string
	for _, c := range found.Causes {
		blames[c.ID] = c.Service
		services = append(services, c.Service)
		if c.Level != incident.NoClearCause {
			causes = append(causes, c.Service)
		}
	}
	for _, h := range s.Hurt {
		hurt = append(hurt, h.Service)
	}
	for _, a := range found.Alerts {
		byID[a.ID] = a.Name + " " + a.Subject.Service
	}
	explained := map[string]bool{}
	var wrong []string
	for _, e := range found.Explained {
		explained[e.Alert] = true
		if !slices.Contains(truth[byID[e.Alert]], blames[e.Cause]) {
			wrong = append(wrong, fmt.Sprintf("%s by %s (%v)", byID[e.Alert], blames[e.Cause], e.Path))
		}
	}
	due := 0
	for _, by := range truth {
		if len(by) > 0 {
			due++
		}
	}
	slices.Sort(causes)
	slices.Sort(hurt)
	slices.Sort(services)
	t.Logf("%s: %d alerts, %d due to %v; named %v, services %v, %d explained, %d investigations, %.1f s. %s %v", s.Name, len(found.Alerts), due, hurt, causes, services,
		len(explained), len(found.Investigated), float64(found.Milliseconds)/1000, found.Sentence, found.Problems)
	for _, i := range found.Investigated {
		t.Logf("  %s: %s", i.Subject.Service, i.Sentence)
	}
	assert.Empty(t, wrong, "explained wrongly")
	one := func(is bool) int { return map[bool]int{true: 1}[is] }
	return one(slices.Equal(causes, hurt)), one(slices.Equal(services, hurt))
}
