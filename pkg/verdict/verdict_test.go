package verdict_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict"
)

// slowNames is a case in which the web service's calls to a host fail since names are slow: what the service's own
// telemetry tells, and nothing of the cluster.
func slowNames() *incident.Case {
	c := caseWithOnset()
	began := moved(20 * time.Minute)
	c.Facts.Example = &incident.Example{Trace: incident.Trace{Duration: 3 * time.Second}}
	c.Facts.Culprit = &incident.Culprit{External: "api.example.com", Span: incident.Span{Service: "web", Name: "GET", Duration: 2 * time.Second}}
	c.Facts.Lookups = &incident.Comparison{What: "DNS lookups of api.example.com", Of: "api.example.com", Service: "web", Now: 2, Normal: 0.005, Unit: incident.Seconds, Abnormal: true, Moved: &began}
	c.Facts.Latency = &incident.Change{Now: 3, Unit: incident.Seconds, Worse: true, Moved: &began}
	return c
}

// crashing adds a DNS server whose pods crash since some time before the end.
func crashing(c *incident.Case, since time.Duration) *incident.Case {
	c.Facts.Pods = &incident.PodTroubles{New: []incident.PodTrouble{{Namespace: "dns", Workload: "kube-dns", Pods: []string{"kube-dns-5f9b9c7b8-abcd1"},
		Reason: "CrashLoopBackOff", Since: moved(since), Restarts: 7}}}
	return c
}

// warned adds events that say what the pods are denied, by which object.
func warned(c *incident.Case, since time.Duration, message string) *incident.Case {
	c.Facts.Events = &incident.ClusterEvents{Warnings: []incident.EventGroup{{Namespace: "dns", Kind: "Pod", Workload: "kube-dns", Reason: "Denied",
		Message: message, First: ago(since), Count: 9}}}
	return c
}

func changed(c *incident.Case, changes ...incident.ClusterChange) *incident.Case {
	c.Facts.Changes = &incident.Changes{List: changes}
	return c
}

func policy(before time.Duration) incident.ClusterChange {
	return incident.ClusterChange{At: ago(before), Kind: "NetworkPolicy", Namespace: "dns", Object: "closed", Action: incident.Created, What: "created", BeforeOnset: true}
}

func rollout(of string, before time.Duration) incident.ClusterChange {
	return incident.ClusterChange{At: ago(before), Kind: "Deployment", Namespace: "shop", Object: of, Action: incident.RolledOut, What: "rolled out", BeforeOnset: before > 20*time.Minute}
}

func judged(t *testing.T, c *incident.Case) incident.Verdict {
	t.Helper()
	v, blame := verdict.Judge(c)
	c.Facts.Verdict, c.Facts.Blame = &v, blame
	for _, k := range c.Facts.Verdict.Candidates {
		require.NotEmpty(t, k.Kind)
		require.NotEmpty(t, k.Target.Type)
		require.LessOrEqual(t, k.Score, 1.0)
		require.NotEmpty(t, k.Because)
	}
	links := c.Facts.Verdict.Chain
	for i := 1; i < len(links); i++ {
		require.False(t, links[i].At.Before(links[i-1].At), "the chain is in the order of time")
	}
	return *c.Facts.Verdict
}

func components(v incident.Verdict) []string {
	var names []string
	for _, k := range v.Candidates {
		names = append(names, k.Component)
	}
	return names
}

func TestAPolicyThatCutsDNSOffIsTheCauseOfTheSlowNames(t *testing.T) {
	t.Parallel()
	c := changed(warned(crashing(slowNames(), 45*time.Minute), 46*time.Minute, `Egress to 10.0.0.1:443 denied by policy "closed"`), policy(46*time.Minute),
		rollout("fleet", 30*time.Minute))
	c.Facts.InfraLogs = &incident.InfraLogs{Patterns: []incident.InfraPattern{{Namespace: "dns", Service: "kube-dns", Text: "upstream timeout",
		Names: []string{"api.example.com"}, First: ago(21 * time.Minute), Count: 70}}}
	v := judged(t, c)
	require.Equal(t, "Likely: network policy closed cut kube-dns off.", v.Sentence)
	require.Equal(t, []string{"networkpolicy/closed", "kube-dns", "DNS lookups of api.example.com", "GET", "deployment/fleet"}, components(v))
	require.Equal(t, "kube-dns", v.Candidates[0].Service)
	for i := 1; i < 3; i++ {
		require.Less(t, v.Candidates[i].Score, v.Candidates[i-1].Score, "each step towards the beginning is worth more")
	}
	var steps []string
	for _, l := range v.Chain {
		steps = append(steps, l.Step)
	}
	require.Equal(t, []string{"cause/changes", "cause/pods", "cause/infra-logs", "cause/lookups", "impact/latency"}, steps)
	require.Equal(t, "closed", c.Facts.Blame.Change.Object)
	require.Equal(t, "kube-dns", c.Facts.Blame.Trouble.Workload)
}

func TestWithoutAWordOfTheClusterTheSlowNamesAreTheVerdict(t *testing.T) {
	t.Parallel()
	c := slowNames()
	c.Facts.Conventions.Cluster = nil
	v := judged(t, c)
	require.Equal(t, "Likely: DNS lookups of api.example.com by web are slow.", v.Sentence)
	require.Equal(t, []string{"DNS lookups of api.example.com", "GET"}, components(v))
	require.Nil(t, c.Facts.Blame)
}

func TestPodsThatCrashAfterTheSymptomBeganAreNotItsCause(t *testing.T) {
	t.Parallel()
	v := judged(t, crashing(slowNames(), 10*time.Minute))
	require.Equal(t, "Likely: DNS lookups of api.example.com by web are slow.", v.Sentence)
	require.NotContains(t, components(v), "kube-dns")
}

func TestAChangeAfterTheCrashIsNotItsCause(t *testing.T) {
	t.Parallel()
	v := judged(t, changed(warned(crashing(slowNames(), 45*time.Minute), 45*time.Minute, `denied by policy "closed"`), policy(30*time.Minute)))
	require.Equal(t, "Likely: kube-dns is unhealthy: its pods are in CrashLoopBackOff.", v.Sentence)
	require.Equal(t, "networkpolicy/closed", v.Candidates[len(v.Candidates)-1].Component)
}

func TestAChangeThatNothingTiesToTheCrashRanksBelowEverything(t *testing.T) {
	t.Parallel()
	unrelated := policy(46 * time.Minute)
	unrelated.Namespace = "shop"
	v := judged(t, changed(crashing(slowNames(), 45*time.Minute), unrelated, rollout("fleet", 30*time.Minute)))
	require.Equal(t, []string{"kube-dns", "DNS lookups of api.example.com", "GET", "deployment/fleet", "networkpolicy/closed"}, components(v))
	require.Contains(t, v.Candidates[4].Because[0], "also changed before the onset")
}

func TestADNSServerThatCrashesIsNoCauseWhereNamesAreAsQuickAsEver(t *testing.T) {
	t.Parallel()
	c := crashing(slowNames(), 45*time.Minute)
	c.Facts.Lookups.Abnormal = false
	require.NotContains(t, components(judged(t, c)), "kube-dns")
}

func TestADNSServerThatCrashesIsPossibleWhereNobodyMeasuresNames(t *testing.T) {
	t.Parallel()
	c := crashing(caseWithOnset(), 45*time.Minute)
	c.Facts.Latency = &incident.Change{Worse: true}
	require.Equal(t, "Possible: kube-dns is unhealthy: its pods are in CrashLoopBackOff.", judged(t, c).Sentence)
}

func TestARolloutWhosePodsRunOutOfMemoryIsTheCause(t *testing.T) {
	t.Parallel()
	c := slowNames()
	c.Facts.Lookups = nil
	c.Facts.Pods = &incident.PodTroubles{New: []incident.PodTrouble{{Namespace: "shop", Workload: "web", Pods: []string{"web-7c8d9f6b5-abcd1"},
		Reason: "OOMKilled", Since: moved(24 * time.Minute)}}}
	v := judged(t, changed(c, rollout("web", 25*time.Minute), rollout("fleet", 30*time.Minute)))
	require.Equal(t, "Likely: the rollout of web at 11:35:00 broke it.", v.Sentence)
	require.Equal(t, []string{"deployment/web", "web", "GET", "deployment/fleet"}, components(v))
}

func TestARolloutShortlyBeforeTheServiceFailsIsPossible(t *testing.T) {
	t.Parallel()
	c := slowNames()
	c.Facts.Lookups = nil
	v := judged(t, changed(c, rollout("web", 22*time.Minute)))
	require.Equal(t, "Possible: deployment web (shop) was rolled out at 11:38:00, and fails since.", v.Sentence)
}

func TestARolloutThatServedWellForLongIsNotBlamed(t *testing.T) {
	t.Parallel()
	c := slowNames()
	c.Facts.Lookups = nil
	c.Facts.Saturation = &incident.Saturation{CPU: &incident.Comparison{What: "throttled CPU periods", Service: "web", Now: 0.6, Abnormal: true, Moved: &c.Facts.Onset.MovedAt}}
	v := judged(t, changed(c, rollout("web", 25*time.Minute)))
	require.Equal(t, "Likely: deployment web (shop) was rolled out at 11:35:00, and fails since.", v.Sentence)
	v = judged(t, changed(c, rollout("web", 48*time.Minute)))
	require.NotContains(t, v.Sentence, "rolled out")
	require.Contains(t, v.Candidates[len(v.Candidates)-1].Because[0], "it is of what fails, but nothing shows that the failure began with it")
	c.Facts.Onset.Earliest = ago(35 * time.Minute)
	require.Equal(t, "Possible: deployment web (shop) was rolled out at 11:16:00, 17 min before the onset.", judged(t, changed(c, rollout("web", 44*time.Minute))).Sentence,
		"it may have begun nine minutes after it")
}

func TestARolloutLongBeforeThePodsFailDidNotBreakThem(t *testing.T) {
	t.Parallel()
	c := slowNames()
	c.Facts.Lookups = nil
	c.Facts.Pods = &incident.PodTroubles{New: []incident.PodTrouble{{Namespace: "shop", Workload: "web", Pods: []string{"web-7c8d9f6b5-abcd1"},
		Reason: "CrashLoopBackOff", Since: moved(24 * time.Minute)}}}
	v := judged(t, changed(c, rollout("web", 60*time.Minute)))
	require.Equal(t, incident.Possible, v.Level)
	require.Equal(t, "Possible: web is unhealthy, 36 min after deployment web (shop) was rolled out.", v.Sentence)
}

func TestALeakBeginsWithTheRolloutAndNotWithItsFirstKill(t *testing.T) {
	t.Parallel()
	c := slowNames()
	c.Facts.Lookups = nil
	c.Facts.Pods = &incident.PodTroubles{New: []incident.PodTrouble{{Namespace: "shop", Workload: "web", Pods: []string{"web-7c8d9f6b5-abcd1"},
		Reason: "OOMKilled", OutOfMemory: true, Since: moved(24 * time.Minute)}}}
	memory := abnormal("memory of its limit", "web", 0.98, 0.4, incident.Ratio, 57*time.Minute)
	c.Facts.Saturation = &incident.Saturation{Memory: &memory}
	require.Equal(t, "Likely: the rollout of web at 11:00:00 broke it.", judged(t, changed(c, rollout("web", 60*time.Minute))).Sentence)
}

func TestAChangeAloneIsNoVerdict(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	v := judged(t, changed(c, rollout("fleet", 30*time.Minute)))
	require.Equal(t, incident.NoClearCause, v.Level)
	require.Equal(t, []string{"deployment/fleet"}, components(v))
	require.Empty(t, v.Chain)
}

func TestPodsOfTheServiceThatFallAfterTheOnsetAreNotTheCause(t *testing.T) {
	t.Parallel()
	c := slowNames()
	c.Facts.Lookups = nil
	c.Facts.Pods = &incident.PodTroubles{New: []incident.PodTrouble{{Namespace: "shop", Workload: "web", Reason: "OOMKilled", Since: moved(10 * time.Minute)}}}
	require.Equal(t, []string{"GET"}, components(judged(t, c)))
}

func TestAChangeThatIsNamedWithoutADenialIsToldAsATime(t *testing.T) {
	t.Parallel()
	v := judged(t, changed(warned(crashing(slowNames(), 45*time.Minute), 45*time.Minute, `policy "closed" selects this pod`), policy(46*time.Minute)))
	require.Equal(t, "Likely: kube-dns has been unhealthy since network policy closed (dns) was created.", v.Sentence)
}

func TestARolloutLongBeforeTheServiceFailsIsOnlyShown(t *testing.T) {
	t.Parallel()
	c := slowNames()
	c.Facts.Lookups = nil
	v := judged(t, changed(c, rollout("web", 70*time.Minute)))
	require.Equal(t, []string{"GET", "deployment/web"}, components(v))
	require.Contains(t, v.Candidates[1].Because[0], "also changed before the onset")
}

func TestScalingIsNoCandidate(t *testing.T) {
	t.Parallel()
	more := rollout("web", 25*time.Minute)
	more.Action = incident.Scaled
	require.Equal(t, []string{"DNS lookups of api.example.com", "GET"}, components(judged(t, changed(slowNames(), more))))
}
