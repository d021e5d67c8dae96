package incident

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

// CriterionOfLookups is the id of the criterion that is how long lookups of a name take.
func CriterionOfLookups(l *Comparison) string { return "dns-lookups/" + l.Of }

// CriterionOfPool is the id of the criterion that is how many connections of a service's pool are in use.
func CriterionOfPool(p *Comparison) string { return "connection-pool/" + p.Service }

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

// Met says whether a value, in Unit, is within the criterion's bounds.
func (k ExitCriterion) Met(value float64) bool {
	return (k.Most == nil || value <= *k.Most) && (k.Least == nil || value >= *k.Least)
}
