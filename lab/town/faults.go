package town

import (
	"math"
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/topology"
)

// strike chooses the service that most operations call and that calls others itself, and hurts it.
func (t *town) strike() {
	called := map[string]int{}
	for _, s := range t.services {
		for _, o := range s.Operations {
			for _, c := range o.Calls {
				called[serviceOf(c.To)]++
			}
		}
	}
	hurt := &t.services[t.rows[1][0]]
	for _, n := range t.rows[1] {
		if s := &t.services[n]; called[s.Name] > called[hurt.Name] {
			hurt = s
		}
	}
	t.hurt = hurt.Name
	for i := range t.services {
		s := &t.services[i]
		s.Gauges = []topology.Gauge{
			{Name: "container.disk.utilization", Unit: "1", Read: busy(0.08, 0.88, t.fault == Disk && s.Name == t.hurt)},
			{Name: "container.memory.utilization", Unit: "1", Read: busy(0.5, 0.46, t.fault == Memory && s.Name == t.hurt)}}
		for j := range s.Operations {
			t.bend(s.Name == t.hurt, &s.Operations[j])
		}
	}
}

func serviceOf(operation string) string {
	for i := range operation {
		if operation[i] == ' ' {
			return operation[:i]
		}
	}
	return operation
}

func wave(at time.Time) float64 { return math.Sin(float64(at.Unix()) / 97) }

// busy is how much is used of something: its usual share, and more where it is hurt.
func busy(usual, more float64, hurt bool) func(topology.Situation) float64 {
	return func(s topology.Situation) float64 {
		used := usual * (1 + 0.1*wave(s.At))
		if hurt {
			used += more * s.Level
		}
		return used
	}
}

// bend lets an operation of the hurt service go wrong, or the calls of others to it.
func (t *town) bend(hurt bool, o *topology.Operation) {
	switch {
	case hurt && t.fault == Disk:
		o.Flaw = waits(0.7, 300*time.Millisecond, 900*time.Millisecond)
	case hurt && t.fault == Memory:
		o.Flaw = waits(0.5, 200*time.Millisecond, 1200*time.Millisecond)
	}
	for i := range o.Calls {
		if serviceOf(o.Calls[i].To) != t.hurt {
			continue
		}
		switch t.fault {
		case Loss:
			o.Calls[i].Flaw = loses
		case Edge:
			o.Calls[i].Flaw = waits(1, 400*time.Millisecond, 500*time.Millisecond)
		case Quiet, Disk, Memory, Failing:
		}
	}
}

// waits lets a share of requests wait.
func waits(share float64, least, most time.Duration) func(topology.Situation) topology.Flaw {
	return func(s topology.Situation) topology.Flaw {
		if s.Level == 0 || s.Chance.Float64() >= share {
			return topology.Flaw{}
		}
		return topology.Flaw{Wait: least + time.Duration(s.Chance.Float64()*float64(most-least))}
	}
}

const (
	lost       = 0.3                    // of all packets
	sentAgain  = 200 * time.Millisecond // after which the first time a packet is sent again; then after twice as long
	onceAround = 2                      // packets: one there, one back
)

// loses drops packets there and back. Most calls that meet it are late, and few end unheard.
func loses(s topology.Situation) topology.Flaw {
	if s.Level == 0 {
		return topology.Flaw{}
	}
	late := time.Duration(0)
	for range onceAround {
		for again := sentAgain; s.Chance.Float64() < lost; again *= 2 {
			late += again
		}
	}
	return topology.Flaw{Wait: late}
}
