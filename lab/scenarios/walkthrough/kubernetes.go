package walkthrough

import (
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

// kubernetes is the state of the cluster as kube-state-metrics tells it, and its events.
type kubernetes struct {
	g         *generator
	resource  *synth.Resource
	events    []clusterEvent // still to come, in order of time
	resources map[string]*synth.Resource
}

func newKubernetes(g *generator) *kubernetes {
	k := &kubernetes{g: g, resources: map[string]*synth.Resource{}}
	k.resource = synth.NewResource(synth.Attributes{
		{Key: "service.name", Value: "kube-state-metrics"}, {Key: "service.instance.id", Value: "10.244.0.9:8080"},
	})
	for _, p := range g.cluster.pods {
		k.addPod(p, func(time.Time) int { return 0 }, func(at time.Time) bool { return servesReady(p, at) })
	}
	for _, p := range g.dns.pods {
		k.addPod(p.pod, func(at time.Time) int { return g.dns.restarts.count(p, at) },
			func(at time.Time) bool { return !g.dns.restarts.down(p, at) })
		k.addCrashLoop(p)
	}
	for _, w := range workloads() {
		w.namespace = shop
		k.addDeployment(w, func(time.Time) int { return w.replicas })
	}
	dns := workload{name: coreDNS, namespace: kubeSystem, replicas: 2, age: 210 * day, generation: 6}
	k.addDeployment(dns, func(at time.Time) int {
		ready := 0
		for _, p := range g.dns.pods {
			if p.alive(at) && !g.dns.restarts.down(p, at) {
				ready++
			}
		}
		return ready
	})
	exporter := synth.NewResource(synth.Attributes{{Key: "service.name", Value: "node-exporter"}})
	for _, node := range []string{"node-a", "node-b", "node-c"} {
		g.recorder.Add(synth.Series{Resource: exporter, Name: "node_pressure_cpu_waiting_seconds_total", Counter: true, Start: g.begin,
			Attributes: pairs([]string{"node", node}), Read: func(at time.Time) (float64, bool) { return 0.02 * at.Sub(g.begin).Seconds(), true }})
		k.gauge("kube_node_status_condition", always(1), "node", node, "condition", "Ready", "status", "true")
		k.gauge("kube_node_status_condition", always(0), "node", node, "condition", "MemoryPressure", "status", "true")
		k.gauge("kube_node_status_condition", always(0), "node", node, "condition", "DiskPressure", "status", "true")
	}
	k.addPolicies()
	k.events = clusterEvents(g)
	return k
}

func always(value float64) synth.Reading {
	return func(time.Time) (float64, bool) { return value, true }
}

func yes(holds func(at time.Time) bool) synth.Reading {
	return func(at time.Time) (float64, bool) {
		if holds(at) {
			return 1, true
		}
		return 0, true
	}
}

func since(at time.Time) synth.Reading { return always(float64(at.Unix())) }

// gauge adds a series whose attributes are given as names and values in turn.
func (k *kubernetes) gauge(name string, read synth.Reading, attributes ...string) {
	k.g.recorder.Add(synth.Series{Resource: k.resource, Name: name, Attributes: pairs(attributes), Read: read})
}

func pairs(namesAndValues []string) synth.Attributes {
	out := synth.Attributes{}
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		out = append(out, synth.Attribute{Key: namesAndValues[i], Value: namesAndValues[i+1]})
	}
	return out
}

// servesReady says whether a pod takes requests. Search's does not for half a minute every twenty; nobody minds.
func servesReady(p *pod, at time.Time) bool {
	return p.workload.name != "search-service" || at.Unix()%1200 >= 30
}

// addPod registers what is told of one pod while it exists.
func (k *kubernetes) addPod(p *pod, restarts func(time.Time) int, ready func(time.Time) bool) {
	namespace, name, container := p.workload.namespace, p.name, p.workload.name
	add := func(metric string, read synth.Reading, more ...string) {
		k.gauge(metric, whileAlive(p, read), append([]string{"namespace", namespace, "pod", name}, more...)...)
	}
	add("kube_pod_info", always(1), "node", p.node, "pod_ip", p.address, "created_by_kind", "ReplicaSet", "created_by_name", p.replicaSet)
	add("kube_pod_created", since(p.created))
	add("kube_pod_owner", always(1), "owner_kind", "ReplicaSet", "owner_name", p.replicaSet, "owner_is_controller", "true")
	add("kube_pod_status_phase", always(1), "phase", "Running")
	add("kube_pod_status_phase", always(0), "phase", "Pending")
	add("kube_pod_status_ready", yes(ready), "condition", "true")
	add("kube_pod_status_ready", yes(func(at time.Time) bool { return !ready(at) }), "condition", "false")
	add("kube_pod_container_status_ready", yes(ready), "container", container)
	add("kube_pod_container_resource_limits", always(p.workload.cpu), "container", container, "resource", "cpu", "unit", "core")
	add("kube_pod_container_resource_limits", always(p.workload.memory), "container", container, "resource", "memory", "unit", "byte")
	k.g.recorder.Add(synth.Series{
		Resource: k.resource, Name: "kube_pod_container_status_restarts_total", Counter: true, Start: k.g.begin, Alive: p.alive,
		Attributes: pairs([]string{"namespace", namespace, "pod", name, "container", container}),
		Read: func(at time.Time) (float64, bool) {
			count := restarts(at)
			if !p.restarted.IsZero() && at.After(p.restarted) {
				count++
			}
			return float64(count), true
		},
	})
	if !p.restarted.IsZero() {
		k.gauge("kube_pod_container_status_last_terminated_reason", whileAlive(p, func(at time.Time) (float64, bool) {
			return 1, at.After(p.restarted)
		}), "namespace", namespace, "pod", name, "container", container, "reason", "OOMKilled")
	}
}

func whileAlive(p *pod, read synth.Reading) synth.Reading {
	return func(at time.Time) (float64, bool) {
		value, ok := read(at)
		return value, ok && p.alive(at)
	}
}

// addCrashLoop registers what is told only of a pod that crashes.
func (k *kubernetes) addCrashLoop(p *dnsPod) {
	r := k.g.dns.restarts
	labels := []string{"namespace", kubeSystem, "pod", p.name, "container", coreDNS}
	k.gauge("kube_pod_container_status_waiting_reason", func(at time.Time) (float64, bool) {
		return 1, p.alive(at) && r.down(p, at)
	}, append(labels, "reason", "CrashLoopBackOff")...)
	k.gauge("kube_pod_container_status_last_terminated_reason", func(at time.Time) (float64, bool) {
		return 1, p.alive(at) && r.count(p, at) > 0
	}, append(labels, "reason", "Error")...)
}

// addDeployment registers what is told of a deployment and its newest replica sets.
func (k *kubernetes) addDeployment(w workload, available func(at time.Time) int) {
	add := func(metric string, read synth.Reading) {
		k.gauge(metric, read, "namespace", w.namespace, "deployment", w.name)
	}
	generation := func(at time.Time) (float64, bool) {
		if w.rollout != 0 && !at.Before(k.g.alert.Add(w.rollout)) {
			return float64(w.generation + 1), true
		}
		return float64(w.generation), true
	}
	add("kube_deployment_created", since(k.g.alert.Add(-w.age-90*day)))
	add("kube_deployment_spec_replicas", always(float64(w.replicas)))
	add("kube_deployment_status_replicas", always(float64(w.replicas)))
	add("kube_deployment_status_replicas_available", func(at time.Time) (float64, bool) { return float64(available(at)), true })
	add("kube_deployment_status_observed_generation", generation)
	sets := map[string]bool{}
	for _, p := range k.g.cluster.byService[w.name] {
		if !sets[p.replicaSet] {
			sets[p.replicaSet] = true
			born := p.created
			k.gauge("kube_replicaset_created", func(at time.Time) (float64, bool) {
				return float64(born.Unix()), !at.Before(born)
			}, "namespace", w.namespace, "replicaset", p.replicaSet)
		}
	}
}

// addPolicies registers the network policies; one of them has a story.
func (k *kubernetes) addPolicies() {
	k.gauge("kube_networkpolicy_created", since(k.g.alert.Add(-120*day)), "namespace", shop, "networkpolicy", "default-deny-ingress")
	k.gauge("kube_networkpolicy_created", func(at time.Time) (float64, bool) {
		applied := k.g.alert.Add(policyApplied)
		if last, ok := k.g.story.last(at); ok {
			applied = last.At
		}
		return float64(applied.Unix()), k.g.story.policyInForce(at)
	}, "namespace", kubeSystem, "networkpolicy", policyName)
}
