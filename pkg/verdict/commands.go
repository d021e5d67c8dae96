package verdict

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict/advice"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// startedWithin is how long before a shortage a job may have started to be suspected of it.
const startedWithin = 5 * time.Minute

// deployment is where a service runs, as Kubernetes names it.
type deployment struct{ namespace, name string }

// deploymentOf is the deployment of a service: as spans of it tell, else by the service's own name, in the namespace of the
// service that was asked about. It is false where no namespace is known, or nobody has met a service of that name.
func deploymentOf(c *incident.Case, service string) (deployment, bool) {
	namespace := ""
	for _, s := range readSpans(c.Facts) {
		switch {
		case s.Service == service && convention.Namespace(s) != "":
			found := deployment{convention.Namespace(s), convention.Deployment(s)}
			if found.name == "" {
				found.name = service
			}
			return found, true
		case s.Service == c.Subject.Service && namespace == "":
			namespace = convention.Namespace(s)
		}
	}
	return deployment{namespace, service}, namespace != "" && isKnown(c, service)
}

// isKnown says whether the spans of the requests, or the metrics of the calls between services, name a service.
func isKnown(c *incident.Case, service string) bool {
	f := c.Facts
	return service == c.Subject.Service || f.Callees != nil && slices.Contains(f.Callees.Services, service) ||
		f.Neighbours != nil && slices.Contains(f.Neighbours.Services, service)
}

// readSpans are those that were read with all that they say: of the example, and its culprit.
func readSpans(f incident.Facts) []incident.Span {
	var all []incident.Span
	if f.Culprit != nil {
		all = append(all, f.Culprit.Span)
	}
	if f.Example != nil {
		all = append(all, f.Example.Trace.Spans...)
	}
	return all
}

// startedJobs ends jobs that started when something ran short.
func startedJobs(a *advice.Advice, c *incident.Case, moved *incident.MovedAt, what string) {
	const step = "cause/events"
	if c.Facts.Events == nil || moved == nil {
		return
	}
	for _, job := range c.Facts.Events.Jobs {
		if job.At.After(moved.Latest) || job.At.Before(moved.Earliest.Add(-startedWithin)) {
			continue
		}
		a.LookWith(step, wording.Textf("Shows where the job runs that started at %s.", wording.Clock(job.At)), "kubectl get pods -n %s -o wide -l %s", job.Namespace, "job-name="+job.Job)
		a.ChangeWith(step, wording.Textf("Ends the job, which started at %s, just before %s. Ask its owners whether it may be ended.", wording.Clock(job.At), what),
			"kubectl delete job %s -n %s", job.Job, job.Namespace)
	}
}

// morePods gives a service more pods.
func morePods(a *advice.Advice, c *incident.Case, service, step string) {
	d, known := deploymentOf(c, service)
	if !known {
		return
	}
	a.Look(step, "Shows how many pods there are, and how many the autoscaler may make.", "kubectl get deployment,hpa -n %s", d.namespace)
	a.Look(step, "Shows how much each pod uses.", "kubectl top pods -n %s", d.namespace)
	if scaler, has := autoscaler(c.Facts, service); has {
		a.Change("cause/changes", "Lets the autoscaler make more pods. Replace PODS by the most that there may be.",
			`kubectl patch hpa %s -n %s --patch '{"spec":{"maxReplicas":PODS}}'`, scaler.Object, scaler.Namespace)
	} else {
		a.Change(step, "Runs more pods. Replace PODS by their number.", "kubectl scale deployment/%s -n %s --replicas=PODS", d.name, d.namespace)
	}
	a.After(step, "Waits until they serve.", "kubectl rollout status deployment/%s -n %s", d.name, d.namespace)
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

// restart lets go of the connections that a service holds.
func restart(a *advice.Advice, c *incident.Case, service string) {
	if d, known := deploymentOf(c, service); known {
		a.Look("cause/pool", fmt.Sprintf("Shows the pods of %s and their neighbours.", service), "kubectl get pods -n %s -o wide", d.namespace)
		a.Change("cause/pool", fmt.Sprintf("Starts the pods of %s again, one after the other: their connections are given back.", service),
			"kubectl rollout restart deployment/%s -n %s", d.name, d.namespace)
	}
}

// openTransactions looks for transactions that stay open, and ends them, where a span tells that the database is one whose
// tools are known. An empty host means any.
func openTransactions(a *advice.Advice, c *incident.Case, host string) {
	const open = "FROM pg_stat_activity WHERE xact_start < now() - make_interval(mins => 5)"
	for _, s := range readSpans(c.Facts) {
		system, at := convention.Database(s)
		if system != "postgresql" || at == "" || host != "" && at != host {
			continue
		}
		a.Look("cause/pool", "Shows transactions that have been open for five minutes, and who opened them.",
			"psql -h %s -c %s", at, "SELECT pid, application_name, client_addr, state, now() - xact_start AS open, query "+open+" ORDER BY xact_start")
		a.Change("cause/pool", "Ends these transactions, and what they did is undone.", "psql -h %s -c %s", at, "SELECT pg_terminate_backend(pid) "+open)
		return
	}
}

// moreMemory gives time to a service that runs out of memory: nothing that is known brings back a version that does not.
func moreMemory(a *advice.Advice, step string, d deployment) {
	a.Look(step, "Shows how much memory each pod has taken.", "kubectl top pods -n %s --sort-by=memory", d.namespace)
	a.Look(step, "Shows the versions that can be gone back to.", "kubectl rollout history deployment/%s -n %s", d.name, d.namespace)
	a.Change(step, fmt.Sprintf("Starts the pods of %s again before they are killed, one after the other. It gains time, and fixes nothing.", d.name),
		"kubectl rollout restart deployment/%s -n %s", d.name, d.namespace)
	a.Change(step, "Allows more memory, which gains time too. Replace MEMORY by an amount, such as 2Gi.",
		"kubectl set resources deployment/%s -n %s --limits=memory=MEMORY", d.name, d.namespace)
	a.After(step, "Waits until the new pods serve.", "kubectl rollout status deployment/%s -n %s", d.name, d.namespace)
}
