package incident

import "strings"

// ExitCriteria are what has to be so before the incident is over.
type ExitCriteria struct {
	Criteria []ExitCriterion `json:"criteria"`
	Over     bool            `json:"over"` // every criterion was read, and holds
}

// The ids of the criteria that are of the service itself. Those of a cause begin with what they measure.
const (
	CriterionErrors  = "error-rate"
	CriterionRefused = "client-errors"
	CriterionLatency = "p99-latency"
	CriterionTraffic = "request-rate"
)

// What the ids of a cause's criteria begin with, before a slash and what they measure it of.
const (
	criterionLookups  = "dns-lookups"
	criterionPool     = "connection-pool"
	criterionLag      = "consumer-lag"
	criterionPressure = "node-pressure"
	criterionCPU      = "cpu-limit"
	criterionMemory   = "memory-limit"
)

// CriterionOfLookups is the id of the criterion that is how long lookups of a name take.
func CriterionOfLookups(l *Comparison) string { return criterionLookups + "/" + l.Of }

// CriterionOfPool is the id of the criterion that is how many connections of a service's pool are in use.
func CriterionOfPool(p *Comparison) string { return criterionPool + "/" + p.Service }

// CriterionOfQueue is the id of the criterion that is how much work waits in a queue.
func CriterionOfQueue(queue string) string { return criterionLag + "/" + queue }

// CriterionOfNode is the id of the criterion that is how long work waits for a processor on a node.
func CriterionOfNode(node string) string { return criterionPressure + "/" + node }

// ExitCriterion is one number that must be within its bounds again. Query can be asked at any later time: its answer, times
// Scale, is what Met judges.
type ExitCriterion struct {
	ID     string   `json:"id"`             // unique in the case, for example "error-rate" or "node-pressure/worker-3"
	Name   string   `json:"name"`           // for people
	Step   string   `json:"step,omitempty"` // key of the step that shows it over short times; empty where none does
	Unit   Unit     `json:"unit"`
	Query  string   `json:"query"`           // PromQL, for an instant; answers one series, or none where there is nothing to measure
	Scale  float64  `json:"scale"`           // what the answer is multiplied by to be in Unit
	Normal float64  `json:"normal"`          // before the incident
	Most   *float64 `json:"most,omitempty"`  // the most it may be
	Least  *float64 `json:"least,omitempty"` // the least it may be
	Now    *float64 `json:"now"`             // when it was asked last; null where that brought nothing
	Holds  bool     `json:"holds"`           // it was read, and is within its bounds
}

// CriterionOfCPU is the id of the criterion that is how often a service's pods wait for CPU.
func CriterionOfCPU(service string) string { return criterionCPU + "/" + service }

// CriterionOfMemory is the id of the criterion that is how much of its memory limit a service uses.
func CriterionOfMemory(service string) string { return criterionMemory + "/" + service }

// Measured is what the criterion's number measures, and of what.
func (k ExitCriterion) Measured() (Measure, map[string]string) {
	of, which, _ := strings.Cut(k.ID, "/")
	switch of {
	case CriterionErrors:
		return MeasureErrors, nil
	case CriterionRefused:
		return MeasureRefused, nil
	case CriterionTraffic:
		return MeasureRequests, nil
	case CriterionLatency:
		if k.Name == (&Change{Mean: true}).Latency() {
			return MeasureMean, nil
		}
		return MeasureP99, nil
	case criterionLookups:
		return MeasureLookup, map[string]string{"name": which}
	case criterionPool:
		return MeasureInUse, map[string]string{"service": which}
	case criterionLag:
		return MeasureWaiting, map[string]string{"queue": which}
	case criterionCPU:
		return MeasureThrottled, map[string]string{"service": which}
	case criterionMemory:
		return MeasureMemory, map[string]string{"service": which}
	case criterionPressure:
		return MeasurePressure, map[string]string{"node": which}
	}
	return "", nil
}

// Met says whether a value, in Unit, is within the criterion's bounds.
func (k ExitCriterion) Met(value float64) bool {
	return (k.Most == nil || value <= *k.Most) && (k.Least == nil || value >= *k.Least)
}
