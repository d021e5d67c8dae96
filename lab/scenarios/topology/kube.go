package topology

import (
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

// pairs makes attributes of names and values in turn.
func pairs(namesAndValues ...string) synth.Attributes {
	out := synth.Attributes{}
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		out = append(out, synth.Attribute{Key: namesAndValues[i], Value: namesAndValues[i+1]})
	}
	return out
}

func one(holds bool) float64 {
	if holds {
		return 1
	}
	return 0
}

// addPod registers what kube-state-metrics and the kubelet tell of a pod while it exists.
func (g *generator) addPod(p *Pod) {
	add := func(resource *synth.Resource, name string, counter bool, read func(at time.Time) (float64, bool), more ...string) {
		labels := append([]string{"namespace", g.system.Namespace, "pod", p.Name}, more...)
		g.recorder.Add(synth.Series{Resource: resource, Name: name, Counter: counter, Start: g.begin, Attributes: pairs(labels...), Read: read, Alive: p.there})
	}
	always := func(value float64) func(time.Time) (float64, bool) {
		return func(time.Time) (float64, bool) { return value, true }
	}
	when := func(holds func(at time.Time) bool) func(time.Time) (float64, bool) {
		return func(at time.Time) (float64, bool) { return one(holds(at)), true }
	}
	only := func(holds func() bool) func(time.Time) (float64, bool) {
		return func(time.Time) (float64, bool) { return 1, holds() }
	}
	state, container := g.kubernetes, []string{"container", p.service.Name}
	with := func(more ...string) []string { return append(append([]string{}, container...), more...) }
	add(state, "kube_pod_info", false, always(1), "node", p.Node, "pod_ip", p.address, "created_by_kind", "ReplicaSet", "created_by_name", p.replicaSet)
	add(state, "kube_pod_created", false, always(float64(p.Created.Unix())))
	add(state, "kube_pod_status_phase", false, when(func(time.Time) bool { return !p.pending() }), "phase", "Running")
	add(state, "kube_pod_status_phase", false, when(func(time.Time) bool { return p.pending() }), "phase", "Pending")
	add(state, "kube_pod_status_ready", false, when(p.ready), "condition", "true")
	add(state, "kube_pod_status_ready", false, when(func(at time.Time) bool { return !p.ready(at) }), "condition", "false")
	add(state, "kube_pod_container_resource_limits", false, always(p.service.CPU), with("resource", "cpu", "unit", "core")...)
	add(state, "kube_pod_container_resource_limits", false, always(p.service.Memory), with("resource", "memory", "unit", "byte")...)
	add(state, "kube_pod_container_status_restarts_total", true, func(time.Time) (float64, bool) { return float64(p.restarts), true }, container...)
	if p.service.Condition != nil {
		for _, reason := range []string{"CrashLoopBackOff", "CreateContainerConfigError"} {
			add(state, "kube_pod_container_status_waiting_reason", false, only(func() bool { return p.condition.Waits == reason }), with("reason", reason)...)
		}
		for _, reason := range []string{"OOMKilled", "Error"} {
			add(state, "kube_pod_container_status_last_terminated_reason", false, only(func() bool { return p.ended == reason }), with("reason", reason)...)
		}
	}
	running := func(value func() float64) func(at time.Time) (float64, bool) {
		return func(at time.Time) (float64, bool) { return value(), p.runs(at) }
	}
	add(g.kubelet, "container_cpu_usage_seconds_total", true, running(func() float64 { return p.cpuSeconds }), container...)
	add(g.kubelet, "container_cpu_cfs_periods_total", true, running(func() float64 { return float64(int(p.periods)) }), container...)
	add(g.kubelet, "container_cpu_cfs_throttled_periods_total", true, running(func() float64 { return float64(int(p.throttled)) }), container...)
	add(g.kubelet, "container_memory_working_set_bytes", false, running(p.memory), container...)
}

// pending says whether the container never ran.
func (p *Pod) pending() bool { return p.condition.Waits == "CreateContainerConfigError" }

// use counts what a pod uses in a second.
func (p *Pod) use(second time.Time) {
	if p.condition.Waits != "" {
		return
	}
	share := p.condition.CPU
	if share == 0 {
		share = 0.12 + 0.2*p.chance.Unit(-1)
	}
	p.cpuSeconds += p.service.CPU * share * (0.9 + 0.2*p.chance.Unit(second.Unix()))
	p.periods += 10
	p.throttled += 10 * max(p.condition.Throttled, 0.015)
}

// memory is a pod's working set in bytes.
func (p *Pod) memory() float64 {
	share := p.condition.Memory
	if share == 0 {
		share = 0.4 + 0.2*p.chance.Unit(-2)
	}
	return float64(int(share * p.service.Memory))
}

// addDeployment registers what is told of a service's deployment.
func (g *generator) addDeployment(s *Service, d *deployment) {
	add := func(name string, read func(at time.Time) float64) {
		g.recorder.Add(synth.Series{Resource: g.kubernetes, Name: name, Attributes: pairs("namespace", g.system.Namespace, "deployment", s.Name),
			Read: func(at time.Time) (float64, bool) { return read(at), true }})
	}
	add("kube_deployment_spec_replicas", func(time.Time) float64 { return float64(d.replicas) })
	add("kube_deployment_status_observed_generation", func(time.Time) float64 { return float64(d.generation) })
	add("kube_deployment_status_replicas_available", func(at time.Time) float64 {
		available := 0
		for _, p := range g.cluster.byService[s.Name] {
			if p.ready(at) && (p.gone.IsZero() || at.Before(p.gone)) {
				available++
			}
		}
		return float64(min(available, d.replicas))
	})
	if pods := g.cluster.byService[s.Name]; len(pods) > 0 {
		g.addReplicaSet(d, pods[0].replicaSet, pods[0].Created)
	}
}

// addReplicaSet registers when a replica set was made, once.
func (g *generator) addReplicaSet(d *deployment, name string, created time.Time) {
	if d.sets[name] {
		return
	}
	d.sets[name] = true
	g.recorder.Add(synth.Series{Resource: g.kubernetes, Name: "kube_replicaset_created", Attributes: pairs("namespace", g.system.Namespace, "replicaset", name),
		Read: func(time.Time) (float64, bool) { return float64(created.Unix()), true }})
}
