package incident

import "time"

// Externals is how the hosts outside fare that the failing requests call, as their owners tell it.
type Externals struct {
	Hosts []ExternalHealth `json:"hosts"` // ordered
}

// ExternalHealth is one host outside.
type ExternalHealth struct {
	Host   string        `json:"host"`
	Name   string        `json:"name"`
	Report *StatusReport `json:"report,omitempty"` // nil where nobody could be asked
}

// StatusReport is what a status page tells.
type StatusReport struct {
	// Indicator is how bad it is in Statuspage's words: "none", "minor", "major", "critical" or "maintenance". It is empty where the
	// page does not tell in a form that can be read, and only Answered is known.
	Indicator   string           `json:"indicator,omitempty"`
	Description string           `json:"description,omitempty"` // the page's own words
	Incidents   []StatusIncident `json:"incidents"`             // of the window asked about, the newest first
	Answered    int              `json:"answered"`              // HTTP status of the page itself
}

// StatusIncident is trouble that a status page tells of.
type StatusIncident struct {
	Name     string     `json:"name"`
	Impact   string     `json:"impact"` // "none", "minor", "major" or "critical"
	Status   string     `json:"status"` // for example "investigating" or "resolved"
	Started  time.Time  `json:"started"`
	Resolved *time.Time `json:"resolved,omitempty"`
}
