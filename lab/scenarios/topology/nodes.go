package topology

import (
	"fmt"
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

const (
	cores     = 8
	usualLoad = 0.33 // of a node's cores
)

// Workers are three nodes in three zones.
func Workers(region string) []Node {
	return []Node{{Name: "worker-1", Zone: region + "a"}, {Name: "worker-2", Zone: region + "b"}, {Name: "worker-3", Zone: region + "c"}}
}

// addNodes registers what kube-state-metrics and the node exporter tell of the nodes. Sums are taken second by second.
func (g *generator) addNodes() {
	exporter := named("node-exporter")
	for i, n := range g.system.Nodes {
		for _, condition := range []string{"Ready", "MemoryPressure", "DiskPressure", "PIDPressure"} {
			g.recorder.Add(synth.Series{Resource: g.kubernetes, Name: "kube_node_status_condition",
				Attributes: pairs("node", n.Name, "condition", condition, "status", "true"),
				Read:       func(time.Time) (float64, bool) { return one(condition == "Ready"), true }})
		}
		m := &machine{g: g, node: n, chance: g.seed.Stream("node " + n.Name), until: g.begin}
		address := fmt.Sprintf("10.0.3.%d:9100", 11+i)
		add := func(name string, counter bool, read func() float64, more ...string) {
			g.recorder.Add(synth.Series{Resource: exporter, Name: name, Counter: counter, Start: g.begin,
				Attributes: pairs(append([]string{"node", n.Name, "address", address}, more...)...),
				Read: func(at time.Time) (float64, bool) {
					m.pass(at)
					return read(), true
				}})
		}
		add("node_cpu_seconds_total", true, func() float64 { return m.busy * 0.8 }, "mode", "user")
		add("node_cpu_seconds_total", true, func() float64 { return m.busy * 0.2 }, "mode", "system")
		add("node_cpu_seconds_total", true, func() float64 { return m.idle }, "mode", "idle")
		add("node_pressure_cpu_waiting_seconds_total", true, func() float64 { return m.waiting })
		add("node_load1", false, func() float64 { return m.load })
	}
}

// machine is what a node's exporter has counted.
type machine struct {
	g                   *generator
	node                Node
	chance              synth.Stream
	until               time.Time
	busy, idle, waiting float64 // s
	load                float64
}

// pass counts the seconds up to a time.
func (m *machine) pass(at time.Time) {
	for ; m.until.Before(at); m.until = m.until.Add(time.Second) {
		load := usualLoad
		if m.node.Load != nil {
			load = m.node.Load(m.g.situation(m.until, nil, nil))
		}
		load *= 0.92 + 0.16*m.chance.Unit(m.until.Unix())
		m.busy += cores * min(load, 0.99)
		m.idle += cores * (1 - min(load, 0.99))
		m.waiting += min(1, 0.01+max(0, load-0.8)*2)
		m.load = cores * load * 1.05
	}
}
