package changes_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/changes"
	"github.com/faultline-investigation/faultline/pkg/phase/phasetest"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

func made(label, object string, at time.Time) incident.Series {
	return incident.Series{Labels: map[string]string{"namespace": "net", label: object}, Points: points(at, end, float64(at.Unix()))}
}

// withNothing are answers to what is asked of a case with a cluster and logs.
func withNothing(objects ...incident.Series) source.Answers {
	return source.Answers{"objects": {Series: objects}, "lines": {}}
}

func writes(service, text string, at time.Time) incident.Line {
	return incident.Line{Time: at, Text: text, Labels: map[string]string{"service_name": service}}
}

func changeOf(t *testing.T, c *incident.Case, kind string) incident.ClusterChange {
	t.Helper()
	for _, k := range c.Facts.Changes.List {
		if k.Kind == kind {
			return k
		}
	}
	require.Fail(t, "no such change", "%s in %v", kind, c.Facts.Changes.List)
	return incident.ClusterChange{}
}

func TestChangesAreAskedForInTwoQuestionsThatParse(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	c.Facts.Conventions.Build = &incident.BuildMetric{Info: "target_info", Services: []string{"service_name", "job"}, Version: "service_version"}
	questions := phasetest.Planned(t, changes.List(), c)
	require.Len(t, questions, 2)
	_, err := parser.NewParser(parser.Options{}).ParseExpr(questions["objects"].Text)
	require.NoError(t, err)
	require.Contains(t, questions["objects"].Text, "build_info", "others may have another metric than the one that was chosen")
	c.Knowledge.Annotations = &incident.Annotations{Tags: []string{"deploy", "flag"}}
	annotations := phasetest.Planned(t, changes.List(), c)["annotations"]
	require.Equal(t, source.Grafana, annotations.Kind.Signal(), "which is no store")
	require.Equal(t, "deploy,flag", annotations.Text)
}

func TestChangesOfAllSourcesMakeOneListInTheOrderOfTime(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	c.Facts.Events = &incident.ClusterEvents{Changes: []incident.ClusterChange{
		{At: ago(40 * time.Minute), Kind: "NetworkPolicy", Namespace: "net", Object: "closed", Action: incident.Created, What: "created", Text: "by kubectl", Sources: []string{"event Created"}},
		{At: ago(10 * time.Minute), Kind: "Deployment", Namespace: "net", Object: "late", Action: incident.Scaled, What: "scaled", Sources: []string{"event ScalingReplicaSet"}},
	}}
	generation := append(points(ago(80*time.Minute), ago(31*time.Minute), 5), points(ago(30*time.Minute), end, 6)...)
	reading := phasetest.Learned(t, changes.List(), c, withNothing(
		made("networkpolicy", "closed", ago(40*time.Minute)),
		made("replicaset", "web-7c8d9f6b5", ago(30*time.Minute)),
		incident.Series{Labels: map[string]string{"namespace": "net", "deployment": "web"}, Points: generation}))
	require.Equal(t, incident.Found, reading.Outcome)
	require.Equal(t, "2 changes before the onset; after it 1 change. Not there: versions in spans, feature flags in spans, build metrics and annotations in Grafana.",
		reading.Findings[0].Sentence)
	list := c.Facts.Changes.List
	require.Len(t, list, 3)
	require.Equal(t, []string{"event Created", "kube_networkpolicy_created"}, list[0].Sources)
	require.Equal(t, "by kubectl", list[0].Text)
	require.Equal(t, "Deployment web rolled out", list[1].Kind+" "+list[1].Object+" "+list[1].What)
	require.Equal(t, []string{"kube_deployment_status_observed_generation", "kube_replicaset_created"}, list[1].Sources)
	require.True(t, list[1].BeforeOnset)
	require.False(t, list[2].BeforeOnset)
	require.Equal(t, list, reading.Findings[0].Evidence.Changes)
}

func TestNoChangeSaysWhichSourcesWereRead(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	reading := phasetest.Learned(t, changes.List(), c, withNothing())
	require.Equal(t, incident.Clear, reading.Outcome)
	require.Equal(t, "No change is known from the hour before the onset to now. Read: kube-state-metrics and log lines of deployers, migrations, flag services and schedulers. "+
		"Not there: Kubernetes events, versions in spans, feature flags in spans, build metrics and annotations in Grafana.", reading.Findings[0].Sentence)
}

func TestWhatCouldNotBeReadIsNotNoChange(t *testing.T) {
	t.Parallel()
	broken := source.Answer{Problem: &source.Problem{Sentence: "It did not answer."}}
	for name, answers := range map[string]source.Answers{"kube-state-metrics": {"objects": broken, "lines": {}}, "log lines of deployers": {"objects": {}, "lines": broken}} {
		c := caseWithOnset()
		reading := phasetest.Learned(t, changes.List(), c, answers)
		require.Equal(t, incident.Found, reading.Outcome, name)
		require.Equal(t, incident.Info, reading.Findings[0].Severity, name)
		require.Contains(t, reading.Findings[0].Sentence, "Could not read "+name)
	}
	c := caseWithOnset()
	_, err := changes.List().Read(c, source.Answers{"objects": broken, "lines": broken})
	require.ErrorIs(t, err, broken.Problem, "nothing could be read")

	c.Facts.Events = &incident.ClusterEvents{Changes: []incident.ClusterChange{{At: ago(40 * time.Minute), Kind: "Ingress", Object: "web", Action: "Updated", What: "updated"}}}
	reading := phasetest.Learned(t, changes.List(), c, source.Answers{"objects": broken, "lines": {}})
	require.Contains(t, reading.Findings[0].Sentence, "1 change before the onset; after it no change.")
}

func TestChangesAreNotCheckedWhereNothingTellsOfThem(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	c.Facts.Conventions.Cluster, c.Facts.LogLabels = nil, nil
	require.Empty(t, phasetest.Planned(t, changes.List(), c))
	_, err := changes.List().Read(c, source.Answers{})
	phasetest.RequireSkip(t, err, "Nothing that shows changes is known")
}

func TestAJobIsAChangeUnlessItStartsAsOftenAtOtherTimes(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	started := func(name string, before time.Duration) incident.Series {
		return incident.Series{Labels: map[string]string{"namespace": "net", "job_name": name}, Points: points(ago(20*time.Minute), end, float64(ago(before).Unix()))}
	}
	phasetest.Learned(t, changes.List(), c, withNothing(started("settle-29301", 30*time.Minute), started("poll-29299", 130*time.Minute), started("poll-29301", 25*time.Minute)))
	require.Len(t, c.Facts.Changes.List, 1)
	require.Equal(t, "settle-29301", changeOf(t, c, "Job").Object)
}

func TestBuildMetricsTellOfAVersionThatAppeared(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	c.Facts.Conventions.Build = &incident.BuildMetric{Info: "target_info", Services: []string{"service_name", "job"}, Version: "service_version"}
	version := func(part, version string, since time.Duration) incident.Series {
		return incident.Series{Labels: map[string]string{"job": "shop/web", "service_version": version, "faultline_part": part}, Points: points(ago(since), end, 2)}
	}
	answers := withNothing(version("new target_info", "2.0", 24*time.Minute), version("old target_info", "1.9", 24*time.Minute))
	phasetest.Learned(t, changes.List(), c, answers)
	k := changeOf(t, c, incident.KindVersion)
	require.Equal(t, "web changed from version 1.9 to 2.0", k.Object+" "+k.What)
	require.True(t, k.BeforeOnset)
	require.Equal(t, ago(24*time.Minute), k.At)
	require.Less(t, k.At.Sub(k.NotBefore), 2*time.Minute)
}

// requests are sampled requests of the web service, one every so often in a time, with a version and the variant of a flag.
func requests(from, to, every time.Duration, version, variant string, failed bool) []incident.Trace {
	var all []incident.Trace
	for before := from; before > to; before -= every {
		attributes := map[string]string{"service.version": version}
		if variant != "" {
			attributes["feature_flag.key"], attributes["feature_flag.result.variant"] = "new-basket", variant
		}
		all = append(all, incident.Trace{ID: fmt.Sprint(version, variant, failed, before), Start: ago(before),
			Spans: []incident.Span{{Service: "web", Start: ago(before), Attributes: attributes, Failed: failed}}})
	}
	return all
}

func sampledIn(traces ...[]incident.Trace) *incident.Neighbours {
	n := &incident.Neighbours{Services: []string{"web"}}
	for _, part := range traces {
		n.Traces = append(n.Traces, part...)
	}
	return n
}

func TestSpansTellOfANewVersionBetweenTwoOfThem(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	c.Facts.Neighbours = sampledIn(requests(60*time.Minute, 30*time.Minute, 20*time.Second, "1.9", "", false), requests(22*time.Minute, 0, 20*time.Second, "2.0", "", true))
	phasetest.Learned(t, changes.List(), c, withNothing())
	k := changeOf(t, c, incident.KindVersion)
	require.Equal(t, "changed from version 1.9 to 2.0", k.What)
	require.Equal(t, incident.MovedAt{Earliest: ago(30*time.Minute + 20*time.Second), Latest: ago(22 * time.Minute)}, k.Began())
	require.Equal(t, &incident.ChangeFit{With: 66, FailedWith: 66}, k.Fit)
}

func TestAStoreThatDidNotAnswerIsNotSaidToHaveNone(t *testing.T) {
	t.Parallel()
	lost := func(phase incident.Phase, id string) incident.StepResult {
		return incident.StepResult{Phase: phase, ID: id, Outcome: incident.NotChecked, Reason: "Tempo did not answer within 10 s.", Queries: []incident.Query{{Problem: "It did not answer."}}}
	}
	missing := lost(incident.PhaseCause, "events")
	missing.Queries = nil
	behind := incident.StepResult{Phase: incident.PhaseCause, ID: "calls", Outcome: incident.NotChecked, Reason: "It needs the names of metrics.", Root: changes.StepConventions}
	for name, of := range map[string]struct {
		steps  []incident.StepResult
		failed []string
	}{
		"all looked":               {nil, nil},
		"no request sampled":       {[]incident.StepResult{lost(incident.PhaseCause, "calls")}, []string{"versions in spans", "feature flags in spans"}},
		"a step behind another":    {[]incident.StepResult{behind, lost(incident.PhaseImpact, "conventions")}, []string{"versions in spans", "feature flags in spans", "build metrics"}},
		"no events in the store":   {[]incident.StepResult{missing}, nil},
		"the log store is silent":  {[]incident.StepResult{lost(incident.PhaseCause, "events")}, []string{"Kubernetes events"}},
		"another step that failed": {[]incident.StepResult{lost(incident.PhaseLogs, "patterns")}, nil},
	} {
		c := caseWithOnset()
		c.Steps = of.steps
		found := phasetest.Learned(t, changes.List(), c, withNothing())
		require.Equal(t, of.failed, incident.InState(c.Facts.Changes.Looked, incident.SourceFailed), name)
		said := found.Findings[0].Sentence
		if of.failed == nil {
			require.NotContains(t, said, "Could not read", name)
			require.Equal(t, incident.Clear, found.Outcome, name)
			continue
		}
		require.Contains(t, said, "Could not read "+wording.List(of.failed)+": Tempo did not answer within 10 s.", name)
		require.Equal(t, incident.Found, found.Outcome, "%s: there may be changes where nothing could be read", name)
	}
}

func TestASampleAfterTheOnsetIsNoChangeAfterIt(t *testing.T) {
	t.Parallel()
	for later, before := range map[time.Duration]bool{time.Second: true, 50 * time.Second: true, 2 * time.Minute: false} {
		c := caseWithOnset()
		last := end.Sub(c.Facts.Onset.Latest.Add(later)) // request of the version before
		c.Facts.Neighbours = sampledIn(requests(60*time.Minute, last-time.Millisecond, 20*time.Second, "1.9", "", false), requests(last, last-time.Millisecond, time.Second, "1.9", "", false),
			requests(last-30*time.Second, 0, 20*time.Second, "2.0", "", true))
		phasetest.Learned(t, changes.List(), c, withNothing())
		require.Equal(t, before, changeOf(t, c, incident.KindVersion).BeforeOnset, later)
	}
}

func TestWhatWasThereBeforeIsNoNewVersion(t *testing.T) {
	t.Parallel()
	for name, sample := range map[string]*incident.Neighbours{
		"one version":               sampledIn(requests(60*time.Minute, 0, 20*time.Second, "1.9", "", false)),
		"both all the time":         sampledIn(requests(60*time.Minute, 0, 40*time.Second, "1.9", "", false), requests(59*time.Minute, 0, 60*time.Second, "2.0", "", false)),
		"one request, by chance":    sampledIn(requests(60*time.Minute, 0, 20*time.Second, "1.9", "", false), requests(10*time.Minute, 9*time.Minute, time.Minute, "2.0", "", false)),
		"too few from before":       sampledIn(requests(60*time.Minute, 59*time.Minute, 10*time.Second, "1.9", "", false), requests(20*time.Minute, 0, 20*time.Second, "2.0", "", false)),
		"services without versions": sampledIn(requests(60*time.Minute, 0, 20*time.Second, "", "", false)),
	} {
		c := caseWithOnset()
		c.Facts.Neighbours = sample
		phasetest.Learned(t, changes.List(), c, withNothing())
		require.Empty(t, c.Facts.Changes.List, name)
	}
}

func TestAFlagThatOnlyAPartMeetsMayHaveBeenThereUnseen(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	c.Facts.Neighbours = sampledIn(requests(60*time.Minute, 19*time.Minute, 20*time.Second, "1", "off", false),
		requests(18*time.Minute, 0, 40*time.Second, "1", "off", false), requests(18*time.Minute-10*time.Second, 0, 40*time.Second, "1", "on", true))
	phasetest.Learned(t, changes.List(), c, withNothing())
	k := changeOf(t, c, incident.KindFeatureFlag)
	require.Equal(t, "new-basket of web switched from off to on", k.Object+" of "+k.Service+" "+k.What)
	require.Equal(t, ago(18*time.Minute-10*time.Second), k.At)
	require.Greater(t, k.At.Sub(k.NotBefore), 90*time.Second, "every second request does not meet it")
	require.True(t, k.BeforeOnset)
	require.Equal(t, 27, k.Fit.FailedWith)
	require.Zero(t, k.Fit.FailedOthers)
}

func TestMoreRequestsAreAskedForWhereItIsVagueWhenAVersionBegan(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	c.Facts.Neighbours = sampledIn(requests(60*time.Minute, 50*time.Minute, 10*time.Second, "1.9", "", false), requests(12*time.Minute, 0, 10*time.Second, "2.0", "", true))
	c.Facts.Culprit = &incident.Culprit{Span: incident.Span{Service: "web"}}
	more, err := changes.List().More(changes.List().View(c), withNothing())
	require.NoError(t, err)
	require.Len(t, more, 2)
	require.Equal(t, c.Facts.Onset.Earliest.Add(-10*time.Minute), more[0].Window.To, "whether it was there ten minutes before")
	summaries := func(traces []incident.Trace) source.Answer {
		var answer source.Answer
		for _, trace := range traces {
			answer.Traces = append(answer.Traces, incident.TraceSummary{ID: trace.ID, Start: trace.Start, Spans: trace.Spans})
		}
		return answer
	}
	answers := withNothing()
	answers[more[0].Name] = summaries(requests(32*time.Minute, 31*time.Minute, 10*time.Second, "1.9", "", false))
	answers[more[1].Name] = summaries(requests(21*time.Minute, 20*time.Minute, 10*time.Second, "2.0", "", true))
	phasetest.Learned(t, changes.List(), c, answers)
	require.Equal(t, incident.MovedAt{Earliest: ago(31*time.Minute + 10*time.Second), Latest: ago(21 * time.Minute)}, changeOf(t, c, incident.KindVersion).Began())
	again, err := changes.List().More(changes.List().View(c), answers)
	require.NoError(t, err)
	require.Empty(t, again)
}

func TestLinesTellOfChangesThatAreNotMadeAllTheTime(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	answers := withNothing()
	answers["lines"] = source.Answer{Lines: []incident.Line{
		writes("beat", "Scheduler: Sending due task poll-mail", ago(130*time.Minute)),
		writes("beat", "Scheduler: Sending due task poll-mail", ago(30*time.Minute)),
		writes("orders-schema", `Migrating schema "orders" to version "7 - voucher"`, ago(25*time.Minute)),
		writes("orders-schema", `Migrating schema "orders" to version "8 - index"`, ago(25*time.Minute-time.Second)),
		writes("web", "failed to reload configuration", ago(24*time.Minute)),
		writes("web", "user 17 was updated", ago(23*time.Minute)),
		writes("flux", "Helm upgrade succeeded for release shop/web.v7 with chart web@2.0.1", ago(22*time.Minute)),
	}}
	phasetest.Learned(t, changes.List(), c, answers)
	require.Len(t, c.Facts.Changes.List, 2)
	k := changeOf(t, c, incident.KindMigration)
	require.Equal(t, "7 - voucher by orders-schema run with 1 more", k.Object+" by "+k.Service+" "+k.What)
	require.Equal(t, "web", changeOf(t, c, incident.KindRelease).Object)
}

func TestAnnotationsAreOfTheServiceThatTheyName(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	c.Subject.Environment = "production"
	c.Knowledge.Annotations = &incident.Annotations{Tags: []string{"deploy"}}
	answers := withNothing()
	answers["annotations"] = source.Answer{Annotations: []incident.Annotation{
		{At: ago(30 * time.Minute), Text: "Deploy of web 4.2", Tags: []string{"deploy"}},
		{At: ago(29 * time.Minute), Text: "4.3", Tags: []string{"deploy", "service:web", "env:production"}},
		{At: ago(28 * time.Minute), Text: "4.4", Tags: []string{"deploy", "service:web", "env:staging"}},
		{At: ago(27 * time.Minute), Text: "webhooks 1.0", Tags: []string{"deploy"}},
		{At: ago(26 * time.Minute), Text: "an investigation", Tags: []string{"deploy", "faultline"}},
	}}
	phasetest.Learned(t, changes.List(), c, answers)
	var told []string
	for _, k := range c.Facts.Changes.List {
		told = append(told, k.Object+"/"+k.Service)
	}
	require.Equal(t, []string{"Deploy of web 4.2/web", "4.3/web", "webhooks 1.0/"}, told)
}
