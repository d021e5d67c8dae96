package verdict

import (
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict/advice"
)

const mostLookedAt = 3 // workloads to look at when the verdict points at none

// Advise turns what was found into commands: what the named cause advises, and a look at what is wrong in the cluster.
func Advise(c *incident.Case) advice.Advice { return causes.advise(c) }

func (l list) advise(c *incident.Case) advice.Advice {
	var a advice.Advice
	if named := c.Facts.Verdict.Blamed(); named != nil {
		if k, _ := l.of(named.Kind); k.Advise != nil {
			k.Advise(&a, c, *named)
		}
	}
	lookAtCluster(&a, c.Facts)
	return a
}

// lookAtCluster shows what was found in the cluster as it is now.
func lookAtCluster(a *advice.Advice, f incident.Facts) {
	for _, t := range troublesToLookAt(f) {
		a.Look("cause/pods", fmt.Sprintf("Shows whether the pods of %s are still in trouble.", t.Workload), "kubectl get pods -n %s -o wide", t.Namespace)
		if len(t.Pods) > 0 && t.Restarts > 0 {
			a.Look("cause/pods", "Shows what the container said before it ended.", "kubectl logs %s -n %s --previous --tail=50", t.Pods[0], t.Namespace)
		} else if len(t.Pods) > 0 {
			a.Look("cause/pods", "Shows why the pod is not ready.", "kubectl describe pod %s -n %s", t.Pods[0], t.Namespace)
		}
	}
	if f.Events == nil {
		return
	}
	for _, w := range f.Events.Warnings {
		if f.Blame == nil || f.Blame.Trouble == nil || f.Blame.Trouble.Namespace == w.Namespace {
			a.Look("cause/events", fmt.Sprintf("Shows whether Kubernetes still warns of %s.", w.Workload), "kubectl get events -n %s --sort-by=.lastTimestamp", w.Namespace)
		}
	}
}

// troublesToLookAt is the trouble that the verdict blames, else the worst few.
func troublesToLookAt(f incident.Facts) []incident.PodTrouble {
	switch {
	case f.Blame != nil && f.Blame.Trouble != nil:
		return []incident.PodTrouble{*f.Blame.Trouble}
	case f.Pods != nil:
		return f.Pods.New[:min(mostLookedAt, len(f.Pods.New))]
	}
	return nil
}

// adviseOnChange looks at what the change broke and at the change itself, and takes it back.
func adviseOnChange(a *advice.Advice, c *incident.Case, _ incident.Candidate) {
	const step = "cause/changes"
	if c.Facts.Blame == nil || c.Facts.Blame.Change == nil {
		return
	}
	k := c.Facts.Blame.Change
	if !k.OfCluster() {
		adviseOnVersion(a, c, k)
		return
	}
	lookAtCluster(a, c.Facts)
	kind, known := cluster.Resource(k.Kind)
	if known {
		a.Look(step, "Shows what the change was.", "kubectl get %s %s -n %s -o yaml", kind, k.Object, k.Namespace)
	}
	switch {
	case k.Kind == "Deployment":
		a.Look(step, "Shows what can be gone back to.", "kubectl rollout history deployment/%s -n %s", k.Object, k.Namespace)
		if k.Action != incident.Scaled {
			a.Change(step, fmt.Sprintf("Goes back to the version of %s before the change.", k.Object), "kubectl rollout undo deployment/%s -n %s", k.Object, k.Namespace)
			a.After(step, "Waits until the earlier version serves.", "kubectl rollout status deployment/%s -n %s", k.Object, k.Namespace)
		}
	case known && k.Action == incident.Created && cluster.Removable(k.Kind):
		a.Change(step, fmt.Sprintf("Takes back %s, which was created before the trouble began; keep what `kubectl get -o yaml` shows, to apply it again.", k.Object),
			"kubectl delete %s %s -n %s", kind, k.Object, k.Namespace)
	}
}

// adviseOnVersion goes back to the version before, where it is known which deployment runs it. What else is changed outside of the cluster is
// taken back where it was made.
func adviseOnVersion(a *advice.Advice, c *incident.Case, k *incident.ClusterChange) {
	const step = "cause/changes"
	if k.Kind != incident.KindVersion && k.Kind != incident.KindRelease {
		return
	}
	d, known := deploymentOf(c, k.Of())
	if !known {
		return
	}
	a.Look(step, "Shows what can be gone back to.", "kubectl rollout history deployment/%s -n %s", d.name, d.namespace)
	a.Change(step, fmt.Sprintf("Goes back to the version of %s before the change.", k.Of()), "kubectl rollout undo deployment/%s -n %s", d.name, d.namespace)
	a.After(step, "Waits until the earlier version serves.", "kubectl rollout status deployment/%s -n %s", d.name, d.namespace)
}
