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

func made(label, object string, at time.Time) incident.Series {
	return incident.Series{Labels: map[string]string{"namespace": "net", label: object}, Points: points(at, end, float64(at.Unix()))}
}

func TestChangesAreAskedForInOneQuestionThatParses(t *testing.T) {
	t.Parallel()
	questions := phasetest.Planned(t, cause.ChangeList(), caseWithOnset())
	require.Len(t, questions, 1)
	_, err := parser.NewParser(parser.Options{}).ParseExpr(questions["objects"].Text)
	require.NoError(t, err)
}

func TestChangesOfAllSourcesMakeOneListInTheOrderOfTime(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	c.Facts.Events = &incident.ClusterEvents{Changes: []incident.ClusterChange{
		{At: ago(40 * time.Minute), Kind: "NetworkPolicy", Namespace: "net", Object: "closed", Action: incident.Created, What: "created", Text: "by kubectl", Sources: []string{"event Created"}},
		{At: ago(10 * time.Minute), Kind: "Deployment", Namespace: "net", Object: "late", Action: incident.Scaled, What: "scaled", Sources: []string{"event ScalingReplicaSet"}},
	}}
	generation := append(points(ago(80*time.Minute), ago(31*time.Minute), 5), points(ago(30*time.Minute), end, 6)...)
	reading := phasetest.Learned(t, cause.ChangeList(), c, source.Answers{"objects": {Series: []incident.Series{
		made("networkpolicy", "closed", ago(40*time.Minute)),
		made("replicaset", "web-7c8d9f6b5", ago(30*time.Minute)),
		{Labels: map[string]string{"namespace": "net", "deployment": "web"}, Points: generation},
	}}})
	require.Equal(t, incident.Found, reading.Outcome)
	require.Equal(t, "2 changes before the onset; after it 1 change.", reading.Findings[0].Sentence)
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

func TestNoChangeIsClear(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	reading := phasetest.Learned(t, cause.ChangeList(), c, source.Answers{"objects": {}})
	require.Equal(t, incident.Clear, reading.Outcome)
	require.Contains(t, reading.Findings[0].Sentence, "Nothing was changed in the cluster")
}

func TestEventsAloneTellOfChangesAndSayWhatElseWasNotRead(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	phasetest.RequireUnable(t, cause.ChangeList(), c, "objects")
	c.Facts.Events = &incident.ClusterEvents{Changes: []incident.ClusterChange{{At: ago(40 * time.Minute), Kind: "Ingress", Object: "web", Action: "Updated", What: "updated"}}}
	broken := source.Answers{"objects": {Problem: &source.Problem{Sentence: "Prometheus did not answer."}}}
	reading := phasetest.Learned(t, cause.ChangeList(), c, broken)
	require.Equal(t, incident.Found, reading.Outcome)
	require.Equal(t, "1 change before the onset; after it no change. Only events tell of them: Prometheus did not answer.", reading.Findings[0].Sentence)

	c.Facts.Conventions.Cluster = nil
	require.Empty(t, phasetest.Planned(t, cause.ChangeList(), c), "events are known, and there is nothing to ask")
	require.Equal(t, incident.Found, phasetest.Learned(t, cause.ChangeList(), c, source.Answers{}).Outcome)
}

func TestChangesAreNotCheckedWhereNothingTellsOfThem(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	c.Facts.Conventions.Cluster = nil
	_, err := cause.ChangeList().Plan(c)
	phasetest.RequireSkip(t, err, "Neither a metric of Kubernetes' objects nor its events")
}
