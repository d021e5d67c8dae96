package topology_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
	"github.com/faultline-investigation/faultline/lab/scenarios/tape"
	"github.com/faultline-investigation/faultline/lab/scenarios/topology"
	"github.com/faultline-investigation/faultline/lab/telemetry"
)

// till is a small system: a till asks a stock and a database, and everything it does is kept.
func till(logfmt bool) topology.Scenario {
	broken := func(s topology.Situation) topology.Flaw {
		if s.Level == 1 && s.Chance.Float64() < 0.5 {
			return topology.Flaw{Status: 500, Type: "Broken", Message: "it broke", By: "stock", Says: "the shelf fell over"}
		}
		return topology.Flaw{}
	}
	// The second pod of the stock crashes for a minute.
	crash := func(s topology.Situation) topology.Condition {
		if s.Since >= -10*time.Minute && s.Since < -9*time.Minute && s.Pod.Node == "worker-1" {
			return topology.Condition{Waits: "CrashLoopBackOff", Ended: "Error", Said: "Back-off restarting failed container stock"}
		}
		return topology.Condition{}
	}
	return topology.Scenario{ID: "till", System: func() topology.System {
		return topology.System{
			Cluster: "test", Namespace: "shop", Nodes: topology.Workers("zone-"), Kept: 1, Logfmt: logfmt,
			Fault: synth.Symptom{Onset: synth.Curve{{At: -5*time.Minute - time.Second}, {At: -5 * time.Minute, Level: 1}}, Relief: synth.Curve{{At: 0, Level: 0}},
				Return: synth.Curve{{At: 0, Level: 1}}},
			Entrances: []topology.Entrance{{To: "till POST /sales", Rate: 2}},
			Services: []topology.Service{
				{Name: "till", Version: "1", Language: "go", Log: topology.Slog, Replicas: 1, CPU: 1, Memory: 1 << 28, Operations: []topology.Operation{
					{Name: "POST /sales", P50: 0.01, P99: 0.05, Calls: []topology.Call{{To: "stock PUT /stock/{id}"},
						{Backend: &topology.Backend{Name: "till-db", Kind: "database", Span: "INSERT sales", P50: 0.002, P99: 0.01}}}}}},
				{Name: "stock", Version: "1", Language: "java", Log: topology.SpringBoot, Replicas: 2, CPU: 1, Memory: 1 << 28, Condition: crash,
					Operations: []topology.Operation{{Name: "PUT /stock/{id}", P50: 0.01, P99: 0.05, Flaw: broken}}},
			},
			Story: []topology.Happening{{At: -20 * time.Minute, Rollout: &topology.Rollout{Service: "till", Version: "2"}}},
		}
	}}
}

func TestMetricsSpansAndLinesTellOfTheSameRequests(t *testing.T) {
	t.Parallel()
	r := tape.Of(t, till(false), 0)
	from, to := -4*time.Minute, -time.Minute
	failed := 0
	for _, s := range r.Of("PUT /stock/{id}", "stock", from, to) {
		if s.Failed() {
			failed++
		}
	}
	require.InDelta(t, 0.5, r.ErrorRatio("stock", "PUT", "/stock/{id}", from, to), 0.07)
	require.InDelta(t, failed, r.Growth("traces_service_graph_request_failed_total", from, to, "client", "till", "server", "stock"), 70)
	require.InDelta(t, failed, r.Lines("stock", "the shelf fell over", from, to), 2)
	require.InDelta(t, failed, r.Lines("till", "stock: status 500", from, to), 2)
	require.InDelta(t, r.ErrorRatio("stock", "PUT", "/stock/{id}", from, to), r.ErrorRatio("till", "POST", "/sales", from, to), 1e-9, "the till hands the failure on")
}

func TestTheCallersSpanCarriesTheStatusAndTheOneCalledTheException(t *testing.T) {
	t.Parallel()
	r := tape.Of(t, till(false), 0)
	for _, s := range r.Of("PUT /stock/{id}", "stock", -4*time.Minute, 0) {
		if s.Failed() {
			require.Equal(t, "exception", s.Events().At(0).Name())
			require.True(t, s.Has("error.type", "Broken", "http.response.status_code", "500", "http.route", "/stock/{id}"))
		}
	}
	called := r.Of("PUT", "till", -4*time.Minute, 0, "error.type", "500", "server.address", "stock")
	require.NotEmpty(t, called)
	require.Zero(t, called[0].Events().Len())
	require.Empty(t, r.Of("INSERT sales", "till", -4*time.Minute, -3*time.Minute, "error.type", "500"))
}

func TestARolloutReplacesPodsVersionsAndReplicaSets(t *testing.T) {
	t.Parallel()
	r := tape.Of(t, till(false), 0)
	for at, version := range map[time.Duration]string{-25 * time.Minute: "1", -5 * time.Minute: "2"} {
		for _, s := range r.Of("POST /sales", "till", at, at+time.Minute) {
			require.True(t, s.Has("service.version", version))
		}
	}
	generation := func(at time.Duration) float64 {
		value, _ := r.Last("kube_deployment_status_observed_generation", at, "deployment", "till")
		return value
	}
	require.InDelta(t, generation(-25*time.Minute)+1, generation(0), 0)
	require.Equal(t, 2, r.Lines("k8s-events", "replica set till-", -21*time.Minute, -18*time.Minute))
}

func TestAContainerThatCrashesIsCountedToldAndForgetsItsCounts(t *testing.T) {
	t.Parallel()
	r := tape.Of(t, till(false), 0)
	restarts := func(at time.Duration) float64 {
		value, _ := r.Last("kube_pod_container_status_restarts_total", at, "container", "stock")
		return value
	}
	require.Zero(t, restarts(-11*time.Minute))
	require.InDelta(t, 1, restarts(0), 0)
	waiting, _ := r.Last("kube_pod_container_status_waiting_reason", -9*time.Minute-10*time.Second, "reason", "CrashLoopBackOff")
	require.InDelta(t, 1, waiting, 0)
	require.Equal(t, 1, r.Lines("k8s-events", "Back-off restarting failed container stock", -11*time.Minute, -8*time.Minute))
	require.Equal(t, 1, r.Lines("stock", "started", -11*time.Minute, -8*time.Minute))
	require.InDelta(t, 1, r.Growth("http.server.request.duration", -8*time.Minute, -6*time.Minute, "service.name", "stock")/
		r.Growth("http.server.request.duration", -8*time.Minute, -6*time.Minute, "service.name", "till"), 0.02, "no request is counted twice or not at all")
}

func TestEventsComeInBothMakes(t *testing.T) {
	t.Parallel()
	r := tape.Of(t, till(true), 0)
	require.Equal(t, 1, r.Lines("loki.source.kubernetes_events", `reason=BackOff type=Warning count=1 msg="Back-off restarting failed container stock"`, -11*time.Minute, 0))
	require.Zero(t, r.Lines("k8s-events", "", -2*time.Hour, 0))
}

func TestItDoesNotMatterHowTimeIsCut(t *testing.T) {
	t.Parallel()
	whole := till(false).Start(tape.Alert, 3)
	whole.Fix(tape.Alert)
	all := described(tape.Read(t, whole.Generate(tape.Alert.Add(2*time.Minute))))
	cut := till(false).Start(tape.Alert, 3)
	cut.Fix(tape.Alert)
	var pieces []telemetry.Batch
	for at := tape.Alert.Add(-2 * time.Hour); at.Before(tape.Alert.Add(2 * time.Minute)); {
		at = at.Add(37*time.Second + 400*time.Millisecond)
		if last := tape.Alert.Add(2 * time.Minute); at.After(last) {
			at = last
		}
		pieces = append(pieces, cut.Generate(at))
	}
	require.True(t, slices.Equal(all, described(tape.Read(t, pieces...))))
}

func described(r *tape.Tape) []string {
	var all []string
	for _, s := range r.Spans {
		all = append(all, fmt.Sprint(s.TraceID(), s.SpanID(), s.ParentSpanID(), s.StartTimestamp(), s.EndTimestamp()))
	}
	all = append(all, fmt.Sprint(r.Growth("http.server.request.duration", -2*time.Hour, 2*time.Minute), r.Lines("stock", "", -2*time.Hour, 2*time.Minute)))
	slices.Sort(all)
	return all
}

func TestEachLoggerWritesAsItsLibraryDoes(t *testing.T) {
	t.Parallel()
	line := topology.Line{At: tape.Alert, Level: "error", Logger: "app.Shelf", Text: "it fell", Stack: "at Shelf.java:3", Trace: "4bf9"}
	require.Equal(t, "2026-01-20T10:47:00.000Z ERROR 1 --- [app] [nio-8080-exec-4] [4bf9] app.Shelf                                : it fell\n\nat Shelf.java:3",
		topology.SpringBoot(line))
	require.Equal(t, "2026-01-20 10:47:00,000 ERROR [app.Shelf] [trace_id=4bf9] - it fell\nat Shelf.java:3", topology.Python(line))
	for _, logger := range []topology.Logger{topology.Slog, topology.Pino} {
		var read map[string]any
		require.NoError(t, json.Unmarshal([]byte(logger(line)), &read))
		require.Equal(t, "it fell", read["msg"])
		require.Equal(t, "4bf9", read["trace_id"])
	}
}
