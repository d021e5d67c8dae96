package cause

import (
	"fmt"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// ChangeList puts what was changed around the incident into one list: from the cluster's metrics and from its events.
func ChangeList() phase.Step {
	return phase.Step{
		Phase:    incident.PhaseCause,
		ID:       "changes",
		Title:    "Changes around the onset",
		NeedsOne: []incident.Fact{incident.FactConventions, incident.FactEvents},
		Awaits:   []incident.Fact{incident.FactOnset},
		Learns:   []incident.Fact{incident.FactChanges},
		Plan:     planChanges,
		Read:     readChanges,
	}
}

// creations are the metrics that tell when an object was made, with the label of its name and the object's kind.
var creations = []struct{ metric, label, kind string }{
	{convention.NetworkPolicies, "networkpolicy", "NetworkPolicy"},
	{convention.ReplicaSetCreated, "replicaset", "ReplicaSet"},
	{convention.ConfigMapsCreated, "configmap", "ConfigMap"},
	{convention.IngressesCreated, "ingress", "Ingress"},
}

func planChanges(c *incident.Case) ([]source.Question, error) {
	if !hasCluster(c) {
		if c.Facts.Events == nil {
			return nil, phase.Skipf("Have kube-state-metrics scraped, or Kubernetes events sent to the log store, if the services run on Kubernetes.",
				"Neither a metric of Kubernetes' objects nor its events are known.")
		}
		return nil, nil
	}
	var parts []promql.Expr
	for _, k := range creations {
		made := promql.Max(promql.Select(k.metric), "namespace", k.label)
		parts = append(parts, promql.Above(made, float64(c.Around().From.Unix())))
	}
	parts = append(parts, promql.EverChanged(promql.Select(convention.DeploymentObserved), c.Around().Length(), "namespace", "deployment"))
	text, err := promql.Or(parts...).Text()
	return []source.Question{{Name: "objects", Kind: source.Range, Text: text, Window: c.Around(), Step: nearbySpacing(c)}}, err
}

func readChanges(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	changes := incident.Changes{List: []incident.ClusterChange{}}
	if c.Facts.Events != nil {
		changes.List = append(changes.List, c.Facts.Events.Changes...)
	}
	unread := ""
	if hasCluster(c) {
		if problem := answers.Problem("objects"); problem != nil {
			if len(changes.List) == 0 {
				return phase.Reading{}, problem
			}
			unread = " Only events tell of them: " + problem.Sentence
		}
		changes.List = append(changes.List, objectChanges(answers["objects"].Series)...)
	}
	changes.List = cluster.Merged(changes.List)
	for i := range changes.List {
		changes.List[i].ID = changes.List[i].Key()
		changes.List[i].BeforeOnset = c.Facts.InTime(changes.List[i].At)
	}
	finding := changesFinding(c, changes.List)
	finding.Sentence += unread
	reading := phase.ClearBecause(finding)
	if len(changes.List) > 0 {
		reading = phase.FoundThat(finding)
	}
	return reading.Teaching(func(f *incident.Facts) { f.Changes = &changes }), nil
}

// objectChanges are the changes that series tell of. Of a series whose values are no times nothing is left, and so no change.
func objectChanges(series []incident.Series) []incident.ClusterChange {
	var changes []incident.ClusterChange
	for _, s := range series {
		if len(s.Points) == 0 {
			continue
		}
		if change, found := objectChange(s); found {
			change.What = cluster.Participle(change.Action)
			changes = append(changes, change)
		}
	}
	return changes
}

// objectChange reads a change from a series: the time at which an object was made, or a deployment's generation.
func objectChange(s incident.Series) (incident.ClusterChange, bool) {
	change := incident.ClusterChange{Namespace: s.Labels["namespace"], Action: incident.Created}
	for _, k := range creations {
		if object := s.Labels[k.label]; object != "" {
			change.At = time.Unix(int64(s.Points[0].Value), 0).UTC()
			change.Kind, change.Object, change.Sources = k.kind, object, []string{k.metric}
			if k.kind == "ReplicaSet" {
				change.Kind, change.Object, change.Action = "Deployment", cluster.DeploymentOf(object), incident.RolledOut
			}
			return change, true
		}
	}
	for i := 1; i < len(s.Points); i++ {
		if s.Points[i].Value != s.Points[i-1].Value {
			change.At, change.Kind, change.Object, change.Action = s.Points[i].Time, "Deployment", s.Labels["deployment"], incident.Respecified
			change.Sources = []string{convention.DeploymentObserved}
			return change, true
		}
	}
	return change, false
}

func changesFinding(c *incident.Case, changes []incident.ClusterChange) incident.Finding {
	near := c.Around()
	finding := incident.Finding{Severity: incident.Normal, Interval: &near, Evidence: incident.Evidence{Changes: changes},
		Method:   "when objects were made (kube-state-metrics) and what controllers reported (Kubernetes events); what happens as often without an incident is left out",
		Sentence: "Nothing was changed in the cluster from the hour before the onset to now."}
	if len(changes) == 0 {
		finding.Values = []incident.Value{{Name: "changes", Value: 0, Unit: incident.Count}}
		return finding
	}
	finding.Severity = incident.Warning
	var earlier, later []wording.Text
	for _, k := range changes {
		text := wording.Textf("%s %s", wording.Clock(k.At), cluster.DescribeChange(k))
		finding.Values = append(finding.Values, incident.Value{Name: cluster.DescribeChange(k), Measure: incident.MeasureChanged, Value: float64(k.At.Unix()), Unit: incident.UnixTime,
			Labels: map[string]string{"kind": k.Kind, "namespace": k.Namespace, "object": k.Object, "action": string(k.Action)}})
		if k.BeforeOnset {
			earlier = append(earlier, text)
			continue
		}
		later = append(later, text)
	}
	finding.Values = append(finding.Values,
		incident.Value{Name: "changes before the onset", Measure: incident.MeasureChangesBefore, Value: float64(len(earlier)), Unit: incident.Count},
		incident.Value{Name: "changes after the onset", Measure: incident.MeasureChangesAfter, Value: float64(len(later)), Unit: incident.Count})
	finding.Sentence = fmt.Sprintf("%s before the onset", listed(earlier)) + "; after it " + strings.ToLower(listed(later)) + "."
	return finding
}

// listed counts changes: "2 changes", "No change".
func listed(changes []wording.Text) string {
	if len(changes) == 0 {
		return "No change"
	}
	return fmt.Sprintf("%d %s", len(changes), wording.Plural(len(changes), "change", "changes"))
}
