package walkthrough_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/scenarios/walkthrough"
)

// afterAlert starts the walkthrough and skips its history.
func afterAlert() story.Generator {
	generator := walkthrough.Scenario{}.Start(alert, 7)
	generator.Generate(alert)
	return generator
}

// minute reads checkout's error ratio and p99 in seconds over the minute that ends at a time.
func (r *recording) minute(ends time.Time) (errors, p99 float64) {
	from := ends.Add(-time.Minute)
	return r.errorRatio(from, ends, ofCheckout...), r.quantile(0.99, from, ends, server, ofCheckout...)
}

func TestTheIncidentGoesOnUntilItIsFixed(t *testing.T) {
	t.Parallel()
	r := record(afterAlert().Generate(alert.Add(10 * time.Minute)))
	from, to := alert.Add(5*time.Minute), alert.Add(10*time.Minute)
	require.InDelta(t, 0.073, r.errorRatio(from, to, ofCheckout...), 0.001)
	require.InDelta(t, 2.3, r.quantile(0.99, from, to, server, ofCheckout...), 0.04)
	restarted, _ := r.last(to, restarts, "pod", crashingPods[0])
	require.Greater(t, restarted, 12.0)
}

func TestAFixBringsCheckoutBackWithinTwoMinutes(t *testing.T) {
	t.Parallel()
	generator := afterAlert()
	fixed := generator.Fix(alert.Add(time.Minute))
	require.Equal(t, alert.Add(time.Minute), fixed)
	r := record(generator.Generate(alert.Add(12 * time.Minute)))

	errors, p99 := r.minute(fixed)
	require.InDelta(t, 0.073, errors, 0.006)
	require.InDelta(t, 2.3, p99, 0.15)
	errors, _ = r.minute(fixed.Add(time.Minute))
	require.InDelta(t, 0.021, errors, 0.005)
	errors, p99 = r.minute(fixed.Add(75 * time.Second))
	require.InDelta(t, 0.003, errors, 0.002)
	require.InDelta(t, 0.890, p99, 0.05)
	errors, p99 = r.minute(fixed.Add(105 * time.Second))
	require.InDelta(t, 0.001, errors, 0.0015)
	require.InDelta(t, 0.380, p99, 0.03)
	require.InDelta(t, 0.001, r.errorRatio(fixed.Add(3*time.Minute), fixed.Add(11*time.Minute), ofCheckout...), 0.0005)
	rate := r.requests(fixed.Add(3*time.Minute), fixed.Add(11*time.Minute), server, ofCheckout...) / (8*60 - 15)
	require.InDelta(t, 17.1, rate, 0.3, "customers come back")
}

func TestAFixBringsTheInfrastructureBack(t *testing.T) {
	t.Parallel()
	generator := afterAlert()
	fixed := generator.Fix(alert.Add(time.Minute))
	r := record(generator.Generate(alert.Add(12 * time.Minute)))
	later := fixed.Add(2 * time.Minute)

	require.InDelta(t, 0.004, r.meanLookup(fixed.Add(time.Minute), later, "api.stripe.com"), 0.0005)
	connections, pods := r.last(later, "http.client.open_connections", "http.connection.state", "active")
	require.InDelta(t, 12, connections/float64(pods), 2)
	_, policies := r.last(later, "kube_networkpolicy_created", "networkpolicy", "restrict-coredns")
	require.Zero(t, policies)
	for _, pod := range crashingPods {
		ready, _ := r.last(later, "kube_pod_status_ready", "pod", pod, "condition", "true")
		require.InDelta(t, 1.0, ready, 0)
		_, waiting := r.last(later, "kube_pod_container_status_waiting_reason", "pod", pod)
		require.Zero(t, waiting)
		then, _ := r.last(later, restarts, "pod", pod)
		now, _ := r.last(fixed.Add(11*time.Minute), restarts, "pod", pod)
		require.InDelta(t, then, now, 0, "it crashes no more")
	}
	said := false
	for _, l := range r.lines {
		said = said || (l.labels["object"] == "restrict-coredns" && l.labels["k8s.event.reason"] == "Deleted")
	}
	require.True(t, said)
}

func TestARelapseBringsTheFaultBackWithinAMinute(t *testing.T) {
	t.Parallel()
	generator := afterAlert()
	generator.Fix(alert.Add(time.Minute))
	generator.Generate(alert.Add(5 * time.Minute))
	relapsed := generator.Relapse(alert.Add(5 * time.Minute))
	r := record(generator.Generate(alert.Add(15 * time.Minute)))

	from, to := relapsed.Add(time.Minute), relapsed.Add(10*time.Minute)
	require.InDelta(t, 0.073, r.errorRatio(from, to, ofCheckout...), 0.002)
	require.InDelta(t, 2.3, r.quantile(0.99, from, to, server, ofCheckout...), 0.05)
	require.InDelta(t, 2.1, r.meanLookup(from, to, "api.stripe.com"), 0.05)
	created, _ := r.last(to, "kube_networkpolicy_created", "networkpolicy", "restrict-coredns")
	require.InDelta(t, float64(relapsed.Unix()), created, 0)
	available, _ := r.last(to, "kube_deployment_status_replicas_available", "deployment", "coredns")
	require.Zero(t, available)
}

func TestAFixNeverReachesIntoWhatWasAlreadyWritten(t *testing.T) {
	t.Parallel()
	generator := walkthrough.Scenario{}.Start(alert, 7)
	require.Equal(t, alert, generator.Fix(alert.Add(-time.Hour)))
	generator = afterAlert()
	generator.Generate(alert.Add(30 * time.Second))
	require.Equal(t, alert.Add(30*time.Second), generator.Fix(alert.Add(10*time.Second)))
}

func TestAFixMayComeWhileTelemetryIsBeingWritten(t *testing.T) {
	t.Parallel()
	generator := walkthrough.Scenario{}.Start(alert, 7)
	written := make(chan struct{})
	go func() {
		defer close(written)
		for second := range 60 {
			generator.Generate(generator.Begin().Add(time.Duration(second) * time.Second))
		}
	}()
	require.Equal(t, alert, generator.Fix(alert))
	<-written
}
