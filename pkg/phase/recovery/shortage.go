package recovery

import (
	"fmt"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// shortages advises on what there is too little of: connections, processors and memory within limits, pods for the load.
func (a *advice) shortages(c *incident.Case) {
	f := c.Facts
	if blamed(c.Facts, "load") {
		a.pods(c, c.Subject.Service)
	}
	if l := f.Lookups; l != nil && l.Abnormal && blamed(c.Facts, l.What) {
		a.lookups(*l)
	}
	if blamed(c.Facts, "connection pool") {
		a.pool(c)
	}
	if f.Saturation != nil {
		a.limits(c, f.Saturation)
	}
	if f.Blame != nil && f.Blame.Change == nil && f.Blame.Trouble != nil && f.Blame.Trouble.OutOfMemory {
		a.memoryOf(fromPods, deployment{f.Blame.Trouble.Namespace, f.Blame.Trouble.Workload})
	}
}

// limits advises on containers that came near a limit.
func (a *advice) limits(c *incident.Case, s *incident.Saturation) {
	if s.CPU != nil && blamed(c.Facts, "CPU limit") {
		a.pods(c, s.CPU.Service)
	}
	if s.Memory != nil && blamed(c.Facts, "memory limit") {
		a.memory(c, s.Memory.Service)
	}
}

// lookups asks the name server itself. What would help is not known without the cluster's own findings.
func (a *advice) lookups(l incident.Comparison) {
	if name, of := strings.CutPrefix(l.What, "DNS lookups of "); of {
		a.look(fromLookups, fmt.Sprintf("Shows how long the name server takes, and which it is. Run it where %s runs.", l.Service), "dig +tries=1 %s", name)
	}
}

// pods gives a service more pods.
func (a *advice) pods(c *incident.Case, service string) {
	d, known := deploymentOf(c, service)
	if !known {
		return
	}
	step := fromTraffic
	if service != c.Subject.Service || !blamed(c.Facts, "load") {
		step = fromLimits
	}
	a.look(step, "Shows how many pods there are, and how many the autoscaler may make.", "kubectl get deployment,hpa -n %s", d.namespace)
	a.look(step, "Shows how much each pod uses.", "kubectl top pods -n %s", d.namespace)
	if scaler, has := autoscaler(c.Facts, service); has {
		a.change(fromChanges, "Lets the autoscaler make more pods. Replace PODS by the most that there may be.",
			`kubectl patch hpa %s -n %s --patch '{"spec":{"maxReplicas":PODS}}'`, scaler.Object, scaler.Namespace)
	} else {
		a.change(step, "Runs more pods. Replace PODS by their number.", "kubectl scale deployment/%s -n %s --replicas=PODS", d.name, d.namespace)
	}
	a.after(step, "Waits until they serve.", "kubectl rollout status deployment/%s -n %s", d.name, d.namespace)
}

// autoscaler is the one that scaled a service's deployment around the incident.
func autoscaler(f incident.Facts, service string) (incident.ClusterChange, bool) {
	if f.Changes == nil {
		return incident.ClusterChange{}, false
	}
	for _, k := range f.Changes.List {
		if k.Kind == "HorizontalPodAutoscaler" && (k.Object == service || strings.HasPrefix(k.Object, service+"-")) {
			return k, true
		}
	}
	return incident.ClusterChange{}, false
}

// pool frees connections: it ends what holds them, or starts those again that wait.
func (a *advice) pool(c *incident.Case) {
	f := c.Facts
	if f.Shared != nil {
		earliest := f.Shared.Users[0]
		a.database(c, f.Shared.Name)
		a.jobs(c, earliest.Moved, fmt.Sprintf("connections to %s ran out", f.Shared.Name))
		for _, u := range f.Shared.Users {
			a.restart(c, u.Service)
		}
		return
	}
	if f.Pool != nil {
		a.database(c, "")
		a.jobs(c, f.Pool.Moved, fmt.Sprintf("%s ran out of connections", f.Pool.Service))
		a.restart(c, f.Pool.Service)
	}
}

// restart lets go of the connections that a service holds.
func (a *advice) restart(c *incident.Case, service string) {
	if d, known := deploymentOf(c, service); known {
		a.look(fromPool, fmt.Sprintf("Shows the pods of %s and their neighbours.", service), "kubectl get pods -n %s -o wide", d.namespace)
		a.change(fromPool, fmt.Sprintf("Starts the pods of %s again, one after the other: their connections are given back.", service), "kubectl rollout restart deployment/%s -n %s", d.name, d.namespace)
	}
}

// database looks for transactions that stay open, and ends them, where a span tells that the database is one whose tools are
// known.
func (a *advice) database(c *incident.Case, host string) {
	const open = "FROM pg_stat_activity WHERE xact_start < now() - make_interval(mins => 5)"
	for _, s := range spans(c.Facts) {
		system, at := convention.Database(s)
		if system != "postgresql" || at == "" || host != "" && at != host {
			continue
		}
		a.look(fromPool, "Shows transactions that have been open for five minutes, and who opened them.",
			"psql -h %s -c %s", at, "SELECT pid, application_name, client_addr, state, now() - xact_start AS open, query "+open+" ORDER BY xact_start")
		a.change(fromPool, "Ends these transactions, and what they did is undone.", "psql -h %s -c %s", at, "SELECT pg_terminate_backend(pid) "+open)
		return
	}
}

func (a *advice) memory(c *incident.Case, service string) {
	if d, known := deploymentOf(c, service); known {
		a.memoryOf(fromLimits, d)
	}
}

// memoryOf gives time to a service that runs out of memory: nothing that is known brings back a version that does not.
func (a *advice) memoryOf(step string, d deployment) {
	a.look(step, "Shows how much memory each pod has taken.", "kubectl top pods -n %s --sort-by=memory", d.namespace)
	a.look(step, "Shows the versions that can be gone back to.", "kubectl rollout history deployment/%s -n %s", d.name, d.namespace)
	a.change(step, fmt.Sprintf("Starts the pods of %s again before they are killed, one after the other. It gains time, and mends nothing.", d.name),
		"kubectl rollout restart deployment/%s -n %s", d.name, d.namespace)
	a.change(step, "Allows more memory, which gains time too. Replace MEMORY by an amount, such as 2Gi.",
		"kubectl set resources deployment/%s -n %s --limits=memory=MEMORY", d.name, d.namespace)
	a.after(step, "Waits until the new pods serve.", "kubectl rollout status deployment/%s -n %s", d.name, d.namespace)
}
