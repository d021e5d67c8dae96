package verdict_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict"
)

func TestAWorkloadIsLinkedByTheServiceThatFails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		workload string
		change   func(*incident.Case)
		linked   bool
	}{
		"where the trace fails":       {"web", func(*incident.Case) {}, true},
		"with its release's prefix":   {"shop-stock", func(c *incident.Case) { c.Facts.Culprit.Span.Service = "stock" }, true},
		"the alerting service itself": {"web", func(c *incident.Case) { c.Facts.Culprit.Span.Service = "bank" }, true},
		"a callee without a span": {"resizer", func(c *incident.Case) {
			c.Facts.Culprit.External = "resizer.shop.svc"
			c.Facts.Callees = &incident.Callees{Services: []string{"resizer"}}
		}, true},
		"a host outside of ours": {"resizer", func(c *incident.Case) { c.Facts.Culprit.External = "resizer.example.com" }, false},
		"any other":              {"mailer", func(*incident.Case) {}, false},
	} {
		c := inside()
		test.change(c)
		c.Facts.Pods = &incident.PodTroubles{New: []incident.PodTrouble{
			{Namespace: "shop", Workload: test.workload, Pods: []string{"x-0"}, Reason: "CrashLoopBackOff", Since: moved(22 * time.Minute)},
		}}
		k := candidateOf(judged(t, c), "unhealthy-workload")
		require.Equal(t, test.linked, k != nil, name)
		if k != nil {
			require.Equal(t, incident.Target{Type: "workload", Name: test.workload, Namespace: "shop"}, k.Target)
		}
	}
}

func TestAWorkloadIsLinkedByTheHostThatItsLogNames(t *testing.T) {
	t.Parallel()
	c := slowNames()
	c.Facts.Lookups = nil
	c.Facts.InfraLogs = &incident.InfraLogs{Patterns: []incident.InfraPattern{
		{Namespace: "edge", Service: "egress", Text: "upstream refused", Names: []string{"api.example.com"}, First: ago(25 * time.Minute), Count: 9},
		{Namespace: "edge", Service: "other", Text: "upstream refused", Names: []string{"www.example.org"}, First: ago(25 * time.Minute), Count: 9},
	}}
	v := judged(t, c)
	k := candidateOf(v, "unhealthy-workload")
	require.Equal(t, "egress", k.Service)
	require.Contains(t, k.Because, `egress's log says "upstream refused" since 11:35:00, of api.example.com, the very host that could not be reached`)
	require.Contains(t, k.Because, "the failing trace ends in a call to api.example.com")
	require.NotContains(t, components(v), "other", "it names another host")
	require.Equal(t, `egress (edge) logs "upstream refused" for api.example.com`, v.Chain[0].Sentence)
}

func TestEverythingThatIsToldOfAWorkloadIsJoined(t *testing.T) {
	t.Parallel()
	c := inside()
	c.Facts.Pods = &incident.PodTroubles{New: []incident.PodTrouble{
		{Namespace: "shop", Workload: "web", Pods: []string{"web-0", "web-1"}, Reason: "CrashLoopBackOff", Since: moved(22 * time.Minute), Restarts: 4},
	}}
	c.Facts.Events = &incident.ClusterEvents{Warnings: []incident.EventGroup{
		{Namespace: "shop", Kind: "Pod", Workload: "web", Reason: "BackOff", Message: "restarting", First: ago(22 * time.Minute), Count: 3},
		{Namespace: "shop", Kind: "Pod", Workload: "web", Reason: "Unhealthy", Message: "probe failed", First: ago(21 * time.Minute), Count: 3},
		{Namespace: "shop", Kind: "Pod", Workload: "web", Reason: "Killing", Message: "stopped", First: ago(20 * time.Minute), Count: 3},
	}}
	c.Facts.InfraLogs = &incident.InfraLogs{Patterns: []incident.InfraPattern{{Namespace: "shop", Service: "web", Text: "no room", First: ago(21 * time.Minute), Count: 5}}}
	v := judged(t, c)
	k := candidateOf(v, "unhealthy-workload")
	require.Equal(t, "Likely: web is unhealthy: its pods are in CrashLoopBackOff.", v.Sentence)
	require.Equal(t, []string{
		"2 pods of web (shop) are in CrashLoopBackOff, since 11:37:52; 4 restarts",
		`Kubernetes warns of it since 11:38:00: BackOff: "restarting"`,
		`Kubernetes warns of it since 11:39:00: Unhealthy: "probe failed"`,
		`web's log says "no room" since 11:39:00`,
	}, k.Because[:4])
	require.Equal(t, "pods of web (shop) begin to crash", v.Chain[0].Sentence)
	require.Equal(t, `web (shop) logs "no room"`, v.Chain[1].Sentence)
	require.Equal(t, "web", c.Facts.Blame.Trouble.Workload)
}

func TestAWorkloadOfWhichOnlyWarningsTellIsNamedByTheFirst(t *testing.T) {
	t.Parallel()
	c := inside()
	c.Facts.Events = &incident.ClusterEvents{Warnings: []incident.EventGroup{
		{Namespace: "shop", Kind: "Pod", Workload: "web", Reason: "FailedMount", Message: "no such volume", First: ago(22 * time.Minute), Count: 3},
	}}
	v := judged(t, c)
	require.Equal(t, "Possible: web is unhealthy: failed mount.", v.Sentence)
	require.Equal(t, "Kubernetes warns of web (shop): failed mount", v.Chain[0].Sentence)

	c.Facts.Events = nil
	c.Facts.InfraLogs = &incident.InfraLogs{Patterns: []incident.InfraPattern{{Service: "web", Text: "no room", First: ago(22 * time.Minute), Count: 5}}}
	require.Equal(t, `Possible: web logs errors: "no room".`, judged(t, c).Sentence)
}

func TestContainersThatRanOutOfMemoryFailSinceItBeganToRise(t *testing.T) {
	t.Parallel()
	c := inside()
	c.Facts.Pods = &incident.PodTroubles{New: []incident.PodTrouble{
		{Namespace: "shop", Workload: "web", Pods: []string{"web-0"}, Reason: "CrashLoopBackOff", OutOfMemory: true, Since: moved(10 * time.Minute)},
	}}
	require.Nil(t, candidateOf(judged(t, c), "unhealthy-workload"), "the first was killed after the onset")
	memory := abnormal("memory of its limit", "web", 0.98, 0.4, incident.Ratio, 25*time.Minute)
	c.Facts.Saturation = &incident.Saturation{Memory: &memory}
	v := judged(t, c)
	require.Equal(t, "Likely: web runs out of memory, and its pods are killed (OOMKilled).", v.Sentence)
	memory.Service = "bank"
	require.Nil(t, candidateOf(judged(t, c), "unhealthy-workload"), "another service's memory rose")
}

func TestTheCalleeThatIsSilentIsOneOfOurs(t *testing.T) {
	t.Parallel()
	f := &incident.Facts{}
	require.Empty(t, verdict.SilentCallee(f))
	f.Culprit = &incident.Culprit{External: "resizer.shop.svc.cluster.local"}
	require.Empty(t, verdict.SilentCallee(f), "nobody knows what is called")
	f.Callees = &incident.Callees{Services: []string{"mailer", "shop-resizer"}}
	require.Equal(t, "shop-resizer", verdict.SilentCallee(f))
	f.Culprit.External = "api.example.com"
	require.Empty(t, verdict.SilentCallee(f))
}
