package changes

import (
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// creations are the metrics that tell when an object was made or began, with the label of its name and the object's kind.
var creations = []struct{ metric, label, kind string }{
	{convention.NetworkPolicies, "networkpolicy", "NetworkPolicy"},
	{convention.ReplicaSetCreated, "replicaset", "ReplicaSet"},
	{convention.ConfigMapsCreated, "configmap", "ConfigMap"},
	{convention.IngressesCreated, "ingress", "Ingress"},
	{convention.JobsStarted, "job_name", jobKind},
}

const jobKind = "Job"

// objectParts ask for objects that were made around the incident, jobs that started then or in the hour before, and deployments that changed.
func objectParts(c *incident.Case) []promql.Expr {
	if !phase.HasCluster(c) {
		return nil
	}
	var parts []promql.Expr
	for _, k := range creations {
		since := c.Around().From
		if k.kind == jobKind {
			since = c.HourBefore().From
		}
		made := promql.Max(promql.Select(k.metric), "namespace", k.label)
		parts = append(parts, promql.Above(made, float64(since.Unix())))
	}
	return append(parts, promql.EverChanged(promql.Select(convention.DeploymentObserved), c.Around().Length(), "namespace", "deployment"))
}

func fromObjects(c *incident.Case, answers source.Answers) origin {
	o := named(c, "kube-state-metrics", phase.HasCluster(c), StepConventions)
	if !phase.HasCluster(c) {
		return o
	}
	if o.problem = answers.Problem(objectsAsked); o.problem != nil {
		return o
	}
	o.changes = objectChanges(answers[objectsAsked].Series)
	var jobs []incident.JobStart
	o.changes, jobs = withoutJobs(o.changes)
	o.changes = append(o.changes, startedJobs(rareJobs(c, jobs))...)
	return o
}

// objectChanges are the changes that series tell of. Of a series whose values are no times nothing is left, and so no change.
func objectChanges(series []incident.Series) []incident.ClusterChange {
	var changes []incident.ClusterChange
	for _, s := range series {
		if len(s.Points) == 0 || s.Labels[phase.PartLabel] != "" {
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

// withoutJobs takes the jobs out of what was made.
func withoutJobs(made []incident.ClusterChange) (others []incident.ClusterChange, jobs []incident.JobStart) {
	for _, k := range made {
		if k.Kind != jobKind {
			others = append(others, k)
			continue
		}
		jobs = append(jobs, incident.JobStart{At: k.At, Namespace: k.Namespace, Job: k.Object, CronJob: cluster.WorkloadOfKind(jobKind, k.Object)})
	}
	return others, jobs
}

// rareJobs are those that started around the incident, of what does not start as often in the hour before.
func rareJobs(c *incident.Case, jobs []incident.JobStart) []incident.JobStart {
	type name struct{ namespace, job string }
	near := c.Around()
	since, before := map[name]float64{}, map[name]float64{}
	for _, j := range jobs {
		if j.At.Before(near.From) {
			before[name{j.Namespace, j.CronJob}]++
			continue
		}
		since[name{j.Namespace, j.CronJob}]++
	}
	var rare []incident.JobStart
	for _, j := range jobs {
		if of := (name{j.Namespace, j.CronJob}); !j.At.Before(near.From) && phase.MuchOftener(c, since[of], before[of]) {
			rare = append(rare, j)
		}
	}
	return rare
}

// startedJobs are jobs as changes: what they do to a database or a node may be why others suffer.
func startedJobs(jobs []incident.JobStart) []incident.ClusterChange {
	var changes []incident.ClusterChange
	for _, j := range jobs {
		changes = append(changes, incident.ClusterChange{At: j.At, Kind: jobKind, Namespace: j.Namespace, Object: j.Job, Action: incident.Started,
			What: cluster.Participle(incident.Started), Sources: []string{"start of the job"}})
	}
	return changes
}

// The parts of the question that tell of versions, each before the name of the metric.
const (
	newVersion = "new "
	oldVersion = "old "
)

// buildParts ask for versions that appeared since the start of the time around the incident, where another version of the same service ran
// then, and for those others.
func buildParts(c *incident.Case) []promql.Expr {
	if c.Facts.Conventions == nil || c.Facts.Conventions.Build == nil {
		return nil
	}
	var parts []promql.Expr
	for _, m := range convention.BuildMetrics(*c.Facts.Conventions.Build) {
		info := promql.Select(m.Info, promql.NotEqual(m.Version, ""))
		by := append([]string{m.Version}, m.Services...)
		atStart := promql.CountBy(promql.AtStart(info), by...)
		appeared := promql.And(promql.Unless(promql.CountBy(info, by...), atStart), atStart, m.Services...)
		parts = append(parts, promql.Labelled(appeared, phase.PartLabel, newVersion+m.Info),
			promql.Labelled(promql.And(atStart, appeared, m.Services...), phase.PartLabel, oldVersion+m.Info))
	}
	return parts
}

func fromBuilds(c *incident.Case, answers source.Answers) origin {
	there := c.Facts.Conventions != nil && c.Facts.Conventions.Build != nil
	o := named(c, "build metrics", there, StepConventions)
	if !there {
		return o
	}
	if o.problem = answers.Problem(objectsAsked); o.problem != nil {
		return o
	}
	for _, m := range convention.BuildMetrics(*c.Facts.Conventions.Build) {
		before := map[string][]string{}
		for _, s := range answers[objectsAsked].Series {
			if s.Labels[phase.PartLabel] == oldVersion+m.Info {
				service := serviceOf(s, m.Services)
				before[service] = append(before[service], s.Labels[m.Version])
			}
		}
		for _, s := range answers[objectsAsked].Series {
			service := serviceOf(s, m.Services)
			if s.Labels[phase.PartLabel] != newVersion+m.Info || len(s.Points) == 0 || service == "" {
				continue
			}
			at := s.Points[0].Time.UTC()
			from := ""
			if was := before[service]; len(was) == 1 {
				from = was[0]
			}
			o.changes = append(o.changes, versionChange(service, from, s.Labels[m.Version], at.Add(-answers[objectsAsked].Question.Step-time.Minute), at, m.Info))
		}
	}
	return o
}

// serviceOf is the service of a series; a job of OpenTelemetry has the namespace before it.
func serviceOf(s incident.Series, labels []string) string {
	name := phase.FirstLabel(s, labels)
	return name[strings.LastIndexByte(name, '/')+1:]
}

// versionChange is that a service began to run in another version.
func versionChange(service, from, to string, notBefore, at time.Time, shownBy string) incident.ClusterChange {
	k := incident.ClusterChange{At: at, NotBefore: notBefore, Kind: incident.KindVersion, Object: service, From: from, To: to, Action: incident.Versioned, Sources: []string{shownBy}}
	k.What = "changed to version " + to
	if from != "" {
		k.What = "changed from version " + from + " to " + to
	}
	return k
}
