package verdict_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict"
)

// suffering is a case with errors, slow requests and a full pool, each with the query for it.
func suffering() *incident.Case {
	end := time.Date(2025, 1, 21, 12, 0, 0, 0, time.UTC)
	return &incident.Case{Window: incident.Window{From: end.Add(-time.Hour), To: end}, Facts: incident.Facts{
		Errors:  &incident.Change{Now: 0.07, Normal: 0.001, Unit: incident.Ratio, Worse: true, Query: "errors"},
		Latency: &incident.Change{Now: 2.3, Normal: 0.4, Unit: incident.Seconds, Query: "p99", Scale: 0.001},
		Traffic: &incident.Change{Now: 15, Normal: 17, Unit: incident.PerSecond, Query: "rate"},
		Pool:    &incident.Comparison{What: "connections in use", Now: 98, Normal: 13, Unit: incident.Count, Abnormal: true, Query: "used"},
	}}
}

// accusing is a case of errors whose verdict names a cause, with every number that a cause may have of its own.
func accusing(named incident.Candidate) *incident.Facts {
	bad := func(what, of string, tolerable float64) incident.Comparison {
		return incident.Comparison{What: what, Service: of, Now: 0.9, Normal: 0.1, Tolerable: tolerable, Unit: incident.Ratio, Abnormal: true, Query: "ask(" + of + ")"}
	}
	cpu, memory := bad("throttled CPU periods", "cpu", 0.25), bad("memory of its limit", "memory", 0.95)
	f := suffering().Facts
	f.Pool = nil
	f.Saturation = &incident.Saturation{CPU: &cpu, Memory: &memory}
	f.Surroundings = &incident.Surroundings{Nodes: []incident.Comparison{bad("time waiting for a processor", "node-a", 0.25), bad("time waiting for a processor", "node-b", 0.25)},
		Queues: []incident.QueueState{{Comparison: bad("messages waiting", "billing", 50), Queue: "orders", Consumer: "billing"}}}
	f.Shared = &incident.SharedPool{Name: "bookings", Users: []incident.Comparison{bad("connections in use", "fares", 0), bad("connections in use", "seats", 0)}}
	f.Verdict = &incident.Verdict{Level: incident.Likely, Candidates: []incident.Candidate{named,
		{Kind: "node-pressure", Target: incident.Target{Type: "node", Name: "node-a"}}}}
	return &f
}

// named is a candidate of a service.
func named(service string, kind incident.CauseKind, target string) incident.Candidate {
	return incident.Candidate{Service: service, Kind: kind, Target: incident.Target{Type: "any", Name: target}}
}

func TestASmallRiseIsNotBackWhileItLasts(t *testing.T) {
	t.Parallel()
	f := suffering().Facts
	f.Errors.Now, f.Errors.Normal = 0.135, 0.09 // below one and a half times
	require.InDelta(t, 0.1125, *verdict.Criteria(&f)[0].Most, 1e-9)
	f.Errors.Worse, f.Pool.Now = false, 15
	require.InDelta(t, 0.135, *verdict.Criteria(&f)[0].Most, 1e-9, "what did not rise may be what it is by chance")
	require.InDelta(t, 14, *verdict.Criteria(&f)[2].Most, 1e-9, "a number of a cause's own likewise")
}

func TestTrafficThatFellHasToComeBack(t *testing.T) {
	t.Parallel()
	f := suffering().Facts
	f.Traffic = &incident.Change{Now: 5, Normal: 100, Unit: incident.PerSecond, Worse: true, Query: "rate"}
	require.InDelta(t, 50, *verdict.Criteria(&f)[3].Least, 1e-9)
	f.Traffic.Now = 90
	require.InDelta(t, 5, *verdict.Criteria(&f)[3].Least, 1e-9, "as many as tell the share of errors")
}

func TestTheCausesOwnNumberHasToComeBackAndNoOther(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		named incident.Candidate
		ids   []string
		names []string
	}{
		{named("cpu", "cpu-limit", "cpu"), []string{"cpu-limit/cpu"}, []string{"throttled CPU periods"}},
		{named("cpu", "load-surge", "cpu"), []string{"cpu-limit/cpu"}, []string{"throttled CPU periods"}},
		{named("memory", "memory-limit", "memory"), []string{"memory-limit/memory"}, []string{"memory of its limit"}},
		{named("node-b", "node-pressure", "node-b"), []string{"node-pressure/node-b"}, []string{"time waiting for a processor on node-b"}},
		{named("billing", "consumer-lag", "orders"), []string{"consumer-lag/orders"}, []string{"messages waiting in orders"}},
		{named("bookings", "shared-connection-pool", "bookings"), []string{"shared-connection-pool/fares", "shared-connection-pool/seats"},
			[]string{"connections to bookings in use by fares", "connections to bookings in use by seats"}},
		{named("dns", "breaking-change", "closed"), nil, nil},
		{named("load", "failing-call", "load"), nil, nil}, // a span that is called as a cause of another kind is
		{named("dns", "of a later version", "dns"), nil, nil},
	} {
		f := accusing(test.named)
		var ids, names []string
		for _, k := range verdict.Criteria(f) {
			ids, names = append(ids, k.ID), append(names, k.Name)
		}
		require.Equal(t, slices.Concat([]string{"error-rate", "p99-latency"}, test.ids, []string{"request-rate"}), ids)
		require.Equal(t, slices.Concat([]string{"error rate", "p99 latency"}, test.names, []string{"request rate"}), names)
		f.Verdict.Level = incident.NoClearCause
		require.Len(t, verdict.Criteria(f), 3, test.named.Kind)
	}
	node := verdict.Criteria(accusing(named("node-b", "node-pressure", "node-b")))[2]
	require.Equal(t, "ask(node-b)", node.Query)
	require.InDelta(t, 0.25, *node.Most, 0, "1.5 times a low normal is no trouble yet")
	require.InDelta(t, 0.15, *verdict.Criteria(accusing(named("bookings", "shared-connection-pool", "bookings")))[2].Most, 1e-9)
}

func TestWhatTheRequestsWaitForHasToComeBackWhateverIsNamed(t *testing.T) {
	t.Parallel()
	f := accusing(named("node-b", "node-pressure", "node-b"))
	f.Lookups = &incident.Comparison{What: "DNS lookups of bank", Of: "bank", Service: "web", Normal: 0.005, Unit: incident.Seconds, Abnormal: true, Query: "lookups"}
	f.Pool = &incident.Comparison{What: "connections in use", Service: "web", Normal: 10, Unit: incident.Count, Abnormal: true, Query: "used"}
	var ids, steps []string
	for _, k := range verdict.Criteria(f) {
		ids, steps = append(ids, k.ID), append(steps, k.Step)
	}
	require.Equal(t, []string{"error-rate", "p99-latency", "dns-lookups/bank", "connection-pool/web", "node-pressure/node-b", "request-rate"}, ids)
	require.Equal(t, []string{"impact/error-rate", "impact/latency", "cause/lookups", "cause/pool", "", "impact/request-rate"}, steps)
	f.Verdict.Candidates[0] = named("web", "slow-dns-lookups", "bank")
	require.Len(t, verdict.Criteria(f), 5, "each once")
	f.Lookups.Abnormal, f.Pool.Query = false, ""
	require.Len(t, verdict.Criteria(f), 3, "neither what is normal nor what cannot be asked again")
}
