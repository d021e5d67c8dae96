package cause_test

import (
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/cause"
	"github.com/faultline-investigation/faultline/pkg/phase/phasetest"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// limited is a case whose cluster tells of limits, and whose culprit is the web service.
func limited() *incident.Case {
	c := slowNames()
	c.Facts.Lookups = nil
	c.Facts.Conventions.Cluster.Metrics = []string{convention.CPUPeriods, convention.CPUThrottled, convention.MemoryWorking, convention.ContainerLimits, convention.NodeConditions}
	return c
}

func use(labels map[string]string, before, after float64) incident.Series {
	return incident.Series{Labels: labels, Points: append(points(ago(140*time.Minute), ago(22*time.Minute), before), points(ago(22*time.Minute-15*time.Second), end, after)...)}
}

func used(series ...incident.Series) source.Answers {
	return source.Answers{"use": {Series: series}}
}

var (
	ofPod       = map[string]string{"namespace": "shop", "pod": "web-0"}
	ofContainer = map[string]string{"namespace": "shop", "pod": "web-0", "container": "web"}
	ofNode      = map[string]string{"node": "node-a", "condition": "MemoryPressure"}
)

func TestLimitsAreAskedForInOneQuestionThatParses(t *testing.T) {
	t.Parallel()
	questions := phasetest.Planned(t, cause.Limits(), limited())
	require.Len(t, questions, 1)
	_, err := parser.NewParser(parser.Options{}).ParseExpr(questions["use"].Text)
	require.NoError(t, err)
}

func TestThePodsOfAServiceWhoseNameBeginsAlikeAreNotTheServices(t *testing.T) {
	t.Parallel()
	c := limited()
	c.Facts.Callees = &incident.Callees{Services: []string{"web-cache", "website", "ledger"}}
	require.Contains(t, phasetest.Planned(t, cause.Limits(), c)["use"].Text,
		`max by (namespace, pod, container) (container_memory_working_set_bytes{container!="",pod!~"web-cache-.+",pod=~"web-.+"})`)
	phasetest.Learned(t, cause.Limits(), c, used(use(ofContainer, 0.5, 0.97)))
	require.Contains(t, c.Facts.Saturation.Memory.Query, `pod!~"web-cache-.+"`, "nor are they when it is asked again")
}

func TestAServiceThatBeginsToWaitForCPUIsASuspect(t *testing.T) {
	t.Parallel()
	c := limited()
	reading := phasetest.Learned(t, cause.Limits(), c, used(use(ofPod, 0.02, 0.6), use(ofContainer, 0.5, 0.5)))
	require.Equal(t, incident.Found, reading.Outcome)
	require.Regexp(t, `^web waits for CPU in 60% of its periods, normally 2%, since 11:3\d:\d\d\.$`, reading.Findings[0].Sentence)
	require.False(t, reading.Findings[0].Baseline.To.After(c.Facts.Saturation.CPU.Moved.Earliest), "what is normal was read before it rose")
	v := judged(t, c)
	require.Equal(t, "Likely: web waits for CPU at its limit.", v.Sentence)
	require.Equal(t, "CPU limit", v.Candidates[0].Component)
	require.Equal(t, "web begins to wait for CPU", v.Chain[0].Sentence)
	require.Equal(t, `max(sum by (namespace, pod) (rate(container_cpu_cfs_throttled_periods_total{pod=~"web-.+"}[5m])) / `+
		`sum by (namespace, pod) (rate(container_cpu_cfs_periods_total{pod=~"web-.+"}[5m])))`, c.Facts.Saturation.CPU.Query, "to be asked again")
	require.Contains(t, c.Facts.Saturation.Memory.Query, `max(max by (namespace, pod, container) (container_memory_working_set_bytes{container!="",pod=~"web-.+"})`)
}

func TestALevelThatIsBadByItselfIsNeverClear(t *testing.T) {
	t.Parallel()
	c := limited()
	reading := phasetest.Learned(t, cause.Limits(), c, used(use(ofContainer, 0.5, 0.97)))
	require.Contains(t, reading.Findings[0].Sentence, "web uses 97% of its memory limit, normally 50%")

	c = limited()
	reading = phasetest.Learned(t, cause.Limits(), c, used(use(ofContainer, 0.95, 0.95), use(ofPod, 0.4, 0.4)))
	require.Equal(t, incident.Found, reading.Outcome)
	require.Equal(t, incident.Warning, reading.Findings[0].Severity)
	require.Equal(t, "web waits for CPU in 40% of its periods, and did before (40%) and uses 95% of its memory limit, and did before (95%).", reading.Findings[0].Sentence)
	require.False(t, c.Facts.Saturation.Memory.Abnormal, "it explains nothing that is new")

	c = limited()
	reading = phasetest.Learned(t, cause.Limits(), c, used(use(ofContainer, 0.5, 0.5), use(ofPod, 0.1, 0.1)))
	require.Equal(t, incident.Clear, reading.Outcome)
	require.Equal(t, "web is throttled in 10% of its CPU periods (10% before) and uses 50% of its memory limit (50% before): no rise that matters. "+
		"No node is under new pressure.", reading.Findings[0].Sentence)
}

func TestWhatIsUsualIsThatOfAllPodsWhereNoneIsAbnormal(t *testing.T) {
	t.Parallel()
	young := incident.Series{Labels: map[string]string{"namespace": "shop", "pod": "web-1", "container": "web"}, Points: points(ago(8*time.Minute), end, 0.43)}
	gone := incident.Series{Labels: ofContainer, Points: points(ago(140*time.Minute), ago(8*time.Minute), 0.58)}
	for _, all := range [][]incident.Series{{use(ofContainer, 0.58, 0.42), young}, {young, use(ofContainer, 0.58, 0.42)}, {gone, young}} {
		c := limited()
		phasetest.Learned(t, cause.Limits(), c, used(all...))
		require.InDelta(t, 0.43, c.Facts.Saturation.Memory.Now, 0.001)
		require.Greater(t, c.Facts.Saturation.Memory.Normal, 0.5, "web-1 was made 8 minutes ago, and web-0 used more before")
	}
}

func TestAServiceThatWaitsForLessCPUThanBeforeIsNoSuspect(t *testing.T) {
	t.Parallel()
	c := limited()
	reading := phasetest.Learned(t, cause.Limits(), c, used(use(ofPod, 0.8, 0.2)))
	require.Equal(t, incident.Clear, reading.Outcome)
	require.False(t, c.Facts.Saturation.CPU.Abnormal)
}

func TestANodeThatComesUnderPressureIsTold(t *testing.T) {
	t.Parallel()
	c := limited()
	reading := phasetest.Learned(t, cause.Limits(), c, used(use(ofPod, 0, 0), incident.Series{Labels: ofNode, Points: points(ago(30*time.Minute), end, 1)}))
	require.Equal(t, incident.Found, reading.Outcome)
	require.Equal(t, "Under pressure since around the incident: node-a (MemoryPressure).", reading.Findings[0].Sentence)
}

func TestLimitsAreNotCheckedWithoutAnAnswerAMetricOrAPod(t *testing.T) {
	t.Parallel()
	c := limited()
	phasetest.RequireUnable(t, cause.Limits(), c, "use")
	_, err := cause.Limits().Read(c, used())
	phasetest.RequireSkip(t, err, "No pod of web reports")
	c.Facts.Conventions.Cluster.Metrics = []string{convention.PodPhase}
	_, err = cause.Limits().Plan(c)
	phasetest.RequireSkip(t, err, "No metric of containers' CPU and memory")
	c.Facts.Conventions.Cluster = nil
	_, err = cause.Limits().Plan(c)
	phasetest.RequireSkip(t, err, "No metric of Kubernetes' pods")
}
