package cause_test

import (
	"testing"
	"time"

	"github.com/grafana/loki/v3/pkg/logql/syntax"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/cause"
	"github.com/faultline-investigation/faultline/pkg/phase/phasetest"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// event is one as OpenTelemetry's receiver writes it.
func event(at time.Time, kind, object, reason, severity, message string) incident.Line {
	return incident.Line{Time: at, Text: message, Labels: map[string]string{"k8s_event_reason": reason, "k8s_object_kind": kind, "k8s_object_name": object,
		"k8s_namespace_name": "net", "k8s_event_type": severity}}
}

func events(lines ...incident.Line) source.Answers {
	return source.Answers{"events": {Lines: lines}}
}

func TestEventsAreAskedForInOneQuestionThatParses(t *testing.T) {
	t.Parallel()
	questions := phasetest.Planned(t, cause.Events(), caseWithOnset())
	require.Len(t, questions, 1)
	_, err := syntax.ParseExpr(questions["events"].Text)
	require.NoError(t, err)
	require.Equal(t, ago(140*time.Minute+15*time.Second), questions["events"].Window.From)
}

func TestANewWarningIsToldWithItsObjectsAndAnOldOneIsNot(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	reading := phasetest.Learned(t, cause.Events(), c, events(
		event(ago(130*time.Minute), "Pod", "search-0", "Unhealthy", "Warning", "probe failed"),
		event(ago(100*time.Minute), "Pod", "search-0", "Unhealthy", "Warning", "probe failed"),
		event(ago(50*time.Minute), "Pod", "search-0", "Unhealthy", "Warning", "probe failed"),
		event(ago(40*time.Minute), "Pod", "web-5f9b9c7b8-abcd1", "PolicyViolation", "Warning", `Egress denied by policy "closed"`),
		event(ago(39*time.Minute), "Pod", "web-5f9b9c7b8-efgh2", "PolicyViolation", "Warning", `Egress denied by policy "closed"`),
	))
	require.Equal(t, incident.Found, reading.Outcome)
	require.Len(t, reading.Findings, 1)
	require.Equal(t, `Kubernetes warned 2 times of 2 pods of web (net), since 11:20:00: PolicyViolation: “Egress denied by policy "closed"”.`,
		reading.Findings[0].Sentence)
	require.Equal(t, []string{"web-5f9b9c7b8-abcd1", "web-5f9b9c7b8-efgh2"}, c.Facts.Events.Warnings[0].Objects)
}

func TestEventsOfAnotherSystemOfTheNameAreNotTold(t *testing.T) {
	t.Parallel()
	for other, told := range map[string]int{"net": 0, "elsewhere": 1} {
		c := caseWithOnset()
		c.Facts.Apart = &incident.Apart{Within: incident.Scope{Namespace: "blue"}, Others: []incident.Scope{{Namespace: other}}}
		reading, err := cause.Events().Read(c, events(event(ago(40*time.Minute), "Pod", "web-5f9b9c7b8-abcd1", "Unhealthy", "Warning", "probe failed")))
		require.NoError(t, err)
		reading.Learn(&c.Facts)
		require.Len(t, c.Facts.Events.Warnings, told)
	}
}

func TestWhatControllersDoAllDayIsNoChange(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	reading := phasetest.Learned(t, cause.Events(), c, events(
		event(ago(2*time.Hour), "HorizontalPodAutoscaler", "web", "SuccessfulRescale", "Normal", "New size: 2"),
		event(ago(50*time.Minute), "HorizontalPodAutoscaler", "web", "SuccessfulRescale", "Normal", "New size: 3"),
		event(ago(40*time.Minute), "Pod", "web-5f9b9c7b8-abcd1", "Pulled", "Normal", "Pulled image"),
		event(ago(40*time.Minute), "CronJob", "report", "SuccessfulCreate", "Normal", "Created job"),
	))
	require.Equal(t, incident.Clear, reading.Outcome)
	require.Equal(t, "Of 4 events of the cluster, none reports anything new.", reading.Findings[0].Sentence)
	require.Empty(t, c.Facts.Events.Changes)
}

func TestAJobThatDoesNotStartAsOftenAtOtherTimesIsToldOfAndOthersAreNot(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	started := func(at time.Duration, cron, job string) incident.Line {
		return event(ago(at), "CronJob", cron, "SuccessfulCreate", "Normal", "Created job "+job)
	}
	reading := phasetest.Learned(t, cause.Events(), c, events(
		started(130*time.Minute, "hourly", "hourly-1"), started(70*time.Minute, "hourly", "hourly-2"), started(25*time.Minute, "nightly", "nightly-9")))
	require.Equal(t, incident.Found, reading.Outcome)
	require.Equal(t, "Cron job nightly (net) started nightly-9 at 11:35:00, which it does not do as often at other times.", reading.Findings[1].Sentence)
	require.Equal(t, []incident.JobStart{{At: ago(25 * time.Minute), Namespace: "net", Job: "nightly-9", CronJob: "nightly"}}, c.Facts.Events.Jobs)
}

func TestAChangeIsReadFromTheEventsOfItsObject(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	reading := phasetest.Learned(t, cause.Events(), c, events(
		event(ago(40*time.Minute), "NetworkPolicy", "closed", "Created", "Normal", "NetworkPolicy closed created"),
		event(ago(30*time.Minute), "Deployment", "web", "ScalingReplicaSet", "Normal", "Scaled up replica set web-7c8d9f6b5 to 1"),
		event(ago(29*time.Minute), "Deployment", "web", "ScalingReplicaSet", "Normal", "Scaled down replica set web-5f9b9c7b8 to 0"),
		event(ago(25*time.Minute), "Deployment", "shop", "ScalingReplicaSet", "Normal", "Scaled up replica set shop-5f9b9c7b8 to 4"),
	))
	require.Equal(t, incident.Found, reading.Outcome)
	require.Equal(t, "Of 4 events of the cluster, no warning is new.", reading.Findings[0].Sentence)
	var did []string
	for _, k := range c.Facts.Events.Changes {
		did = append(did, k.Kind+" "+k.Object+" "+k.What)
	}
	require.Equal(t, []string{"NetworkPolicy closed created", "Deployment web rolled out", "Deployment shop scaled"}, did)
}

func TestEventsAsLogfmtAreReadTheSame(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	line := incident.Line{Time: ago(40 * time.Minute), Text: `name=web-0 kind=Pod reason=FailedMount type=Warning msg="no such volume"`,
		Labels: map[string]string{"event_reason": "FailedMount", "event_kind": "Pod", "event_name": "web-0", "event_type": "Warning",
			"event_msg": "no such volume", "namespace": "net"}}
	phasetest.Learned(t, cause.Events(), c, events(line))
	w := c.Facts.Events.Warnings[0]
	require.Equal(t, "net Pod web FailedMount no such volume", w.Namespace+" "+w.Kind+" "+w.Workload+" "+w.Reason+" "+w.Message)
}

func TestEventsThatWereCutOffAreNeverClear(t *testing.T) {
	t.Parallel()
	answers := events(event(ago(2*time.Hour), "Pod", "web-0", "Pulled", "Normal", "Pulled image"))
	cut := answers["events"]
	cut.Truncated = true
	reading := phasetest.Learned(t, cause.Events(), caseWithOnset(), source.Answers{"events": cut})
	require.Equal(t, incident.Found, reading.Outcome)
	require.Contains(t, reading.Findings[0].Sentence, "the newest were not read")
	require.True(t, reading.Findings[0].Values[0].AtLeast)
}

func TestEventsAreNotCheckedWithoutAnAnswerOrWithoutAny(t *testing.T) {
	t.Parallel()
	phasetest.RequireUnable(t, cause.Events(), caseWithOnset(), "events")
	_, err := cause.Events().Read(caseWithOnset(), events())
	phasetest.RequireSkip(t, err, "no Kubernetes events")
}

func TestAWarningKeepsWhatTheMostTellingOfItsMessagesSays(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	phasetest.Learned(t, cause.Events(), c, events(
		event(ago(40*time.Minute), "Pod", "web-5f9b9c7b8-abcd1", "Failed", "Warning", "Error: ErrImagePull"),
		event(ago(39*time.Minute), "Pod", "web-5f9b9c7b8-abcd1", "Failed", "Warning", `Failed to pull image "web:2": manifest unknown`),
		event(ago(38*time.Minute), "ReplicaSet", "api-5f9b9c7b8", "FailedCreate", "Warning", `Error creating: pods "api-5f9b9c7b8-" is forbidden: exceeded quota: team, requested: pods=1`),
		event(ago(37*time.Minute), "Pod", "shop-0", "Odd", "Warning", "something else"),
	))
	w := c.Facts.Events.Warnings
	require.Equal(t, &incident.Blocked{Kind: "image-not-found", What: "web:2", Said: `Failed to pull image "web:2": manifest unknown`}, w[0].Blocked)
	require.Equal(t, "api: exceeded-quota of team", w[1].Workload+": "+string(w[1].Blocked.Kind)+" of "+w[1].Blocked.What)
	require.Nil(t, w[2].Blocked)
}
