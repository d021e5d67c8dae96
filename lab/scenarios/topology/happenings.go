package topology

import (
	"fmt"
	"time"
)

const oldGo = 30 * time.Second // from a rollout until the pods of the old version go

// happen does what was planned for a moment.
func (g *generator) happen(h happening) {
	switch {
	case h.Rollout != nil:
		g.rollOut(h.at, *h.Rollout)
	case h.Scale != nil:
		g.scale(h.at, *h.Scale)
	case h.Event != nil:
		g.event(h.at, *h.Event)
		const again = 30 * time.Second
		if next := *h.Event; next.Until >= again {
			next.Until -= again
			next.Count++
			g.plan(h.at.Add(again), []Happening{{Event: &next}})
		}
	}
}

// rollOut replaces a service's pods by those of another version.
func (g *generator) rollOut(at time.Time, r Rollout) {
	c := g.cluster
	d, old := c.deployments[r.Service], c.byService[r.Service]
	service := old[0].service
	d.generation++
	d.version = r.Version
	leave := at.Add(oldGo)
	if r.Recreate {
		leave = at
	}
	gone := ""
	for _, p := range old {
		if p.there(at) {
			p.gone, gone = leave, p.replicaSet
			g.podEvent(p, leave, Event{Reason: "Killing", Message: "Stopping container " + service.Name, Count: 1, By: "kubelet"})
		}
	}
	for range d.replicas {
		g.begins(c.add(service, r.Version, at), at)
	}
	fresh := c.byService[r.Service][len(c.byService[r.Service])-1].replicaSet
	g.addReplicaSet(d, fresh, at)
	g.scaling(at, service, "up", fresh, d.replicas)
	g.scaling(leave, service, "down", gone, 0)
}

func (g *generator) scaling(at time.Time, s *Service, direction, set string, to int) {
	g.event(at, Event{Namespace: g.system.Namespace, Kind: "Deployment", Object: s.Name, Reason: "ScalingReplicaSet", Count: 1, By: "deployment-controller",
		Message: fmt.Sprintf("Scaled %s replica set %s to %d", direction, set, to)})
}

// begins writes the events of a new pod, as far as its container can start.
func (g *generator) begins(p *Pod, at time.Time) {
	image := fmt.Sprintf("registry.example/%s/%s:%s", g.system.Namespace, p.service.Name, p.Version)
	say := func(after time.Duration, reason, message, by string) {
		g.podEvent(p, at.Add(after), Event{Reason: reason, Message: message, Count: 1, By: by})
	}
	say(0, "Scheduled", fmt.Sprintf("Successfully assigned %s/%s to %s", g.system.Namespace, p.Name, p.Node), "default-scheduler")
	say(time.Second, "Pulled", fmt.Sprintf("Successfully pulled image %q in 4.1s", image), "kubelet")
	p.condition = Condition{}
	if p.service.Condition != nil {
		p.condition = p.service.Condition(g.situation(at, p, p.chance.At(at.Unix())))
	}
	if p.condition.Waits != "" {
		g.cluster.ends(p, at.Add(2*time.Second), p.condition)
		return
	}
	say(2*time.Second, "Started", "Started container "+p.service.Name, "kubelet")
}

// scale changes the number of a service's pods.
func (g *generator) scale(at time.Time, s Scale) {
	c := g.cluster
	d, pods := c.deployments[s.Service], c.byService[s.Service]
	service, direction := pods[0].service, "up"
	for range s.Replicas - d.replicas {
		g.begins(c.add(service, d.version, at), at)
	}
	for i, surplus := len(pods)-1, d.replicas-s.Replicas; i >= 0 && surplus > 0; i-- {
		if pods[i].there(at) {
			pods[i].gone, direction = at, "down"
			surplus--
		}
	}
	d.replicas = s.Replicas
	d.generation++
	g.scaling(at, service, direction, pods[len(pods)-1].replicaSet, s.Replicas)
}

// everyday is what goes on in every cluster, with or without an incident.
func everyday() []Happening {
	all := []Happening{}
	for minute := -118; minute <= 240; minute += 10 {
		at, job := time.Duration(minute)*time.Minute+7*time.Second, fmt.Sprintf("usage-export-%d", 29_400_000+minute)
		all = append(all,
			Happening{At: at, Event: &Event{Kind: "CronJob", Object: "usage-export", Reason: "SuccessfulCreate", Message: "Created job " + job, By: "cronjob-controller"}},
			Happening{At: at + 41*time.Second, Event: &Event{Kind: "Job", Object: job, Reason: "Completed", Message: "Job completed", By: "job-controller"}})
	}
	return all
}
