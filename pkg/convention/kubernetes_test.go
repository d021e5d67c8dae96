package convention_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/convention"
)

func TestAClusterIsKnownByItsPodsEvenWhileNothingWaits(t *testing.T) {
	t.Parallel()
	chosen := convention.Choose([]string{"up", convention.PodPhase, convention.PodRestarts}, unnamed)
	require.Equal(t, "kube-state-metrics", chosen.Cluster.Convention)
	require.Equal(t, []string{convention.PodRestarts, convention.PodPhase}, chosen.Cluster.Metrics)
	require.Nil(t, convention.Choose([]string{convention.NetworkPolicies}, unnamed).Cluster, "a stack that tells nothing of pods")
}

func TestDNSServersAreKnownByTheirUsualNamesAndNotByAPartOfAWord(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"coredns": "CoreDNS", "rke2-coredns-rke2-coredns": "CoreDNS", "kube-dns": "kube-dns", "node-local-dns": "NodeLocal DNSCache",
		"unbound": "unbound"} {
		product, is := convention.DNSServer(name)
		require.True(t, is, name)
		require.Equal(t, want, product)
	}
	for _, name := range []string{"payment-service", "external-dns-records", "unboundedness"} {
		_, is := convention.DNSServer(name)
		require.False(t, is, name)
	}
}

func TestInfrastructureNamespacesAreThoseThatEveryServiceLeansOn(t *testing.T) {
	t.Parallel()
	pattern := regexp.MustCompile("^(?:" + convention.InfrastructureNamespaces + ")$")
	for _, name := range []string{"kube-system", "ingress-nginx", "istio-system", "calico-system", "cert-manager"} {
		require.True(t, pattern.MatchString(name), name)
	}
	for _, name := range []string{"shop", "default", "payments", ""} {
		require.False(t, pattern.MatchString(name), name)
	}
}

func TestEventStreamsAreThoseOfTheUsualCollectors(t *testing.T) {
	t.Parallel()
	pattern := regexp.MustCompile("^(?:" + convention.EventStreams + ")$")
	for _, name := range []string{"k8s-events", "loki.source.kubernetes_events", "integrations/kubernetes/eventhandler", "event-exporter", "unknown_service"} {
		require.True(t, pattern.MatchString(name), name)
	}
	for _, name := range []string{"payment-service", "events-api", "calendar-events"} {
		require.False(t, pattern.MatchString(name), name)
	}
}

func TestTheLogLabelOfANamespaceIsTheBestOfThoseThereAre(t *testing.T) {
	t.Parallel()
	label, known := convention.LogNamespace([]string{"namespace", "k8s_namespace_name"}, unnamed.Labels)
	require.True(t, known)
	require.Equal(t, "k8s_namespace_name", label)
	_, known = convention.LogNamespace([]string{"app"}, unnamed.Labels)
	require.False(t, known)
}
