package verdict_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// starved is a case whose verdict names the CPU limit of a service, for which more pods are advised.
func starved(service string, spans ...incident.Span) *incident.Case {
	return &incident.Case{
		Subject: incident.Subject{Service: "web"},
		Facts: incident.Facts{
			Example: &incident.Example{Trace: incident.Trace{Spans: spans}},
			Verdict: &incident.Verdict{Level: incident.Likely, Candidates: []incident.Candidate{
				{Service: service, Kind: "cpu-limit", Target: incident.Target{Type: "service", Name: service}},
			}},
		},
	}
}

// spanIn is a span of a service that tells where it runs.
func spanIn(service, namespace, deployment string) incident.Span {
	resource := map[string]string{"k8s.namespace.name": namespace}
	if deployment != "" {
		resource["k8s.deployment.name"] = deployment
	}
	return incident.Span{Service: service, Resource: resource}
}

func TestADeploymentIsWhatSpansSayElseNamedAsItsService(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		c    *incident.Case
		want string
	}{
		"spans name it": {
			starved("web", spanIn("web", "shop", "web-v2")),
			"kubectl scale deployment/web-v2 -n shop --replicas=PODS",
		},
		"spans name its namespace": {
			starved("web", spanIn("web", "shop", "")),
			"kubectl scale deployment/web -n shop --replicas=PODS",
		},
		"it runs beside the alerting service": {
			func() *incident.Case {
				c := starved("stock", spanIn("web", "shop", "web"))
				c.Facts.Callees = &incident.Callees{Services: []string{"stock"}}
				return c
			}(),
			"kubectl scale deployment/stock -n shop --replicas=PODS",
		},
		"the requests go through it": {
			func() *incident.Case {
				c := starved("stock", spanIn("web", "shop", "web"))
				c.Facts.Neighbours = &incident.Neighbours{Services: []string{"stock", "web"}}
				return c
			}(),
			"kubectl scale deployment/stock -n shop --replicas=PODS",
		},
		"nobody has met it": {
			starved("stock", spanIn("web", "shop", "web")),
			"",
		},
		"no namespace is known": {
			starved("web", incident.Span{Service: "web"}),
			"",
		},
	} {
		_, changes := commandsOf(t, test.c)
		if test.want == "" {
			require.Empty(t, changes, name)
			continue
		}
		require.Equal(t, []string{test.want}, changes, name)
	}
}

func TestAnAutoscalerOfTheServiceIsChangedInsteadOfItsDeployment(t *testing.T) {
	t.Parallel()
	for object, patched := range map[string]bool{
		"web":        true,
		"web-scaler": true,
		"webshop":    false,
		"stock":      false,
	} {
		c := starved("web", spanIn("web", "shop", "web"))
		c.Facts.Changes = &incident.Changes{List: []incident.ClusterChange{
			{Kind: "HorizontalPodAutoscaler", Namespace: "shop", Object: object, Action: incident.Scaled},
		}}
		_, changes := commandsOf(t, c)
		require.Len(t, changes, 1)
		if patched {
			require.Equal(t, `kubectl patch hpa `+object+` -n shop --patch '{"spec":{"maxReplicas":PODS}}'`, changes[0])
			continue
		}
		require.Contains(t, changes[0], "kubectl scale deployment/web", object)
	}
}

func TestOnlyJobsThatStartedJustBeforeAreSuspected(t *testing.T) {
	t.Parallel()
	for started, want := range map[time.Duration]bool{
		time.Hour:                       false,
		5*time.Minute + 16*time.Second:  false,
		5 * time.Minute:                 true,
		8 * time.Second:                 true,
		-10 * time.Second:               true, // within the margin of the moment
		-time.Minute:                    false,
		20*time.Minute + 30*time.Second: false,
		time.Duration(0):                true,
		4*time.Minute + 59*time.Second:  true,
		-16 * time.Second:               false,
	} {
		c := shortNode()
		c.Facts.Events.Jobs = []incident.JobStart{{At: half.Add(-started), Namespace: "maps", Job: "heat-29", CronJob: "heat"}}
		_, changes := commandsOf(t, c)
		if want {
			require.Contains(t, changes, "kubectl delete job heat-29 -n maps", started)
			continue
		}
		require.NotContains(t, changes, "kubectl delete job heat-29 -n maps", started)
	}
}

func TestWithoutANameTheWorstFewWorkloadsAreLookedAt(t *testing.T) {
	t.Parallel()
	c := &incident.Case{}
	c.Facts.Pods = &incident.PodTroubles{}
	for _, name := range []string{"a", "b", "c", "d"} {
		c.Facts.Pods.New = append(c.Facts.Pods.New, incident.PodTrouble{
			Namespace: "ns-" + name,
			Workload:  name,
			Pods:      []string{name + "-0"},
		})
	}
	looks, changes := commandsOf(t, c)
	require.Empty(t, changes)
	require.Equal(t, []string{
		"kubectl get pods -n ns-a -o wide",
		"kubectl describe pod a-0 -n ns-a",
		"kubectl get pods -n ns-b -o wide",
		"kubectl describe pod b-0 -n ns-b",
		"kubectl get pods -n ns-c -o wide",
		"kubectl describe pod c-0 -n ns-c",
	}, looks)
}

func TestAChangeIsTakenBackOnlyWhereThatBringsBackWhatWas(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change incident.ClusterChange
		want   []string
	}{
		"a policy that is new": {
			incident.ClusterChange{Kind: "CiliumNetworkPolicy", Namespace: "net", Object: "closed", Action: incident.Created},
			[]string{"kubectl delete ciliumnetworkpolicy closed -n net"},
		},
		"a quota that is new": {
			incident.ClusterChange{Kind: "ResourceQuota", Namespace: "net", Object: "tight", Action: incident.Created},
			[]string{"kubectl delete resourcequota tight -n net"},
		},
		"a policy that was changed": {
			incident.ClusterChange{Kind: "NetworkPolicy", Namespace: "net", Object: "closed", Action: "Updated"},
			nil,
		},
		"a deployment with another specification": {
			incident.ClusterChange{Kind: "Deployment", Namespace: "net", Object: "web", Action: incident.Respecified},
			[]string{"kubectl rollout undo deployment/web -n net"},
		},
		"a deployment that was scaled": {
			incident.ClusterChange{Kind: "Deployment", Namespace: "net", Object: "web", Action: incident.Scaled},
			nil,
		},
		"a configuration that others may need": {
			incident.ClusterChange{Kind: "ConfigMap", Namespace: "net", Object: "web", Action: incident.Created},
			nil,
		},
	} {
		_, changes := commandsOf(t, blamed(test.change))
		require.Equal(t, test.want, changes, name)
	}
}
