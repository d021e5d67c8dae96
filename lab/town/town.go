// Package town makes up systems of any number of services, with faults that no scenario plays and clocks that differ. It
// serves to measure how services are ranked beyond the scenarios and recordings at hand; nobody has to investigate it.
package town

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
	"github.com/faultline-investigation/faultline/lab/scenarios/topology"
)

// Fault is what goes wrong in the service Hurt.
type Fault string

// The faults.
const (
	Quiet  Fault = "quiet"            // nothing
	Disk   Fault = "disk contention"  // its disk is busy, and most requests wait for it
	Memory Fault = "memory pressure"  // its memory fills up, and it collects garbage instead of working
	Loss   Fault = "packet loss"      // of the calls to it, whoever makes them, some are sent again and some never arrive
	Edge   Fault = "network slowness" // what comes from its network interface comes late, requests and answers
)

// Faults are all of them but Quiet.
func Faults() []Fault { return []Fault{Disk, Memory, Loss, Edge} }

const (
	// Front takes all requests, and is what the alert names.
	Front = "front"
	// Struck is when the fault begins, relative to the alert.
	Struck = -4 * time.Minute

	mega     = 1 << 20
	perHour  = 1500 // requests
	shape    = 7    // seed of who calls whom
	everyday = 0.002
)

// town is a system while it is made: Front, and three rows of services that call the row behind them.
type town struct {
	fault    Fault
	services []topology.Service
	rows     [3][]int // places in services
	hurt     string
	random   *rand.Rand
}

func newTown(size int, fault Fault) *town {
	t := &town{fault: fault, random: rand.New(rand.NewPCG(shape, uint64(size)))} // #nosec G115 G404 -- a made-up town, no secret
	for n := range size - 1 {
		t.services = append(t.services, topology.Service{Name: fmt.Sprintf("house-%03d", n+1), Version: "1.0.0", Language: "go", Log: topology.Slog,
			Replicas: 1, CPU: 1, Memory: 512 * mega})
		row := 0
		switch {
		case n >= (size-1)*7/10:
			row = 2
		case n >= (size-1)*3/10:
			row = 1
		}
		t.rows[row] = append(t.rows[row], n)
	}
	for row := 2; row >= 0; row-- {
		for _, n := range t.rows[row] {
			t.operate(&t.services[n], row)
		}
	}
	return t
}

// operate gives a service two operations, which call some of the row behind.
func (t *town) operate(s *topology.Service, row int) {
	for _, name := range []string{"GET /list", "GET /one"} {
		median := 0.004 + 0.03*t.random.Float64()
		s.Operations = append(s.Operations, topology.Operation{Name: name, P50: median, P99: 6 * median, Everyday: everyday, Calls: t.some(row+1, 1+t.random.IntN(2))})
	}
}

// some are calls of so many services of a row.
func (t *town) some(row, count int) []topology.Call {
	if row >= len(t.rows) {
		return nil
	}
	var calls []topology.Call
	for _, n := range t.random.Perm(len(t.rows[row]))[:min(count, len(t.rows[row]))] {
		s := &t.services[t.rows[row][n]]
		calls = append(calls, topology.Call{To: s.Name + " " + s.Operations[t.random.IntN(len(s.Operations))].Name,
			Timeout: 3 * time.Second, Share: []float64{0, 0.5, 0.8}[t.random.IntN(3)]})
	}
	return calls
}

// Scenario is a town of so many services, Front among them, and what befalls one of them.
func Scenario(size int, fault Fault) story.Scenario {
	t := newTown(size, fault)
	front := topology.Service{Name: Front, Version: "1.0.0", Language: "go", Log: topology.Slog, Replicas: 1, CPU: 2, Memory: 512 * mega}
	var entrances []topology.Entrance
	for n := range 4 + size/10 {
		name := fmt.Sprintf("GET /street/%d", n)
		front.Operations = append(front.Operations, topology.Operation{Name: name, P50: 0.008, P99: 0.05, Everyday: everyday, Calls: t.some(0, 3)})
		entrances = append(entrances, topology.Entrance{To: Front + " " + name, Rate: perHour / 3600.0 / float64(4+size/10)})
	}
	t.services = append(t.services, front)
	t.strike()
	return topology.Scenario{ID: "town", Headline: "A made-up system", Tells: "One of many services is hurt.",
		Page:   story.Alert{Name: "Slow", Service: Front, Labels: map[string]string{"alertname": "Slow", "service": Front}},
		Answer: story.Truth{Cause: string(fault), Service: t.hurt, Since: Struck, Quiet: fault == Quiet},
		System: func() topology.System {
			return topology.System{Cluster: "town", Namespace: "town", Nodes: topology.Workers("town-"), Kept: 1, Every: time.Minute, Services: t.services,
				Entrances: entrances, Fault: synth.Symptom{Onset: synth.Curve{{At: Struck}, {At: Struck + time.Second, Level: 1}}}}
		}}
}
