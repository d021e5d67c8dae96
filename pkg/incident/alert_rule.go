package incident

import "time"

// AlertRule is a rule that alerts, as whoever evaluates it tells of it.
type AlertRule struct {
	Name string `json:"name"`
	// Queries are the rule's expressions in PromQL. Of a rule that Grafana evaluates these are the texts of its queries,
	// of which some may be of another language.
	Queries     []string          `json:"queries"`
	Labels      map[string]string `json:"labels,omitempty"`      // that the rule adds; templates as they are written
	Annotations map[string]string `json:"annotations,omitempty"` // likewise
	// Alerts are the labels of each alert of the rule that is pending or firing.
	Alerts []map[string]string `json:"alerts,omitempty"`
}

// ActiveAlert is an alert that fires, as whoever knows of it tells of it.
type ActiveAlert struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations,omitempty"`
	Since       time.Time         `json:"since,omitzero"` // when it became active; zero where that is not told
}
