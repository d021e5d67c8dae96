package topology

import (
	"fmt"
	"math/rand/v2"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

const (
	startsAfter = 25 * time.Second // from a pod's making until it takes requests
	usualAge    = 9 * 24 * time.Hour
)

// Pod is one pod; it is also one process with its own counters.
type Pod struct {
	Name, Node, Zone, Version string
	// Created is when it was made; Runs since when its container runs, zero while it does not.
	Created, Runs time.Time

	service    *Service
	replicaSet string
	address    string
	gone       time.Time // zero as long as it stays
	began      time.Time // since when it counts
	condition  Condition
	ended      string // how its container ended last
	restarts   int
	resource   *synth.Resource
	cpuSeconds float64
	periods    float64
	throttled  float64
	chance     synth.Stream
}

func (p *Pod) there(at time.Time) bool { return p.gone.IsZero() || at.Before(p.gone) }

// runs says whether its container runs, and so reports.
func (p *Pod) runs(at time.Time) bool { return p.there(at) && p.condition.Waits == "" }

// ready says whether it takes requests.
func (p *Pod) ready(at time.Time) bool {
	return p.runs(at) && !p.condition.NotReady && !at.Before(p.Created.Add(startsAfter))
}

// cluster holds the pods.
type cluster struct {
	g           *generator
	pods        []*Pod
	byService   map[string][]*Pod
	deployments map[string]*deployment
}

// deployment is what is wanted of a service.
type deployment struct {
	replicas, generation int
	version              string
	sets                 map[string]bool // replica sets of which is told
}

func newCluster(g *generator) *cluster {
	c := &cluster{g: g, byService: map[string][]*Pod{}, deployments: map[string]*deployment{}}
	g.cluster = c
	for i := range g.system.Services {
		s := &g.system.Services[i]
		d := &deployment{replicas: s.Replicas, generation: 7 + 5*len(s.Name), version: s.Version, sets: map[string]bool{}}
		c.deployments[s.Name] = d
		for range s.Replicas {
			c.add(s, s.Version, g.alert.Add(-usualAge-time.Duration(len(s.Name))*26*time.Hour))
		}
		g.addDeployment(s, d)
	}
	return c
}

// add makes a pod and registers what is told of it.
func (c *cluster) add(s *Service, version string, created time.Time) *Pod {
	number := len(c.byService[s.Name])
	names := synth.Seed(1).Stream(s.Name + " " + version)
	// Pods are spread over the nodes; the replicas of a service lie on different ones.
	node := c.g.system.Nodes[(number+len(s.Name))%len(c.g.system.Nodes)]
	p := &Pod{service: s, Version: version, Created: created, Runs: created, Node: node.Name, Zone: node.Zone, began: c.g.begin,
		replicaSet: s.Name + "-" + letters(names, 0, 9), address: fmt.Sprintf("10.42.%d.%d", len(c.pods)%4, 20+len(c.pods))}
	if created.After(c.g.begin) {
		p.began = created
	}
	p.Name = p.replicaSet + "-" + letters(names, int64(20+10*number), 5)
	p.chance = c.g.seed.Stream("pod " + p.Name)
	p.resource = synth.NewResource(c.describe(p))
	c.pods = append(c.pods, p)
	c.byService[s.Name] = append(c.byService[s.Name], p)
	c.g.addPod(p)
	for _, gauge := range s.Gauges {
		c.g.addGauge(p.resource, gauge, p)
	}
	return p
}

func (c *cluster) describe(p *Pod) synth.Attributes {
	return synth.Attributes{
		{Key: "service.name", Value: p.service.Name}, {Key: "service.namespace", Value: c.g.system.Namespace},
		{Key: "service.version", Value: p.Version}, {Key: "service.instance.id", Value: p.Name},
		{Key: "deployment.environment.name", Value: "production"},
		{Key: "k8s.cluster.name", Value: c.g.system.Cluster}, {Key: "k8s.namespace.name", Value: c.g.system.Namespace},
		{Key: "k8s.deployment.name", Value: p.service.Name}, {Key: "k8s.pod.name", Value: p.Name},
		{Key: "k8s.node.name", Value: p.Node}, {Key: "cloud.availability_zone", Value: p.Zone},
		{Key: "telemetry.sdk.language", Value: p.service.Language},
	}
}

// letters makes the kind of suffix that Kubernetes gives to names. A hash has a digit.
func letters(stream synth.Stream, from int64, count int) string {
	const alphabet = "bcdfghjklmnpqrstvwxz2456789"
	out := make([]byte, count)
	for i := range out {
		out[i] = alphabet[int(stream.Unit(from+int64(i))*float64(len(alphabet)))]
	}
	out[1] = alphabet[20+int(stream.Unit(from+50)*7)]
	return string(out)
}

// serving is the pod that takes a request; nil when none does.
func (c *cluster) serving(service string, at time.Time, random *rand.Rand) *Pod {
	var ready []*Pod
	for _, p := range c.byService[service] {
		if p.ready(at) {
			ready = append(ready, p)
		}
	}
	if len(ready) == 0 {
		return nil
	}
	return ready[random.IntN(len(ready))]
}

// step lets a second pass for every pod.
func (c *cluster) step(second time.Time) {
	for _, p := range c.pods {
		if !p.there(second) {
			continue
		}
		now := Condition{}
		if p.service.Condition != nil {
			now = p.service.Condition(c.g.situation(second, p, p.chance.At(second.Unix())))
		}
		before := p.condition
		p.condition = now
		switch {
		case before.Waits == "" && now.Waits != "":
			c.ends(p, second, now)
		case before.Waits != "" && now.Waits == "":
			c.starts(p, second)
		}
		p.use(second)
	}
}

// ends is when a container ends, or cannot start.
func (c *cluster) ends(p *Pod, second time.Time, now Condition) {
	p.Runs = time.Time{}
	if now.Ended != "" {
		p.ended = now.Ended
	}
	c.g.podEvent(p, second, Event{Reason: waitEvent(now.Waits), Message: now.Said, Warning: true, Count: p.restarts + 1, By: "kubelet"})
}

// waitEvent is the reason of the kubelet's event of a container that waits.
func waitEvent(waits string) string {
	if waits == "CrashLoopBackOff" {
		return "BackOff"
	}
	return "Failed"
}

// starts is when a container starts again, with all counters at zero.
func (c *cluster) starts(p *Pod, second time.Time) {
	p.restarts++
	p.Runs, p.began, p.cpuSeconds, p.periods, p.throttled = second, second, 0, 0, 0
	c.g.counts.restart(p, second)
	c.g.podEvent(p, second, Event{Reason: "Started", Message: "Started container " + p.service.Name, Count: p.restarts + 1, By: "kubelet"})
	c.g.line(p, second, "info", "main", p.service.Name+" "+p.Version+" started", "", nil)
}

// podEvent writes an event of a pod.
func (g *generator) podEvent(p *Pod, at time.Time, e Event) {
	e.Namespace, e.Kind, e.Object = g.system.Namespace, "Pod", p.Name
	g.event(at, e)
}

var severities = map[string]plog.SeverityNumber{
	"debug": plog.SeverityNumberDebug, "info": plog.SeverityNumberInfo, "warn": plog.SeverityNumberWarn, "error": plog.SeverityNumberError,
	"fatal": plog.SeverityNumberFatal,
}
