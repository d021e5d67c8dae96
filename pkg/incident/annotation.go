package incident

import "time"

// Annotation is what somebody, or a tool, marked in Grafana.
type Annotation struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"`
	Tags []string  `json:"tags"`
}
