package cause_test

import (
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/cause"
	"github.com/faultline-investigation/faultline/pkg/phase/phasetest"
	"github.com/faultline-investigation/faultline/pkg/source"
)

func pod(name string, more ...string) map[string]string {
	labels := map[string]string{"namespace": "net", "pod": name}
	for i := 0; i+1 < len(more); i += 2 {
		labels[more[i]] = more[i+1]
	}
	return labels
}

func states(series ...incident.Series) source.Answers {
	return source.Answers{"troubles": {Series: series}}
}

func TestPodsAreAskedForInOneQuestionThatParses(t *testing.T) {
	t.Parallel()
	questions := phasetest.Planned(t, cause.Pods(), caseWithOnset())
	require.Len(t, questions, 1)
	_, err := parser.NewParser(parser.Options{}).ParseExpr(questions["troubles"].Text)
	require.NoError(t, err)
	require.Equal(t, ago(140*time.Minute+15*time.Second), questions["troubles"].Window.From,
		"an hour before the neighbourhood, which begins an hour before the onset")
}

func TestAPodThatCrashesSinceBeforeTheOnsetIsNewTrouble(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	restarts := append(points(ago(2*time.Hour), ago(41*time.Minute), 3), points(ago(40*time.Minute), end, 8)...)
	reading := phasetest.Learned(t, cause.Pods(), c, states(
		incident.Series{Labels: pod("resolver-5f9b9c7b8-abcd1", "container", "dns"), Points: restarts},
		incident.Series{Labels: pod("resolver-5f9b9c7b8-abcd1", "reason", "CrashLoopBackOff"), Points: points(ago(40*time.Minute), end, 1)},
		incident.Series{Labels: pod("resolver-5f9b9c7b8-efgh2", "reason", "CrashLoopBackOff"), Points: points(ago(39*time.Minute), end, 1)},
		incident.Series{Labels: map[string]string{"namespace": "net", "deployment": "resolver"}, Points: points(ago(39*time.Minute), end, 2)},
	))
	require.Equal(t, incident.Found, reading.Outcome)
	require.Equal(t, "2 pods of resolver (net) are in CrashLoopBackOff, since 11:19:52; 5 restarts; 2 replicas missing.", reading.Findings[0].Sentence)
	require.Equal(t, incident.Critical, reading.Findings[0].Severity)
	trouble := c.Facts.Pods.New[0]
	require.Equal(t, []string{"resolver-5f9b9c7b8-abcd1", "resolver-5f9b9c7b8-efgh2"}, trouble.Pods)
	require.Equal(t, ago(40*time.Minute), trouble.Since.Latest)
	require.InDelta(t, 5, trouble.Restarts, 0)
}

func TestReplicasThatAreThereAgainAreNotMissing(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	reading := phasetest.Learned(t, cause.Pods(), c, states(
		incident.Series{Labels: map[string]string{"namespace": "net", "deployment": "resolver"}, Points: points(ago(39*time.Minute), ago(20*time.Minute), 2)}))
	require.Regexp(t, `^resolver \(net\) lacked replicas, and has them again, since 11:2\d:\d\d\.$`, reading.Findings[0].Sentence)
	require.Zero(t, c.Facts.Pods.New[0].Missing)
}

func TestTroubleThatWasThereBeforeIsListedAndDoesNotAlarm(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	reading := phasetest.Learned(t, cause.Pods(), c, states(
		incident.Series{Labels: pod("batch-0", "reason", "ImagePullBackOff"), Points: points(ago(2*time.Hour+20*time.Minute), end, 1)},
		incident.Series{Labels: pod("cache-1", "reason", "OOMKilled"), Points: points(ago(85*time.Minute), end, 1)},
	))
	require.Equal(t, incident.Clear, reading.Outcome)
	require.Empty(t, c.Facts.Pods.New)
	require.Contains(t, reading.Findings[0].Sentence, "As before the incident: cache (net) OOMKilled and batch (net) ImagePullBackOff.")
}

func TestAMomentOfNotBeingReadyIsNoTrouble(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	reading := phasetest.Learned(t, cause.Pods(), c, states(
		incident.Series{Labels: pod("shop-0", "condition", "false"), Points: points(ago(30*time.Minute), ago(29*time.Minute), 1)}))
	require.Equal(t, incident.Clear, reading.Outcome)
	require.Equal(t, "No pod of the cluster came into trouble around the incident.", reading.Findings[0].Sentence)
}

func TestTheWorstThatIsToldOfAPodIsWhatIsSaid(t *testing.T) {
	t.Parallel()
	for labels, want := range map[string]string{"OOMKilled": "1 pod of shop (net) ran out of memory and was killed (OOMKilled), since ",
		"ErrImagePull": "1 pod of shop (net) is in ErrImagePull, since "} {
		c := caseWithOnset()
		reading := phasetest.Learned(t, cause.Pods(), c, states(
			incident.Series{Labels: pod("shop-0", "condition", "false"), Points: points(ago(30*time.Minute), end, 1)},
			incident.Series{Labels: pod("shop-0", "phase", "Pending"), Points: points(ago(30*time.Minute), end, 1)},
			incident.Series{Labels: pod("shop-0", "reason", labels), Points: points(ago(29*time.Minute), end, 1)},
		))
		require.Contains(t, reading.Findings[0].Sentence, want)
	}
}

func TestManyTroublesAreCountedAndNotAllTold(t *testing.T) {
	t.Parallel()
	var all []incident.Series
	for _, name := range []string{"a-0", "b-0", "c-0", "d-0", "e-0", "f-0", "g-0"} {
		all = append(all, incident.Series{Labels: pod(name, "phase", "Pending"), Points: points(ago(30*time.Minute), end, 1)})
	}
	c := caseWithOnset()
	reading := phasetest.Learned(t, cause.Pods(), c, states(all...))
	require.Len(t, c.Facts.Pods.New, 7)
	require.Len(t, reading.Findings, 6)
	require.Equal(t, "2 more workloads are in new trouble.", reading.Findings[5].Sentence)
}

func TestPodsAreNotCheckedWithoutAnAnswerOrWithoutTheirMetrics(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	phasetest.RequireUnable(t, cause.Pods(), c, "troubles")
	c.Facts.Conventions.Cluster = nil
	_, err := cause.Pods().Plan(c)
	phasetest.RequireSkip(t, err, "No metric of Kubernetes' pods")
}

func TestAContainerThatRestartsAsOftenAsEverIsAsBefore(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	var count []incident.Point
	for i, p := range points(ago(140*time.Minute), end, 0) {
		count = append(count, incident.Point{Time: p.Time, Value: float64(i / 40)}) // every ten minutes
	}
	reading := phasetest.Learned(t, cause.Pods(), c, states(incident.Series{Labels: pod("leaky-0", "container", "app"), Points: count}))
	require.Equal(t, incident.Clear, reading.Outcome)
	require.Contains(t, reading.Findings[0].Sentence, "As before the incident: leaky (net) Restarting.")
}

func TestRestartsAreCountedOnWhenAPodOfTheSameNameIsMadeAgain(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	count := append(points(ago(140*time.Minute), ago(41*time.Minute), 9), points(ago(40*time.Minute), ago(31*time.Minute), 0)...)
	count = append(count, points(ago(30*time.Minute), end, 4)...)
	reading := phasetest.Learned(t, cause.Pods(), c, states(incident.Series{Labels: pod("db-0", "container", "db"), Points: count}))
	require.Equal(t, incident.Found, reading.Outcome)
	require.InDelta(t, 4, c.Facts.Pods.New[0].Restarts, 0)
	require.Equal(t, ago(30*time.Minute), c.Facts.Pods.New[0].Since.Latest)
}

func TestTroubleThatIsThereWhenTheStoreBeginsToTellIsNotNew(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	begins := ago(50 * time.Minute)
	known := incident.Series{Labels: map[string]string{"faultline_part": "known"}, Points: points(begins, end, 40)}
	old := incident.Series{Labels: pod("batch-0", "reason", "ImagePullBackOff"), Points: points(begins, end, 1)}
	fresh := incident.Series{Labels: pod("web-0", "reason", "ImagePullBackOff"), Points: points(ago(30*time.Minute), end, 1)}
	phasetest.Learned(t, cause.Pods(), c, states(known, old, fresh))
	require.Len(t, c.Facts.Pods.New, 1)
	require.Equal(t, "web", c.Facts.Pods.New[0].Workload)
	require.Equal(t, "batch", c.Facts.Pods.AsBefore[0].Workload)
}

func workload(kind, name string, part ...string) map[string]string {
	labels := map[string]string{"namespace": "net", kind: name}
	if len(part) > 0 {
		labels["faultline_part"] = part[0]
	}
	return labels
}

func TestAWorkloadWithoutAnyReplicaIsKnownAsThat(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"deployment", "statefulset"} {
		c := caseWithOnset()
		reading := phasetest.Learned(t, cause.Pods(), c, states(
			incident.Series{Labels: workload(kind, "ledger"), Points: points(ago(30*time.Minute), end, 2)},
			incident.Series{Labels: workload(kind, "ledger", "none"), Points: points(ago(29*time.Minute), end, 0)}))
		require.Contains(t, reading.Findings[0].Sentence, "ledger (net) lacks replicas, since ")
		require.Contains(t, reading.Findings[0].Sentence, "; 2 replicas missing, none is available.")
		require.True(t, c.Facts.Pods.New[0].None)
	}
	c := caseWithOnset()
	phasetest.Learned(t, cause.Pods(), c, states(
		incident.Series{Labels: workload("deployment", "ledger"), Points: points(ago(30*time.Minute), end, 1)},
		incident.Series{Labels: workload("deployment", "ledger", "none"), Points: points(ago(29*time.Minute), ago(10*time.Minute), 0)}))
	require.False(t, c.Facts.Pods.New[0].None, "one is there again")
}

func TestAWorkloadThatIsScaledToNothingIsNewTroubleUnlessThatIsUsual(t *testing.T) {
	t.Parallel()
	wanted := func(p ...[]incident.Point) incident.Series {
		var all []incident.Point
		for _, part := range p {
			all = append(all, part...)
		}
		return incident.Series{Labels: workload("deployment", "ledger", "wanted"), Points: all}
	}
	before, gone := points(ago(140*time.Minute), ago(31*time.Minute), 3), points(ago(30*time.Minute), end, 0)
	c := caseWithOnset()
	reading := phasetest.Learned(t, cause.Pods(), c, states(wanted(before, gone)))
	require.Contains(t, reading.Findings[0].Sentence, "ledger (net) is scaled to 0 replicas, since 11:2")
	require.Equal(t, "ScaledToZero", c.Facts.Pods.New[0].Reason)

	for name, s := range map[string]incident.Series{
		"it has replicas again":   wanted(before, points(ago(30*time.Minute), ago(5*time.Minute), 0), points(ago(4*time.Minute), end, 2)),
		"it is stopped every day": wanted(points(ago(140*time.Minute), ago(120*time.Minute), 0), points(ago(119*time.Minute), ago(31*time.Minute), 1), gone),
		"it was scaled down":      wanted(before, points(ago(30*time.Minute), end, 1)),
		"it never had any":        wanted(points(ago(140*time.Minute), end, 0)),
		"only just now":           wanted(before, points(ago(30*time.Second), end, 0)),
	} {
		c := caseWithOnset()
		phasetest.Learned(t, cause.Pods(), c, states(s))
		require.Empty(t, c.Facts.Pods.New, name)
	}
}

func TestWhatEndsOrHoldsUpPodsIsToldByItsOwnReason(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]incident.Series{
		"1 pod of shop (net) was evicted, since ":                 {Labels: pod("shop-0", "reason", "Evicted")},
		"1 pod of shop (net) waits for an init container, since ": {Labels: pod("shop-0", "container", "wait-for-db", "faultline_part", "init")},
		"Service shop (net) has no ready endpoint, since ":        {Labels: workload("endpoint", "shop")},
		"agent (net) lacks replicas, since ":                      {Labels: workload("daemonset", "agent")},
	} {
		s.Points = points(ago(30*time.Minute), end, 1)
		c := caseWithOnset()
		reading := phasetest.Learned(t, cause.Pods(), c, states(s))
		require.Contains(t, reading.Findings[0].Sentence, want)
	}
	c := caseWithOnset()
	phasetest.Learned(t, cause.Pods(), c, states(
		incident.Series{Labels: pod("shop-0", "container", "wait-for-db", "faultline_part", "init"), Points: points(ago(30*time.Minute), end, 1)},
		incident.Series{Labels: pod("shop-0", "phase", "Pending"), Points: points(ago(30*time.Minute), end, 1)}))
	require.Equal(t, "wait-for-db", c.Facts.Pods.New[0].Of)
}
