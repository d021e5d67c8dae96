package cause

import (
	"testing"

	"github.com/stretchr/testify/require"
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
		require.Equal(t, want, workloadOf(pod), pod)
	}
}

func TestAReleasesPrefixDoesNotMakeAnotherWorkload(t *testing.T) {
	t.Parallel()
	require.True(t, sameWorkload("coredns", "coredns"))
	require.True(t, sameWorkload("rke2-coredns", "coredns"))
	require.False(t, sameWorkload("web", "api-web"), "too short to be sure")
	require.False(t, sameWorkload("payment-service", "service-payment"))
	require.False(t, sameWorkload("", ""))
}

func TestAMessageQuotesANameOnlyAsAWordOfItsOwn(t *testing.T) {
	t.Parallel()
	require.True(t, quotes(`denied by policy "deny-web"`, "deny-web"))
	require.True(t, quotes("deny-web", "deny-web"))
	require.False(t, quotes("denied by deny-web-2", "deny-web"))
	require.True(t, quotes("my-deny-web, deny-web", "deny-web"))
	require.False(t, quotes("denied by my-deny-web", "deny-web"))
	require.False(t, quotes("anything", ""))
}

func TestWordsOfCamelCase(t *testing.T) {
	t.Parallel()
	for camel, want := range map[string]string{"NetworkPolicy": "network policy", "OOMKilling": "oom killing", "Pod": "pod", "HorizontalPodAutoscaler": "horizontal pod autoscaler", "": ""} {
		require.Equal(t, want, words(camel))
	}
}
