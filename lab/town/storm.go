package town

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
	"github.com/faultline-investigation/faultline/lab/scenarios/topology"
	"github.com/faultline-investigation/faultline/lab/telemetry"
)

// Failing is a fault of storms alone: most requests to the service fail.
const Failing Fault = "failing requests"

const (
	stormHistory = 80 * time.Minute
	ownRate      = 0.04 // requests per second that come to each service from outside
	keptTraces   = 0.15
	slowTraces   = 250 * time.Millisecond
)

// Hurt is a service that is hurt in a storm.
type Hurt struct {
	Service string
	Fault   Fault
	Since   time.Duration // relative to the moment at which the storm is looked at
}

// Ringing is an alert of a storm.
type Ringing struct {
	Name, Service string // Service is empty for an alert that names none
	Since         time.Duration
	By            []string // hurt services of which any may explain it; none for an alert that has nothing to do with them
}

// Storm is a system in which services fail together, and the alerts that ring.
type Storm struct {
	Name   string
	Hurt   []Hurt
	Alerts []Ringing
	system topology.System
}

// stormMaker makes a storm.
type stormMaker struct {
	*Storm
	random   *rand.Rand
	services []topology.Service
	places   map[string]int
}

// NewStorm makes a storm of so many alerts for one or more faults, and a few alerts beside them that no fault explains: an old one of a
// service that is affected too, one of a service that the hurt one calls, one of a service apart, and two that have no place.
// Names begin with that of the storm, so that several can share stores.
func NewStorm(name string, alerts, faults int, seed uint64) *Storm {
	m := &stormMaker{Storm: &Storm{Name: name}, random: rand.New(rand.NewPCG(seed, uint64(alerts))), places: map[string]int{}} // #nosec G115 G404 -- made up, no secret
	apart := m.district("park", 4, nil)
	left := alerts
	var before []string
	for n := range faults {
		size := left / (faults - n)
		left -= size
		fault := []Fault{Disk, Failing}[(n+int(seed))%2] // #nosec G115 -- a small number
		rows := m.district(fmt.Sprintf("street-%d", n+1), size, &Hurt{Fault: fault, Since: []time.Duration{-8 * time.Minute, -6 * time.Minute}[n%2]})
		if len(before) > 1 { // two districts meet
			m.calls(before[len(before)-1], rows[len(rows)/2])
		}
		m.calls(rows[len(rows)-1], apart[len(apart)-1]) // what is well is called too
		before = rows
	}
	m.ring(apart)
	m.system = topology.System{Cluster: name, Namespace: name, Nodes: topology.Workers(name + "-"), Kept: keptTraces, Slow: slowTraces, Every: time.Minute,
		History: stormHistory, Services: m.services, Fault: synth.Symptom{}}
	for _, s := range m.services {
		m.system.Entrances = append(m.system.Entrances, topology.Entrance{To: s.Name + " " + s.Operations[0].Name, Rate: ownRate})
	}
	return m.Storm
}

// district makes a hub that all others of the district call, directly or through others, and something that the hub calls. It gives the
// names of all but the last, the hub first and the farthest last.
func (m *stormMaker) district(name string, size int, hurt *Hurt) []string {
	leaf := m.add(name+"-store", nil)
	hub := m.add(name+"-hub", []string{leaf})
	names := []string{hub}
	rows := [][]string{{hub}}
	for n := range size - 1 {
		row := 1 + min(2, 3*n/max(1, size-1))
		if row == len(rows) {
			rows = append(rows, nil)
		}
		service := m.add(fmt.Sprintf("%s-%02d", name, n+1), m.some(rows[row-1]))
		rows[row] = append(rows[row], service)
		names = append(names, service)
	}
	if hurt != nil {
		hurt.Service = hub
		m.Hurt = append(m.Hurt, *hurt)
		m.hurts(hub, *hurt)
	}
	return names
}

func (m *stormMaker) add(name string, calls []string) string {
	name = m.Name + "-" + name
	median := 0.004 + 0.02*m.random.Float64()
	s := topology.Service{Name: name, Version: "1.0.0", Language: "go", Log: topology.Slog, Replicas: 1, CPU: 1, Memory: 512 * mega,
		Operations: []topology.Operation{{Name: "GET /work", P50: median, P99: 5 * median, Everyday: everyday}}}
	m.places[name] = len(m.services)
	m.services = append(m.services, s)
	for _, to := range calls {
		m.calls(name, to)
	}
	return name
}

func (m *stormMaker) calls(from, to string) {
	operation := &m.services[m.places[from]].Operations[0]
	operation.Calls = append(operation.Calls, topology.Call{To: to + " GET /work", Timeout: 3 * time.Second})
}

// some is one or two of a row.
func (m *stormMaker) some(row []string) []string {
	picked := m.random.Perm(len(row))[:min(len(row), 1+m.random.IntN(2))]
	names := make([]string, len(picked))
	for i, n := range picked {
		names[i] = row[n]
	}
	return names
}

func (m *stormMaker) hurts(service string, h Hurt) {
	s := &m.services[m.places[service]]
	struck := func(at topology.Situation) bool { return at.Since >= h.Since }
	s.Operations[0].Flaw = func(at topology.Situation) topology.Flaw {
		switch {
		case !struck(at) || at.Chance.Float64() >= 0.7:
			return topology.Flaw{}
		case h.Fault == Disk:
			return topology.Flaw{Wait: 300*time.Millisecond + time.Duration(at.Chance.Float64()*float64(600*time.Millisecond))}
		}
		return topology.Flaw{Status: 500, Type: "OSError", Message: "write failed: read-only file system", Says: "request failed: write failed: read-only file system", By: "store"}
	}
	s.Gauges = []topology.Gauge{{Name: "container.disk.utilization", Unit: "1", Read: func(at topology.Situation) float64 {
		used := 0.08 * (1 + 0.1*wave(at.At))
		if h.Fault == Disk && struck(at) {
			used += 0.88
		}
		return used
	}}}
}

// reaches says whether a service calls another, directly or through others.
func (m *stormMaker) reaches(from, to string) bool {
	if from == to {
		return true
	}
	return slices.ContainsFunc(m.services[m.places[from]].Operations[0].Calls, func(c topology.Call) bool { return m.reaches(serviceOf(c.To), to) })
}

// ring lets every service ring that a fault reaches, and the alerts beside them.
func (m *stormMaker) ring(apart []string) {
	for _, s := range m.services {
		var by []string
		first := time.Duration(0)
		for _, h := range m.Hurt {
			if m.reaches(s.Name, h.Service) {
				by = append(by, h.Service)
				first = min(first, h.Since)
			}
		}
		if len(by) > 0 {
			m.Alerts = append(m.Alerts, Ringing{"Unhealthy", s.Name, first + time.Minute + time.Duration(m.random.IntN(3))*time.Minute, by})
		}
	}
	hub := m.Hurt[0].Service
	m.Alerts = append(m.Alerts,
		Ringing{"QueueGrows", m.Alerts[len(m.Alerts)-1].Service, -45 * time.Minute, nil},
		Ringing{"DiskWillFill", serviceOf(m.services[m.places[hub]].Operations[0].Calls[0].To), -4 * time.Minute, nil},
		Ringing{"JobFailed", apart[1], -4 * time.Minute, nil},
		Ringing{"ClockSkew", "", -5 * time.Minute, nil},
		Ringing{"BackupMissing", m.Name + "-backup", -3 * time.Minute, nil})
}

// Play writes the telemetry up to a moment, and the series of the alerts as Prometheus does: pending for a minute, and then firing.
func (s *Storm) Play(at time.Time, seed uint64) telemetry.Source {
	scenario := topology.Scenario{ID: s.Name, System: func() topology.System { return s.system }}
	return &stormSource{Source: scenario.Start(at, seed), storm: s, written: at.Add(-stormHistory)}
}

type stormSource struct {
	telemetry.Source
	storm   *Storm
	written time.Time
}

// Generate implements telemetry.Source.
func (s *stormSource) Generate(until time.Time) telemetry.Batch {
	batch := s.Source.Generate(until)
	metric := batch.Metrics.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	metric.SetName("ALERTS")
	points := metric.SetEmptyGauge().DataPoints()
	for at := s.written.Truncate(time.Minute).Add(time.Minute); !at.After(until); at = at.Add(time.Minute) {
		for _, a := range s.storm.Alerts {
			if began := s.Alert().Add(a.Since); !at.Before(began) {
				point(points.AppendEmpty(), a, at, at.Sub(began) < time.Minute, s.storm.Name)
			}
		}
	}
	s.written = until
	if points.Len() == 0 {
		batch.Metrics.ResourceMetrics().RemoveIf(func(r pmetric.ResourceMetrics) bool {
			return r.ScopeMetrics().Len() == 1 && r.ScopeMetrics().At(0).Metrics().Len() == 1 && r.ScopeMetrics().At(0).Metrics().At(0).Name() == "ALERTS"
		})
	}
	return batch
}

func point(p pmetric.NumberDataPoint, a Ringing, at time.Time, pending bool, storm string) {
	p.SetTimestamp(pcommon.NewTimestampFromTime(at))
	p.SetDoubleValue(1)
	p.Attributes().PutStr("alertname", a.Name)
	p.Attributes().PutStr("alertstate", map[bool]string{true: "pending", false: "firing"}[pending])
	p.Attributes().PutStr("storm", storm)
	if a.Service != "" {
		p.Attributes().PutStr("service_name", a.Service)
	}
}
