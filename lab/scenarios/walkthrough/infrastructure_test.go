package walkthrough_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	lookup   = "dns.lookup.duration"
	restarts = "kube_pod_container_status_restarts_total"
)

var crashingPods = []string{"coredns-5f9b9c7b8-abcd1", "coredns-5f9b9c7b8-efgh2"}

// meanLookup is the mean time in seconds that resolving a name took.
func (r *recording) meanLookup(from, to time.Time, host string) float64 {
	sum, buckets, _ := r.growth(from, to, lookup, "dns.question.name", host)
	return sum / buckets[len(buckets)-1]
}

func TestResolvingStripesNameTakes2100MillisecondsInsteadOf5(t *testing.T) {
	t.Parallel()
	r := history()
	require.InDelta(t, 2.1, r.meanLookup(lastFive, alert, "api.stripe.com"), 0.05)
	require.InDelta(t, 2.1, r.quantile(0.5, lastFive, alert, lookup, "dns.question.name", "api.stripe.com"), 0.05)
	require.InDelta(t, 0.005, r.meanLookup(hourBegins, hourEnds, "api.stripe.com"), 0.0005)
	require.InDelta(t, 0.005, r.quantile(0.5, hourBegins, hourEnds, lookup, "dns.question.name", "api.stripe.com"), 0.0005)
	require.InDelta(t, 2.1, r.meanLookup(lastFive, alert, "api.parcel-carrier.example"), 0.05, "every outside name is slow, not only Stripe's")
	require.Less(t, r.meanLookup(lastFive, alert, "auth-service.shop.svc.cluster.local"), 0.003, "names of the cluster are not")
}

func TestBothPaymentPodsHold98Of100Connections(t *testing.T) {
	t.Parallel()
	r := history()
	active := r.all("http.client.open_connections", "http.connection.state", "active")
	require.Len(t, active, 2)
	for _, s := range active {
		require.InDelta(t, 98.0, s.samples[len(s.samples)-1].value, 0)
		require.InDelta(t, 12, s.samples[0].value, 2)
	}
	size, pods := r.last(alert, "http.client.connections.max")
	require.InDelta(t, 200.0, size, 0)
	require.Equal(t, 2, pods)
}

func TestBothCoreDNSPodsAre47MinutesOldAndHaveRestartedTwelveTimes(t *testing.T) {
	t.Parallel()
	r := history()
	for _, pod := range crashingPods {
		created, _ := r.last(alert, "kube_pod_created", "pod", pod)
		require.InDelta(t, float64(alert.Add(-47*time.Minute).Unix()), created, 0)
		count, _ := r.last(alert, restarts, "pod", pod)
		require.InDelta(t, 12.0, count, 0)
		first, _ := r.last(alert.Add(-46*time.Minute), restarts, "pod", pod)
		require.Zero(t, first)
		ready, _ := r.last(alert, "kube_pod_status_ready", "pod", pod, "condition", "true")
		require.Zero(t, ready)
		waiting, _ := r.last(alert, "kube_pod_container_status_waiting_reason", "pod", pod, "reason", "CrashLoopBackOff")
		require.InDelta(t, 1.0, waiting, 0)
	}
	available, _ := r.last(alert, "kube_deployment_status_replicas_available", "deployment", "coredns")
	require.Zero(t, available)
}

func TestThePolicyAppearsWhenItIsDeployedAndDeniesCoreDNSItsWay(t *testing.T) {
	t.Parallel()
	r, deployed := history(), alert.Add(-47*time.Minute)
	_, before := r.last(deployed.Add(-time.Second), "kube_networkpolicy_created", "networkpolicy", "restrict-coredns")
	require.Zero(t, before)
	created, after := r.last(alert, "kube_networkpolicy_created", "networkpolicy", "restrict-coredns")
	require.Equal(t, 1, after)
	require.InDelta(t, float64(deployed.Unix()), created, 0)
	applied, denied := 0, 0
	for _, l := range r.lines {
		switch {
		case l.service != "k8s-events":
		case l.labels["object"] == "restrict-coredns":
			applied++
			require.Equal(t, deployed, l.at)
		case l.labels["k8s.event.reason"] == "NetworkPolicyViolation":
			denied++
			require.False(t, l.at.Before(deployed))
			require.Equal(t, `Egress to 10.96.0.1:443 denied by policy "restrict-coredns"`, l.text)
			require.Equal(t, "kube-system", l.resourceNamespace)
		}
	}
	require.Equal(t, 1, applied)
	require.Equal(t, 2*13, denied, "once at the start and once per crash of either pod")
}

func TestCoreDNSSaysWhyItCrashesAndThatItsUpstreamIsSilent(t *testing.T) {
	t.Parallel()
	fatal, upstream := 0, []line{}
	for _, l := range history().lines {
		if l.service != "coredns" {
			continue
		}
		if l.text == "[FATAL] plugin/kubernetes: unable to connect to API server: dial tcp 10.96.0.1:443: connect: no route to host" {
			fatal++
		}
		if strings.Contains(l.text, "upstream timeout") {
			upstream = append(upstream, l)
		}
	}
	require.Equal(t, 2*12, fatal)
	require.Equal(t, alert.Add(-17*time.Minute-15*time.Second), upstream[0].at)
	require.JSONEq(t, `{"timestamp":"2026-01-20T10:29:45.000Z","level":"error","message":"upstream timeout","upstream":"10.0.0.53:53","query":"api.stripe.com"}`, upstream[0].text)
	require.Greater(t, len(upstream), 100)
}

func TestTheSurroundingsAreLargeEnoughToHideIn(t *testing.T) {
	t.Parallel()
	r := history()
	services := map[string]bool{}
	for _, s := range r.all(server) {
		services[s.labels["service"]] = true
	}
	require.GreaterOrEqual(t, len(services), 12)
	require.Greater(t, len(r.spans), 20_000)
	require.Less(t, len(r.spans), 150_000)
	require.Greater(t, len(r.lines), 20_000)
	require.Less(t, len(r.lines), 150_000)
	stored := 0
	for _, s := range r.series {
		stored++
		if s.bounds != nil {
			stored += len(s.bounds) + 2 // a store holds a series per bucket, a sum and a count
		}
	}
	require.Greater(t, stored, 2_000)
	require.Less(t, stored, 5_000)
}

func TestHistogramsNeverCountBackwardsButWhenAProcessStartsAnew(t *testing.T) {
	t.Parallel()
	falls := 0
	for _, s := range history().series {
		for i := 1; i < len(s.samples); i++ {
			before, after := s.samples[i-1], s.samples[i]
			for j := range after.buckets {
				if !after.ended && after.buckets[j] < before.buckets[j] {
					falls++
					require.Equal(t, "search-service", s.labels["service"])
					break
				}
			}
		}
	}
	require.Positive(t, falls, "one pod of search-service restarts")
}
