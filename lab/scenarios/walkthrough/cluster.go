package walkthrough

import (
	"fmt"
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

// workload is a Kubernetes deployment and what runs in it.
type workload struct {
	name, namespace, version string
	replicas                 int
	age                      time.Duration // before the alert
	generation               int
	cpu, memory              float64 // limits per pod, in cores and bytes
	// rollout, if not 0, is when its pods were replaced by those of a new version, relative to the alert.
	rollout    time.Duration
	newVersion string
	// restart, if not 0, is when its first pod restarted once, relative to the alert.
	restart time.Duration
}

const day = 24 * time.Hour

// workloads are all deployments of the shop.
func workloads() []workload {
	const mega = 1 << 20
	return []workload{
		{name: "storefront", version: "5.12.0", replicas: 1, age: 9 * day, generation: 31, cpu: 2, memory: 512 * mega},
		{name: "api-gateway", version: "3.4.1", replicas: 1, age: 21 * day, generation: 17, cpu: 2, memory: 256 * mega},
		{name: orderService, version: "2.31.4", replicas: 2, age: 6 * day, generation: 58, cpu: 2, memory: 768 * mega},
		{name: paymentService, version: "4.7.2", replicas: 2, age: 12 * day, generation: 44, cpu: 2, memory: 512 * mega},
		{name: authService, version: "1.19.0", replicas: 1, age: 33 * day, generation: 12, cpu: 4, memory: 512 * mega},
		{name: inventoryService, version: "2.8.3", replicas: 1, age: 15 * day, generation: 26, cpu: 2, memory: 768 * mega},
		{name: notificationService, version: "1.5.9", replicas: 1, age: 40 * day, generation: 9, cpu: 1, memory: 256 * mega},
		{name: "catalog-service", version: "6.1.7", replicas: 1, age: 14 * day, generation: 63, cpu: 2, memory: 1024 * mega, rollout: -95 * time.Minute, newVersion: "6.2.0"},
		{name: "cart-service", version: "2.2.5", replicas: 1, age: 18 * day, generation: 20, cpu: 1, memory: 512 * mega},
		{name: "search-service", version: "0.44.1", replicas: 1, age: 5 * day, generation: 72, cpu: 4, memory: 2048 * mega, restart: -80 * time.Minute},
		{name: "recommendation-service", version: "1.12.3", replicas: 1, age: 3 * day, generation: 35, cpu: 2, memory: 1024 * mega, rollout: -35 * time.Minute, newVersion: "1.12.4"},
		{name: subscriptionService, version: "1.3.0", replicas: 1, age: 27 * day, generation: 8, cpu: 1, memory: 256 * mega},
		{name: marketplace, version: "3.0.6", replicas: 1, age: 11 * day, generation: 19, cpu: 1, memory: 512 * mega},
		{name: "shipping-service", version: "2.0.2", replicas: 1, age: 24 * day, generation: 14, cpu: 1, memory: 256 * mega},
		{name: "user-service", version: "1.9.4", replicas: 1, age: 19 * day, generation: 16, cpu: 1, memory: 512 * mega},
	}
}

// pod is one pod; it is also one process with its own counters.
type pod struct {
	workload   workload
	name, node string
	replicaSet string
	address    string
	version    string
	created    time.Time
	gone       time.Time // zero if it stays
	restarted  time.Time // zero if it never did
	resource   *synth.Resource
}

func (p *pod) alive(at time.Time) bool {
	return !at.Before(p.created) && (p.gone.IsZero() || at.Before(p.gone))
}

// counting is since when the pod's process counts, at most as far back as history goes.
func (p *pod) counting(at, history time.Time) time.Time {
	switch {
	case !p.restarted.IsZero() && !at.Before(p.restarted):
		return p.restarted
	case p.created.After(history):
		return p.created
	default:
		return history
	}
}

// cluster holds every pod of the shop that lives at some time of the story.
type cluster struct {
	pods      []*pod
	byService map[string][]*pod
}

func newCluster(alert time.Time) *cluster {
	c := &cluster{byService: map[string][]*pod{}}
	for _, w := range workloads() {
		w.namespace = shop
		old := alert.Add(-w.age)
		for replica := range w.replicas {
			p := newPod(w, w.version, replica, len(c.pods), old)
			if w.restart != 0 && replica == 0 {
				p.restarted = alert.Add(w.restart)
			}
			if w.rollout != 0 {
				p.gone = alert.Add(w.rollout)
			}
			c.add(p)
			if w.rollout != 0 {
				c.add(newPod(w, w.newVersion, replica, len(c.pods), alert.Add(w.rollout)))
			}
		}
	}
	return c
}

func (c *cluster) add(p *pod) {
	c.pods = append(c.pods, p)
	c.byService[p.workload.name] = append(c.byService[p.workload.name], p)
}

// alive are the pods of a service that live at a time.
func (c *cluster) alive(service string, at time.Time) []*pod {
	living := []*pod{}
	for _, p := range c.byService[service] {
		if p.alive(at) {
			living = append(living, p)
		}
	}
	return living
}

// serving is the pod that serves the request of a number.
func (c *cluster) serving(service string, at time.Time, number int64) *pod {
	living := c.alive(service, at)
	return living[int(number%int64(len(living)))]
}

func newPod(w workload, version string, replica, ordinal int, created time.Time) *pod {
	names := synth.Seed(1).Stream(w.name + " " + version)
	set := w.name + "-" + letters(names, 0, 9)
	p := &pod{
		workload: w, version: version, created: created, replicaSet: set,
		name:    set + "-" + letters(names, int64(10+10*replica), 5),
		node:    fmt.Sprintf("node-%c", 'a'+ordinal%3),
		address: fmt.Sprintf("10.244.%d.%d", ordinal%3, 20+ordinal),
	}
	p.resource = synth.NewResource(p.describe())
	return p
}

func (p *pod) describe() synth.Attributes {
	return synth.Attributes{
		{Key: "service.name", Value: p.workload.name}, {Key: "service.namespace", Value: p.workload.namespace},
		{Key: "service.version", Value: p.version}, {Key: "service.instance.id", Value: p.name},
		{Key: "deployment.environment.name", Value: "production"},
		{Key: "k8s.cluster.name", Value: "shop-production"}, {Key: "k8s.namespace.name", Value: p.workload.namespace},
		{Key: "k8s.deployment.name", Value: p.workload.name}, {Key: "k8s.pod.name", Value: p.name},
		{Key: "k8s.node.name", Value: p.node}, {Key: "telemetry.sdk.language", Value: "go"},
	}
}

// letters makes the kind of suffix that Kubernetes gives to names.
func letters(stream synth.Stream, from int64, count int) string {
	const alphabet = "bcdfghjklmnpqrstvwxz2456789"
	out := make([]byte, count)
	for i := range out {
		out[i] = alphabet[int(stream.Unit(from+int64(i))*float64(len(alphabet)))]
	}
	return string(out)
}
