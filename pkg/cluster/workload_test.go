package cluster_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/cluster"
)

func TestAWorkloadIsItsPodsNameWithoutWhatControllersAppend(t *testing.T) {
	t.Parallel()
	for pod, want := range map[string]string{
		"web-5f9b9c7b8-abcd1":        "web",
		"order-service-6d4cf56db6-x": "order-service-6d4cf56db6-x",
		"node-agent-4xk8p":           "node-agent",
		"database-0":                 "database",
		"web":                        "web",
		"fleet-cjp8b9w88-f4zp8":      "fleet",
		"":                           "",
	} {
		require.Equal(t, want, cluster.WorkloadOf(pod), pod)
	}
}

func TestAReleasesPrefixDoesNotMakeAnotherWorkload(t *testing.T) {
	t.Parallel()
	require.True(t, cluster.SameWorkload("coredns", "coredns"))
	require.True(t, cluster.SameWorkload("rke2-coredns", "coredns"))
	require.False(t, cluster.SameWorkload("web", "api-web"), "too short to be sure")
	require.False(t, cluster.SameWorkload("payment-service", "service-payment"))
	require.False(t, cluster.SameWorkload("", ""))
}

func TestAMessageQuotesANameOnlyAsAWordOfItsOwn(t *testing.T) {
	t.Parallel()
	require.True(t, cluster.Quotes(`denied by policy "deny-web"`, "deny-web"))
	require.True(t, cluster.Quotes("deny-web", "deny-web"))
	require.False(t, cluster.Quotes("denied by deny-web-2", "deny-web"))
	require.True(t, cluster.Quotes("my-deny-web, deny-web", "deny-web"))
	require.False(t, cluster.Quotes("denied by my-deny-web", "deny-web"))
	require.False(t, cluster.Quotes("anything", ""))
}

func TestWordsOfCamelCase(t *testing.T) {
	t.Parallel()
	for camel, want := range map[string]string{"NetworkPolicy": "network policy", "OOMKilling": "oom killing", "Pod": "pod", "HorizontalPodAutoscaler": "horizontal pod autoscaler", "": ""} {
		require.Equal(t, want, cluster.Words(camel))
	}
}
