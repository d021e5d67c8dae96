package lab_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

// fault is a way for a store to break, and what the not-checked steps then say.
type fault struct {
	name   string
	breaks http.HandlerFunc
	says   string
	advice string
	waited bool // for as long as a question may take
}

func faults() []fault {
	return []fault{
		{"answers with 500", func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "the disk is full", http.StatusInternalServerError)
		}, "failed with 500: the disk is full", "See the store's own log", false},
		{"answers with a body that is no answer", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprint(w, `<html>Please sign in</html>`)
		}, "answered with something that is not its API's format", "not to a login page", false},
		{"does not answer for 30 s", func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-time.After(30 * time.Second):
			}
		}, "did not answer within", "Check the store's load", true},
		{"hangs up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
			"could not be reached", "Check that it runs", false},
	}
}

// stores tells which steps each store's answers are needed for.
var stores = map[string]struct {
	product string
	lost    []string // not checked without it
	kept    []string // found or clear all the same
}{
	"metrics": {"Prometheus",
		[]string{"impact/conventions", "impact/service", "impact/error-rate", "impact/request-rate", "impact/latency", "impact/status-codes",
			"impact/onset", "impact/callees", "impact/dependencies", "example/slow-traces", "cause/lookups", "cause/pool", "cause/limits", "cause/pods",
			"cause/surroundings"},
		[]string{"example/failing-traces", "example/trace", "example/culprit", "example/traits", "logs/labels", "logs/trace-lines",
			"logs/failing-pattern", "logs/patterns", "logs/widened", "cause/events", "cause/infra-logs", "cause/changes", "cause/verdict",
			"recovery/mitigations"}},
	"traces": {"Tempo",
		[]string{"example/failing-traces", "example/slow-traces", "example/trace", "example/culprit", "example/traits", "logs/trace-lines",
			"logs/failing-pattern", "logs/widened", "cause/lookups", "cause/pool"},
		[]string{"impact/error-rate", "impact/latency", "impact/onset", "impact/dependencies", "logs/labels", "logs/patterns",
			"cause/pods", "cause/surroundings", "cause/events", "cause/infra-logs", "cause/changes", "cause/verdict", "recovery/mitigations", "recovery/exit-criteria"}},
	"logs": {"Loki",
		[]string{"logs/labels", "logs/trace-lines", "logs/failing-pattern", "logs/patterns", "logs/widened", "cause/events", "cause/infra-logs"},
		[]string{"impact/error-rate", "impact/latency", "impact/onset", "impact/dependencies", "example/failing-traces", "example/slow-traces",
			"example/trace", "example/culprit", "example/traits", "cause/lookups", "cause/pool", "cause/pods", "cause/surroundings", "cause/changes", "cause/verdict",
			"recovery/mitigations", "recovery/exit-criteria"}},
}

func TestABrokenStoreCostsItsOwnStepsAndNoOthers(t *testing.T) {
	t.Parallel()
	for signal, store := range stores {
		for _, f := range faults() {
			t.Run(store.product+" "+f.name, func(t *testing.T) {
				t.Parallel()
				instance := patient(t, instanceWith(t, signal, breaking(t, f.breaks).URL))
				if f.waited {
					// The other two stores have to answer in time, on a machine that is busy with many.
					limited(t, instance, "15s")
				}
				c := investigatedBy(t, instance)
				for _, key := range store.lost {
					s := stepOf(t, c, key)
					require.Equal(t, incident.NotChecked, s.Outcome, key)
					require.Contains(t, s.Reason, store.product, key)
					require.Contains(t, s.Reason, f.says, key)
					require.Contains(t, s.Advice, f.advice, key)
					require.Empty(t, s.Findings, "%s must not claim to have looked", key)
				}
				for _, key := range store.kept {
					require.NotEqual(t, incident.NotChecked, stepOf(t, c, key).Outcome, "%s: %s", key, stepOf(t, c, key).Reason)
				}
				require.Len(t, c.Verdict.Unchecked, roots(c), "the verdict names each reason once")
			})
		}
	}
}

func TestNothingIsAskedThatRestsOnAnAnswerThatNeverCame(t *testing.T) {
	t.Parallel()
	target, err := url.Parse(world.Stack.Loki.URL)
	require.NoError(t, err)
	through := httputil.NewSingleHostReverseProxy(target)
	var lines atomic.Int64
	loki := breaking(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/loki/api/v1/labels":
			http.Error(w, "out of memory", http.StatusInternalServerError)
		default:
			lines.Add(1)
			through.ServeHTTP(w, r)
		}
	})
	c := investigatedWith(t, "logs", loki)
	lost := stepOf(t, c, "logs/trace-lines")
	require.Equal(t, incident.NotChecked, lost.Outcome)
	require.Contains(t, lost.Reason, "out of memory", "the reason is the root of it")
	require.Zero(t, lines.Load())
}

// breaking is a store that breaks in the given way.
func breaking(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// investigatedWith runs the investigation with one store replaced.
func investigatedWith(t *testing.T, signal string, store *httptest.Server) *incident.Case {
	t.Helper()
	return investigatedBy(t, patient(t, instanceWith(t, signal, store.URL)))
}

func investigatedBy(t *testing.T, instance plugin.Instance) *incident.Case {
	t.Helper()
	c, err := world.Backend.Investigate(context.Background(), instance, world.Request(), func(investigate.Event) {})
	require.NoError(t, err)
	return c
}

// instances counts the data sources that tests have made.
var instances atomic.Int64

func instanceWith(t *testing.T, signal, address string) plugin.Instance {
	t.Helper()
	instance := world.Instance()
	settings, ok := instance.Settings.(map[string]any)
	require.True(t, ok)
	settings[signal] = map[string]string{"url": address}
	// The backend keeps an instance as long as its settings stay: a test that runs again has other stores.
	instance.UID = fmt.Sprintf("%s-%d", strings.NewReplacer("/", "-", " ", "-").Replace(t.Name()), instances.Add(1))
	return instance
}

// roots counts the steps that failed by themselves.
func roots(c *incident.Case) int {
	n := 0
	for _, s := range c.Steps {
		if s.Outcome == incident.NotChecked && s.Root == "" {
			n++
		}
	}
	return n
}
