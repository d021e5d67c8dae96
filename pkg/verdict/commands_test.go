package verdict_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict"
)

// blamed is a case whose verdict rests on a change and on what it broke.
func blamed(k incident.ClusterChange) *incident.Case {
	trouble := incident.PodTrouble{Namespace: "net", Workload: "web", Pods: []string{"web-5f9b9c7b8-abcd1"}, Reason: "CrashLoopBackOff", Restarts: 3}
	named := incident.Candidate{Service: "web", Kind: "breaking-change", Target: incident.Target{Type: k.Kind, Name: k.Object, Namespace: k.Namespace}}
	return &incident.Case{Facts: incident.Facts{
		Verdict: &incident.Verdict{Level: incident.Likely, Candidates: []incident.Candidate{named}},
		Pods:    &incident.PodTroubles{New: []incident.PodTrouble{trouble}},
		Events:  &incident.ClusterEvents{Warnings: []incident.EventGroup{{Namespace: "net", Workload: "web"}, {Namespace: "far", Workload: "other"}}},
		Blame:   &incident.Blame{Change: &k, Trouble: &trouble},
	}}
}

func commandsOf(t require.TestingT, c *incident.Case) (looks, changes []string) {
	advised := verdict.Advise(c)
	for _, k := range slices.Concat(advised.Looks, advised.Remedies) {
		require.NotEmpty(t, k.Why)
		require.Contains(t, []string{"cause/pods", "cause/events", "cause/changes", "cause/surroundings", "cause/lookups", "cause/pool", "cause/limits", "impact/request-rate", "example/culprit"}, k.Step)
		if k.Changes {
			changes = append(changes, k.Text)
			continue
		}
		looks = append(looks, k.Text)
	}
	return looks, changes
}

func TestAPolicyIsTakenBackByDeletingIt(t *testing.T) {
	t.Parallel()
	looks, changes := commandsOf(t, blamed(incident.ClusterChange{Kind: "NetworkPolicy", Namespace: "net", Object: "closed", Action: incident.Created, What: "created"}))
	require.Equal(t, []string{
		"kubectl get pods -n net -o wide",
		"kubectl logs web-5f9b9c7b8-abcd1 -n net --previous --tail=50",
		"kubectl get events -n net --sort-by=.lastTimestamp",
		"kubectl get networkpolicy closed -n net -o yaml",
	}, looks)
	require.Equal(t, []string{"kubectl delete networkpolicy closed -n net"}, changes)
}

func TestARolloutIsUndone(t *testing.T) {
	t.Parallel()
	looks, changes := commandsOf(t, blamed(incident.ClusterChange{Kind: "Deployment", Namespace: "net", Object: "web", Action: incident.RolledOut, What: "rolled out"}))
	require.Contains(t, looks, "kubectl rollout history deployment/web -n net")
	require.Equal(t, []string{"kubectl rollout undo deployment/web -n net"}, changes)
}

func TestAnObjectThatOthersMayNeedIsNotDeleted(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"ConfigMap", "Ingress", "Service", "Node", "SomethingElse"} {
		_, changes := commandsOf(t, blamed(incident.ClusterChange{Kind: kind, Namespace: "net", Object: "closed", Action: incident.Created, What: "created"}))
		require.Empty(t, changes, kind)
	}
}

func TestWithoutAVerdictTheWorstPodsAreLookedAtAndNothingIsChanged(t *testing.T) {
	t.Parallel()
	c := blamed(incident.ClusterChange{})
	c.Facts.Blame = nil
	looks, changes := commandsOf(t, c)
	require.Contains(t, looks, "kubectl get pods -n net -o wide")
	require.Contains(t, looks, "kubectl get events -n far --sort-by=.lastTimestamp")
	require.Empty(t, changes)
}

func TestNoNameFromAStoreCanEndACommandOrBeginAnother(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		arbitrary := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("'\"\\`$();&|<> -a\n"))))
		c := blamed(incident.ClusterChange{Kind: rapid.SampledFrom([]string{"NetworkPolicy", "Deployment"}).Draw(t, "kind"),
			Namespace: arbitrary.Draw(t, "namespace"), Object: arbitrary.Draw(t, "object"), Action: incident.Created, What: "created"})
		c.Facts.Blame.Trouble.OutOfMemory = rapid.Bool().Draw(t, "out of memory")
		c.Facts.Blame.Trouble.Namespace, c.Facts.Blame.Trouble.Pods = arbitrary.Draw(t, "pods' namespace"), []string{arbitrary.Draw(t, "pod")}
		kinds := verdict.Causes()
		kind := kinds[rapid.IntRange(0, len(kinds)-1).Draw(t, "what is blamed")].Kind
		blame(c, kind, arbitrary.Draw(t, "name"), arbitrary.Draw(t, "other"))
		looks, changes := commandsOf(t, c)
		for _, text := range append(looks, changes...) {
			require.NotContains(t, unquoted(t, text), "\x00")
			for _, special := range "\"\\`$();&|<>\n*?[]{}~#!" {
				require.NotContains(t, unquoted(t, text), string(special), text)
			}
			require.False(t, strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }), "%q", text)
		}
	})
}

// blame lets the verdict of a case blame a cause of a kind, with names from the stores.
func blame(c *incident.Case, kind incident.CauseKind, name, other string) {
	f := &c.Facts
	c.Subject.Service = other
	f.Verdict = &incident.Verdict{Level: incident.Likely, Candidates: []incident.Candidate{{Service: other, Kind: kind, Target: incident.Target{Name: name, Namespace: other}}}}
	f.Lookups, f.Pool = &incident.Comparison{Of: name, Service: other}, &incident.Comparison{Service: other, Moved: movedAt(half)}
	f.Saturation = &incident.Saturation{CPU: &incident.Comparison{Service: other}, Memory: &incident.Comparison{Service: other}}
	f.Conventions = &incident.Conventions{Queue: &incident.QueueMetric{Waiting: "kafka_consumergroup_lag"}, Certificates: &incident.CertificateMetric{Expires: "certmanager_"}}
	f.Surroundings = &incident.Surroundings{Nodes: []incident.Comparison{{Service: name, Abnormal: true, Moved: movedAt(half)}},
		Queues:       []incident.QueueState{{Comparison: incident.Comparison{Abnormal: true}, Queue: name, Consumer: other}},
		Certificates: []incident.Certificate{{Name: name, Namespace: other}}}
	f.Events.Jobs = []incident.JobStart{{At: half, Namespace: other, Job: name}}
	f.Shared = &incident.SharedPool{Name: name, Users: []incident.Comparison{{Service: other, Moved: movedAt(half)}}}
	f.Changes = &incident.Changes{List: []incident.ClusterChange{{Kind: "HorizontalPodAutoscaler", Object: other, Namespace: name}}}
	f.Culprit = &incident.Culprit{Span: incident.Span{Service: other, Attributes: map[string]string{"db.system": "postgresql", "server.address": name},
		Resource: map[string]string{"k8s.namespace.name": name, "k8s.deployment.name": other, "k8s.pod.name": other, "k8s.node.name": name}}}
}

// unquoted is what of a command stands outside of single quotes, and outside of the one escape that quoting uses.
func unquoted(t require.TestingT, command string) string {
	var outside strings.Builder
	for i, part := range strings.Split(strings.ReplaceAll(command, `'\''`, ""), "'") {
		if i%2 == 0 {
			outside.WriteString(part)
		}
	}
	require.Zero(t, strings.Count(strings.ReplaceAll(command, `'\''`, ""), "'")%2, command)
	return outside.String()
}
