package incident

// ExitCriteria are what has to be so before the incident is over.
type ExitCriteria struct {
	Criteria []ExitCriterion `json:"criteria"`
	Over     bool            `json:"over"` // every criterion was read, and holds
}

// ExitCriterion is one number that must be within its bounds again. Query can be asked at any later time: its answer, times
// Scale, is what Met judges.
type ExitCriterion struct {
	Name   string   `json:"name"`
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
