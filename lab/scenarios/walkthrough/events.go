package walkthrough

import (
	"fmt"
	"slices"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

// clusterEvent is a Kubernetes event.
type clusterEvent struct {
	at                           time.Time
	namespace, kind, object      string
	reason, message, reportingBy string
	warning                      bool
	count                        int
}

// step writes the events of a second.
func (k *kubernetes) step(g *generator, second time.Time) {
	for len(k.events) > 0 && k.events[0].at.Before(second.Add(time.Second)) {
		k.write(g, k.events[0])
		k.events = k.events[1:]
	}
	for _, p := range g.dns.pods {
		if g.dns.restarts.crashesAt(p, second) {
			count := g.dns.restarts.count(p, second.Add(time.Second))
			k.write(g, violation(p, second.Add(80*time.Millisecond), count+1))
			k.write(g, clusterEvent{at: second.Add(600 * time.Millisecond), namespace: kubeSystem, kind: "Pod", object: p.name, reason: "BackOff",
				message: "Back-off restarting failed container coredns in pod " + p.name, warning: true, count: count, reportingBy: "kubelet"})
		}
	}
}

func violation(p *dnsPod, at time.Time, count int) clusterEvent {
	return clusterEvent{at: at, namespace: kubeSystem, kind: "Pod", object: p.name, reason: "NetworkPolicyViolation", warning: true, count: count,
		message: fmt.Sprintf("Egress to %s denied by policy %q", apiServer, policyName), reportingBy: "network-policy-agent"}
}

// turn writes down what a fix or a relapse leaves in the cluster's events.
func (k *kubernetes) turn(at time.Time, fixed bool) {
	reason, message := "Created", "NetworkPolicy "+policyName+" created by kubectl"
	if fixed {
		reason, message = "Deleted", "NetworkPolicy "+policyName+" deleted by kubectl"
	}
	k.add(policyEvent(at.Add(100*time.Millisecond), reason, message))
	for _, p := range k.g.dns.pods {
		if fixed && p.gone.IsZero() {
			k.add(clusterEvent{at: at.Add(coreDNSRecovers).Add(p.late), namespace: kubeSystem, kind: "Pod", object: p.name, reason: "Started",
				message: "Started container coredns", count: 1, reportingBy: "kubelet"})
		}
	}
}

func (k *kubernetes) add(e clusterEvent) {
	k.events = append(k.events, e)
	slices.SortStableFunc(k.events, func(a, b clusterEvent) int { return a.at.Compare(b.at) })
}

func policyEvent(at time.Time, reason, message string) clusterEvent {
	return clusterEvent{at: at, namespace: kubeSystem, kind: "NetworkPolicy", object: policyName, reason: reason, message: message, count: 1,
		reportingBy: "network-policy-controller"}
}

// write adds an event to the logs in the form in which OpenTelemetry's receiver of Kubernetes events writes it.
func (k *kubernetes) write(g *generator, e clusterEvent) {
	key := e.namespace + "/" + e.kind + "/" + e.object
	resource := k.resources[key]
	if resource == nil {
		resource = synth.NewResource(synth.Attributes{
			{Key: "service.name", Value: "k8s-events"}, {Key: "k8s.cluster.name", Value: "shop-production"},
			{Key: "k8s.namespace.name", Value: e.namespace}, {Key: "k8s.object.kind", Value: e.kind}, {Key: "k8s.object.name", Value: e.object},
		})
		k.resources[key] = resource
	}
	severity, kind := plog.SeverityNumberInfo, "Normal"
	if e.warning {
		severity, kind = plog.SeverityNumberWarn, "Warning"
	}
	record := g.logs.Line(resource, e.at, severity, e.message)
	synth.Attributes{
		{Key: "k8s.event.reason", Value: e.reason}, {Key: "k8s.event.type", Value: kind}, {Key: "k8s.event.count", Value: e.count},
		{Key: "k8s.event.name", Value: fmt.Sprintf("%s.%x", e.object, e.at.UnixNano())}, {Key: "k8s.event.action", Value: ""},
		{Key: "k8s.event.reporting_component", Value: e.reportingBy}, {Key: "k8s.event.start_time", Value: e.at.Format(time.RFC3339)},
	}.PutInto(record.Attributes())
}

// clusterEvents are the events that do not depend on what is done: how the policy came, and everyday ones.
func clusterEvents(g *generator) []clusterEvent {
	events := append(policyEvents(g), everydayEvents(g)...)
	slices.SortStableFunc(events, func(a, b clusterEvent) int { return a.at.Compare(b.at) })
	return events
}

func policyEvents(g *generator) []clusterEvent {
	applied := g.alert.Add(policyApplied)
	events := []clusterEvent{policyEvent(applied, "Created", "NetworkPolicy "+policyName+" created by kubectl")}
	for _, p := range g.dns.pods {
		pod := clusterEvent{namespace: kubeSystem, kind: "Pod", object: p.name, count: 1, reportingBy: "kubelet"}
		if !p.gone.IsZero() {
			pod.at, pod.reason, pod.message = applied, "Killing", "Stopping container coredns"
			events = append(events, pod)
			continue
		}
		events = append(events,
			clusterEvent{at: applied, namespace: kubeSystem, kind: "ReplicaSet", object: coreDNSSet, reason: "SuccessfulCreate",
				message: "Created pod: " + p.name, count: 1, reportingBy: "replicaset-controller"})
		pod.at, pod.reason, pod.message = applied.Add(2*time.Second), "Started", "Started container coredns"
		events = append(events, pod, violation(p, applied.Add(3*time.Second).Add(p.late), 1))
	}
	return events
}

// everydayEvents have nothing to do with the fault.
func everydayEvents(g *generator) []clusterEvent {
	events := []clusterEvent{}
	for _, w := range workloads() {
		if w.rollout != 0 {
			events = append(events, rolloutEvents(g, w)...)
		}
		if w.restart != 0 {
			events = append(events, clusterEvent{at: g.alert.Add(w.restart), namespace: shop, kind: "Pod", object: g.cluster.byService[w.name][0].name,
				reason: "OOMKilling", message: "Memory cgroup out of memory: killed process of container " + w.name, warning: true, count: 1, reportingBy: "kubelet"})
		}
	}
	for minute := -118; minute <= 240; minute += 10 {
		at := g.alert.Add(time.Duration(minute)*time.Minute + 2*time.Second)
		job := fmt.Sprintf("stock-snapshot-%d", at.Unix()/60)
		events = append(events,
			clusterEvent{at: at, namespace: shop, kind: "CronJob", object: "stock-snapshot", reason: "SuccessfulCreate", message: "Created job " + job, count: 1, reportingBy: "cronjob-controller"},
			clusterEvent{at: at.Add(48 * time.Second), namespace: shop, kind: "Job", object: job, reason: "Completed", message: "Job completed", count: 1, reportingBy: "job-controller"})
	}
	for minute := -110; minute <= 240; minute += 20 {
		p := g.cluster.byService["search-service"][0]
		events = append(events, clusterEvent{at: g.alert.Add(time.Duration(minute) * time.Minute), namespace: shop, kind: "Pod", object: p.name,
			reason: "Unhealthy", message: "Readiness probe failed: index is being merged", warning: true, count: (minute + 130) / 20, reportingBy: "kubelet"})
	}
	scaler := clusterEvent{namespace: shop, kind: "HorizontalPodAutoscaler", object: "storefront", count: 1, reportingBy: "horizontal-pod-autoscaler"}
	scaler.at, scaler.reason, scaler.message = g.alert.Add(-72*time.Minute), "SuccessfulRescale", "New size: 1; reason: All metrics below target"
	return append(events, scaler)
}

func rolloutEvents(g *generator, w workload) []clusterEvent {
	at := g.alert.Add(w.rollout)
	pods := g.cluster.byService[w.name]
	old, fresh := pods[0], pods[len(pods)-1]
	event := func(after time.Duration, kind, object, reason, message, by string) clusterEvent {
		return clusterEvent{at: at.Add(after), namespace: shop, kind: kind, object: object, reason: reason, message: message, count: 1, reportingBy: by}
	}
	image := "registry.shop.internal/" + w.name + ":" + w.newVersion
	return []clusterEvent{
		event(-8*time.Second, "Deployment", w.name, "ScalingReplicaSet", "Scaled up replica set "+fresh.replicaSet+" to 1", "deployment-controller"),
		event(-7*time.Second, "Pod", fresh.name, "Pulling", "Pulling image \""+image+"\"", "kubelet"),
		event(-3*time.Second, "Pod", fresh.name, "Pulled", "Successfully pulled image \""+image+"\" in 3.9s", "kubelet"),
		event(-2*time.Second, "Pod", fresh.name, "Started", "Started container "+w.name, "kubelet"),
		event(0, "Deployment", w.name, "ScalingReplicaSet", "Scaled down replica set "+old.replicaSet+" to 0", "deployment-controller"),
		event(time.Second, "Pod", old.name, "Killing", "Stopping container "+w.name, "kubelet"),
	}
}
