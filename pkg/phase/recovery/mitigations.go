package recovery

import (
	"fmt"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// Mitigations turns what was found into commands: first those that only look, then those that would change something.
func Mitigations() phase.Step {
	return phase.Step{
		Phase: incident.PhaseRecovery,
		ID:    "mitigations",
		Title: "What to run",
		NeedsOne: []incident.Fact{incident.FactPods, incident.FactEvents, incident.FactChanges, incident.FactInfraLogs, incident.FactSurroundings,
			incident.FactLookups, incident.FactPool, incident.FactSaturation, incident.FactTraffic},
		Awaits: []incident.Fact{incident.FactVerdict},
		Plan:   func(*incident.Case) ([]source.Question, error) { return nil, nil },
		Read:   readMitigations,
	}
}

// The steps whose findings commands follow from.
const (
	fromPods         = "cause/pods"
	fromEvents       = "cause/events"
	fromChanges      = "cause/changes"
	fromSurroundings = "cause/surroundings"
	fromLookups      = "cause/lookups"
	fromPool         = "cause/pool"
	fromLimits       = "cause/limits"
	fromTraffic      = "impact/request-rate"
)

const mostLookedAt = 3 // workloads to look at when the verdict points at none

func readMitigations(c *incident.Case, _ source.Answers) (phase.Reading, error) {
	var a advice
	a.surroundings(c)
	a.shortages(c)
	a.troubles(c.Facts)
	a.takeBack(c.Facts)
	if len(a.looks)+len(a.remedies) == 0 {
		return phase.ClearBecause(incident.Finding{Severity: incident.Normal, Sentence: "Nothing that was found calls for a command.",
			Values: []incident.Value{{Name: "commands", Value: 0, Unit: incident.Count}}}), nil
	}
	var findings []incident.Finding
	add := func(sentence, name string, severity incident.Severity, commands []incident.Command) {
		if len(commands) > 0 {
			findings = append(findings, incident.Finding{Severity: severity, Sentence: sentence, Evidence: incident.Evidence{Commands: commands},
				Values: []incident.Value{{Name: name, Value: float64(len(commands)), Unit: incident.Count}}})
		}
	}
	add("To check first; these only look.", "checks", incident.Info, a.looks)
	add("To consider, once the checks agree; these change something.", "mitigations", incident.Warning, a.remedies)
	return phase.FoundThat(findings...), nil
}

// troubles shows what was found in the cluster as it is now.
func (a *advice) troubles(f incident.Facts) {
	for _, t := range troublesToLookAt(f) {
		a.look(fromPods, fmt.Sprintf("Shows whether the pods of %s are still in trouble.", t.Workload), "kubectl get pods -n %s -o wide", t.Namespace)
		if len(t.Pods) > 0 && t.Restarts > 0 {
			a.look(fromPods, "Shows what the container said before it ended.", "kubectl logs %s -n %s --previous --tail=50", t.Pods[0], t.Namespace)
		} else if len(t.Pods) > 0 {
			a.look(fromPods, "Shows why the pod is not ready.", "kubectl describe pod %s -n %s", t.Pods[0], t.Namespace)
		}
	}
	if f.Events != nil {
		for _, w := range f.Events.Warnings {
			if f.Blame == nil || f.Blame.Trouble == nil || f.Blame.Trouble.Namespace == w.Namespace {
				a.look(fromEvents, fmt.Sprintf("Shows whether Kubernetes still warns of %s.", w.Workload), "kubectl get events -n %s --sort-by=.lastTimestamp", w.Namespace)
			}
		}
	}
	k := blamedChange(f)
	if k == nil {
		return
	}
	if kind, known := resource(k.Kind); known {
		a.look(fromChanges, "Shows what the change was.", "kubectl get %s %s -n %s -o yaml", kind, k.Object, k.Namespace)
	}
	if k.Kind == "Deployment" {
		a.look(fromChanges, "Shows what can be gone back to.", "kubectl rollout history deployment/%s -n %s", k.Object, k.Namespace)
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

func blamedChange(f incident.Facts) *incident.ClusterChange {
	if f.Blame == nil {
		return nil
	}
	return f.Blame.Change
}

// takeBack takes the blamed change back.
func (a *advice) takeBack(f incident.Facts) {
	k := blamedChange(f)
	if k == nil {
		return
	}
	kind, known := resource(k.Kind)
	switch {
	case k.Kind == "Deployment" && k.What != "scaled":
		a.change(fromChanges, fmt.Sprintf("Goes back to the version of %s before the change.", k.Object), "kubectl rollout undo deployment/%s -n %s", k.Object, k.Namespace)
		a.after(fromChanges, "Waits until the earlier version serves.", "kubectl rollout status deployment/%s -n %s", k.Object, k.Namespace)
	case known && k.What == "created" && removable(k.Kind):
		a.change(fromChanges, fmt.Sprintf("Takes back %s, which was created before the trouble began; keep what `kubectl get -o yaml` shows, to apply it again.", k.Object),
			"kubectl delete %s %s -n %s", kind, k.Object, k.Namespace)
	}
}

// resource is what kubectl calls a kind of object; false for kinds that are not known to it.
func resource(kind string) (string, bool) {
	name, known := map[string]string{"NetworkPolicy": "networkpolicy", "ConfigMap": "configmap", "Ingress": "ingress", "Deployment": "deployment",
		"StatefulSet": "statefulset", "DaemonSet": "daemonset", "Service": "service", "HorizontalPodAutoscaler": "hpa", "PodDisruptionBudget": "pdb",
		"CiliumNetworkPolicy": "ciliumnetworkpolicy", "ResourceQuota": "resourcequota", "LimitRange": "limitrange"}[kind]
	return name, known
}

// removable says whether taking away a new object of this kind brings back what was before, and nothing runs in it.
func removable(kind string) bool {
	return slices.Contains([]string{"NetworkPolicy", "CiliumNetworkPolicy", "ResourceQuota", "LimitRange"}, kind)
}
